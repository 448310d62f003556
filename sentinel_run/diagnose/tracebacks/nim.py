"""Nim's unhandled exceptions (lib/system/excpt.nim): the calls, outermost first, then what was wrong."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Error: unhandled exception: ", ".nim(")
_HEAD = re.compile(
    r"Error: unhandled exception: (?P<said>.*)|(?P<signal>SIG[A-Z]+): (?P<what>.*)"
    r"|Error: (?P<depth>call depth limit reached .*)"
)
_TYPE = re.compile(r"(.*?) ?\[(\w+)\]$")
_CALL = re.compile(r"(\S.*?\.nims?)(?:\((\d{1,9})(?:, \d+)?\))? +([\w.:`=<>+*/-]+)$")
_OMITTED = re.compile(r"\.\.\.|\(\d+ calls omitted\)|\[\[reraised from:|\]\]$")
_TITLE = "Traceback (most recent call last)"
_FOREIGN = re.compile(r".*(?:/nim(?:-[\d.]+)?/lib/|/\.choosenim/|/\.nimble/pkgs)")
# What raises for the language: without a stack of debug builds their files have no folder.
_OF_NIM = frozenset({"sysFatal", "raiseAssert", "failedAssertImpl", "raiseOverflow", "raiseIndexError2"})
_LOOK_AT_CHARS = 2000
_LONGEST_MESSAGE = 20
_MOST_FRAMES = 3000


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception that ended a program; a signal or too deep a recursion only with its calls."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    frames, first = _calls(lines, at)
    if head["said"] is None:
        if not frames:
            return None
        kind, value = head["signal"] or "StackOverflow", head["what"] or head["depth"]
        return Traceback((Thrown(kind, value, frames=frames),), first, at, "nim")
    said: list[str] = []
    for last in range(at, min(at + _LONGEST_MESSAGE, len(lines))):
        line = head["said"] if last == at else lines[last]
        if typed := _TYPE.match(line[:_LOOK_AT_CHARS]):
            thrown = Thrown(typed[2], "\n".join([*said, typed[1]]), frames=frames)
            return Traceback((thrown,), first, last, "nim")
        said.append(line)
    return None


def _calls(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """The calls that end right above line `at`, and the line that they begin with."""
    found: list[Frame] = []
    number = at - 1
    while number >= max(0, at - _MOST_FRAMES):
        line = lines[number][:_LOOK_AT_CHARS]
        if call := _CALL.match(line):
            found.append(_frame(call))
        elif not _OMITTED.match(line):
            break
        number -= 1
    if found and number >= 0 and lines[number] == _TITLE:
        number -= 1
    return tuple(reversed(found)), number + 1


def _frame(call: re.Match[str]) -> Frame:
    in_app = not _FOREIGN.match(call[1]) and call[3] not in _OF_NIM
    return Frame(call[1], int(call[2] or 0), call[3], in_app=in_app)
