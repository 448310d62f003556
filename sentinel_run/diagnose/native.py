"""The native backtrace of a core file, as gdb prints it, as frames."""

from __future__ import annotations

import re

from sentinel_run.diagnose import signal_words
from sentinel_run.diagnose.thrown import Frame, Thrown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Ending, Facts

_FRAME = re.compile(
    r"^#\d+ +(?:0x[0-9a-f]+ in )?(\S.{0,400}?) \(.{0,200}?\)(?: at (.{1,400}):(\d+)| from (.{1,400}))?$",
    re.MULTILINE,
)
# Where distributions and the C library's builders keep what is not the user's.
_NOT_OURS = re.compile(
    r"^(?:/usr/lib|/lib|/usr/include|\.\./|\./(?:nptl|csu|sysdeps|elf|stdlib|signal|malloc|debug|libio)/|/build/|/rustc/)"
)


def crash(facts: Facts, ending: Ending) -> tuple[Thrown, ...]:
    """The crash as an exception with frames, or nothing where there is no backtrace."""
    frames = tuple(reversed([_frame(*row) for row in _FRAME.findall(facts.evidence.get("backtrace", ""))]))
    if not frames:
        return ()
    return (Thrown(ending.signal_name, signal_words.WORDS.get(ending.signal_name, ""), frames=frames),)


def _frame(function: str, file: str, line: str, library: str) -> Frame:
    place = file or library
    return Frame(place, int(line or 0), function, in_app=bool(file) and not _NOT_OURS.match(place))
