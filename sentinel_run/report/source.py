"""The source around a frame, where its file is on this machine and has not changed since the run began.

The name of the file comes out of the command's output, which anybody may have written: only what is source by its
name or its first line is read, so that no output makes us send a file of secrets.
"""

from __future__ import annotations

import os
import stat

from sentinel_run import redact
from sentinel_run.records import Record
from sentinel_run.report import bounds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sentinel_run.diagnose.thrown import Frame
    from sentinel_run.facts import Facts

    Place = tuple[str, int]

_AROUND = 5
_MOST_FRAMES = 60
_MOST_BYTES = 1024 * 1024
_LINE_CHARS = 240
_LIMIT_S = 1.0
# fmt: off
_SOURCES = frozenset({
    "bash", "c", "cc", "cjs", "clj", "cpp", "cs", "cts", "cxx", "dart", "erl", "ex", "exs", "fs", "go", "groovy",
    "h", "hh", "hpp", "hs", "java", "jl", "js", "jsx", "kt", "kts", "lua", "m", "mjs", "ml", "mli", "mm", "mts",
    "php", "pl", "pm", "ps1", "psm1", "py", "pyw", "r", "rake", "rb", "rs", "sc", "scala", "sh", "swift", "tcl",
    "ts", "tsx", "vb", "zig", "zsh",
})
# fmt: on


class Source(Record):
    """A line of source with those before and after it, redacted."""

    line: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def path(frame: Frame, facts: Facts) -> str:
    """The absolute path of a frame's file as far as it is known; empty for what is no file (`<frozen os>`)."""
    if not frame.file or frame.file.startswith(("<", "[")) or ":" in frame.file.partition("/")[0]:
        return ""
    return os.path.normpath(os.path.join(facts.command.cwd, frame.file)) if facts.command.cwd else frame.file


def sources(frames: Iterable[Frame], facts: Facts) -> Mapping[Place, Source]:
    """The source of each (path, line) that can be read, of at most 60 frames, in at most a second.

    None where the user has patterns of secrets of his own: they are known to the wrapper only.
    """
    if facts.reporting.has_own_redaction:
        return {}
    places = list(dict.fromkeys((path(frame, facts), frame.line) for frame in frames if frame.line > 0))
    wanted = [place for place in places if place[0]][:_MOST_FRAMES]
    # Keys of the probe's answer are texts elsewhere; here they are places, which it hands through.
    return bounds.bounded(lambda: _all(wanted, facts), _LIMIT_S) if wanted else {}  # type: ignore[arg-type, return-value]


def _all(places: Iterable[Place], facts: Facts) -> dict[Place, Source]:
    secrets = redact.known(os.environ)
    files: dict[str, list[str]] = {}
    found: dict[Place, Source] = {}
    for name, line in places:
        if name not in files:
            files[name] = _lines(name, facts.started_at)
        if 0 < line <= len(files[name]):
            found[name, line] = _around(files[name], line - 1, secrets)
    return found


def _lines(name: str, started_at: float) -> list[str]:
    """The lines of a source file; none if it is no such file, is too large, or is newer than the run."""
    try:
        # A FIFO or a device would block or never end.
        fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return []
    with open(fd, "rb") as file:
        state = os.fstat(fd)
        if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES or state.st_mtime > started_at:
            return []
        content = file.read(_MOST_BYTES)
    return content.decode("utf-8", "replace").splitlines() if _is_source(name, content) else []


def _is_source(name: str, content: bytes) -> bool:
    return os.path.splitext(name)[1][1:].lower() in _SOURCES or content.startswith(b"#!")


def _around(lines: list[str], at: int, secrets: redact.Secrets) -> Source:
    first = max(0, at - _AROUND)
    shown = redact.text("\n".join(lines[first : at + _AROUND + 1]), secrets).split("\n")
    shown = [line if len(line) <= _LINE_CHARS else f"{line[:_LINE_CHARS]}..." for line in shown]
    return Source(shown[at - first], tuple(shown[: at - first]), tuple(shown[at - first + 1 :]))
