"""What a Rust program says whose `main` returned an error: its Debug form, or the chain of anyhow and eyre."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.afterwords import tells_nothing_new
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.rust import frame_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Error: ",)
_LOOK_AT_CHARS = 4000
_MOST_LINES = 60
_STRUCT = re.compile(r"([A-Z]\w*+)(?: \{ (.*) \}|\((.*)\)|)$")
# io::Error shows itself as one of these.
_IO = {"Os", "Custom"}
_IO_MESSAGE = re.compile(r'(?:message|error): "((?:[^"\\]|\\.|(?!))*+)"')
_NUMBERED = re.compile(r" *+\d++: (.*)$")
_LOCATION = re.compile(r" ++(\S.*?):(\d{1,9})(?::(\d{1,9}))?$")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """The error of `main`, which is the last word, or any with a chain of causes."""
    for at, line in enumerate(lines):
        if line.startswith("Error: "):
            found = _chain(lines, at) or _debug(lines, at)
            if found is not None:
                yield found


def _chain(lines: Sequence[str], at: int) -> Traceback | None:
    """`Error: text`, an empty line, `Caused by:` and the causes, one each line, numbered if there are several."""
    if at + 3 >= len(lines) or lines[at + 1].strip() or lines[at + 2] != "Caused by:":
        return None
    said = [lines[at][len("Error: ") :]]
    last = at + 2
    for line in lines[at + 3 : at + 3 + _MOST_LINES]:
        if not line.startswith("    "):
            break
        numbered = _NUMBERED.match(line[:_LOOK_AT_CHARS])
        said.append(numbered[1] if numbered else line.strip())
        last += 1
    frames, last = _location(lines, last)
    thrown = [Thrown("Error", one, frames=() if index else frames) for index, one in enumerate(said)]
    return Traceback(causes(thrown, "source"), at, last, "rust")


def _location(lines: Sequence[str], last: int) -> tuple[tuple[Frame, ...], int]:
    """Where eyre says that the error was made."""
    is_told = last + 3 < len(lines) and lines[last + 2] == "Location:"
    place = _LOCATION.match(lines[last + 3][:_LOOK_AT_CHARS]) if is_told else None
    return ((frame_at(place[1], int(place[2]), int(place[3] or 0)),), last + 3) if place else ((), last)


def _debug(lines: Sequence[str], at: int) -> Traceback | None:
    text = lines[at][len("Error: ") :].rstrip()
    if len(text) > _LOOK_AT_CHARS or not all(map(tells_nothing_new, lines[at + 1 : at + 1 + _MOST_LINES])):
        return None
    if len(text) > 2 and text[0] == text[-1] == '"':
        return Traceback((Thrown("Error", _unescaped(text[1:-1])),), at, at, "rust")
    match = _STRUCT.match(text)
    if match is None:
        return None
    message = _IO_MESSAGE.search(match[2] or "") if match[1] in _IO else None
    if message:
        return Traceback((Thrown("io::Error", _unescaped(message[1])),), at, at, "rust")
    return Traceback((Thrown(match[1], match[2] or match[3] or ""),), at, at, "rust")


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t")
