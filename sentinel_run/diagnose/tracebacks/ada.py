"""Ada's exceptions as GNAT's runtime reports them (a-except.adb), with and without a symbolic traceback."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("raised ",)
# A program's own exception has its unit before it; only the language's have none.
_HEAD = re.compile(
    r"raised (?:((?:[A-Z][A-Z0-9_]*+\.|(?!))++)([A-Z][A-Z0-9_]*)"
    r"|((?:CONSTRAINT|PROGRAM|STORAGE|TASKING)_ERROR)) : (.*)"
)
_PLACE = re.compile(r"([\w./~-]+\.ad[abs]):(\d{1,9})(?::(\d{1,9}))?(?: |$)")
_CALL = re.compile(
    r"(?:0x)?[0-9a-f]{6,16} (\S+) at (\S+?)(?::(\d{1,9}))?$|Call stack traceback locations:$"
    r"|Load address: 0x[0-9a-f]+$|(?:0x[0-9a-f]++ ?)+$|\[\S+\]$"
)
_TITLE = re.compile(r"Execution of \S.* terminated by unhandled exception$")
# The binder's main program and the units of the runtime.
_FOREIGN = re.compile(r"b~|b__|(?:.*/)?[agis]-[\w-]+\.ad[bs]$|\?\?\?")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every unhandled exception; the runtime writes the names of exceptions in capitals."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    calls = run_of(lines, at + 1, _CALL)
    frames = tuple(_frame(call) for call in reversed(calls) if call[1])
    place = _PLACE.match(head[4][:2000])
    if place and not frames:
        frames = (Frame(place[1], int(place[2]), column=int(place[3] or 0)),)
    value = head[4][place.end() :] if place else head[4]
    first = at - 1 if at and _TITLE.match(lines[at - 1][:2000]) else at
    return Traceback(
        (Thrown(head[2] or head[3], value, (head[1] or "").rstrip("."), frames),), first, at + len(calls), "ada"
    )


def _frame(call: re.Match[str]) -> Frame:
    is_known = call[3] is not None and not _FOREIGN.match(call[2])
    return Frame(call[2].replace("???", ""), int(call[3] or 0), call[1], in_app=is_known)
