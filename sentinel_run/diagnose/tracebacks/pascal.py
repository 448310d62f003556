"""Free Pascal's run-time errors and unhandled exceptions (rtl/inc/system.inc); lines are from `-gl`.

A run-time error is a number; its words are those of the user's guide, appendix D.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("An unhandled exception occurred at $", "Runtime error ")
_HEAD = re.compile(r"An unhandled exception occurred at \$[0-9A-F]+:$|Runtime error (\d{1,3}) at \$[0-9A-F]+$")
_THROWN = re.compile(r"(\w+): ?(.*)$")
_CALL = re.compile(r"  \$[0-9A-F]+(?:  (\S.*?),  line (\d{1,9}) of (\S.*))?(?:  \S.*)?$")
_LONGEST_MESSAGE = 20
_WORDS = {
    1: "invalid function number", 2: "file not found", 3: "path not found", 4: "too many open files",
    5: "file access denied", 6: "invalid file handle", 12: "invalid file access code", 15: "invalid drive number",
    16: "cannot remove current directory", 17: "cannot rename across drives", 100: "disk read error",
    101: "disk write error", 102: "file not assigned", 103: "file not open", 104: "file not open for input",
    105: "file not open for output", 106: "invalid numeric format", 200: "division by zero",
    201: "range check error", 202: "stack overflow error", 203: "heap overflow error",
    204: "invalid pointer operation",
    205: "floating point overflow", 206: "floating point underflow", 207: "invalid floating point operation",
    210: "object not initialized", 211: "call to abstract method", 212: "stream registration error",
    213: "collection index out of range", 214: "collection overflow error", 215: "arithmetic overflow error",
    216: "general protection fault", 217: "unhandled exception occurred", 218: "invalid value specified",
    219: "invalid typecast", 222: "variant dispatch error", 223: "variant array create",
    227: "assertion failed", 229: "safecall error check", 231: "exception stack corrupted",
    232: "threads not supported",
}  # fmt: skip


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception and run-time error that ended a program."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    if head[1]:
        calls = run_of(lines, at + 1, _CALL)
        value = _WORDS.get(int(head[1]), "")
        thrown = Thrown(f"Runtime error {head[1]}", value, frames=_frames(calls))
        return Traceback((thrown,), at, at + len(calls), "pascal") if calls else None
    named = _THROWN.match(lines[at + 1]) if at + 1 < len(lines) else None
    if named is None:
        return None
    for end in range(at + 2, min(at + 2 + _LONGEST_MESSAGE, len(lines))):
        if calls := run_of(lines, end, _CALL):
            value = "\n".join([named[2], *lines[at + 2 : end]])
            thrown = Thrown(named[1], value, frames=_frames(calls))
            return Traceback((thrown,), at, end + len(calls) - 1, "pascal")
    return None


def _frames(calls: list[re.Match[str]]) -> tuple[Frame, ...]:
    """The calls with a place, outermost first; where no debug information is, there is only an address."""
    return tuple(Frame(call[3], int(call[2]), call[1]) for call in reversed(calls) if call[1])
