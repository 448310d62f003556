"""Haskell's uncaught exceptions (GHC): those with a call stack, missing patterns, and GHC 9.10's own wording.

Before 9.10 GHC prints an exception without its type; `error` throws an ErrorCall, and other exceptions without a
call stack are a plain line that no reader can tell from another program's.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (
    "CallStack (from HasCallStack):",
    "HasCallStack backtrace:",
    "Non-exhaustive ",
    "Uncaught exception ",
)
_STACKS = HINTS[:2]
_HEAD = re.compile(r"[\w./+-]+: (.*)")
_CALL = re.compile(r" +(\S+), called at (\S+?):(\d{1,9}):(\d{1,9}) in ([^\s:]+):(\S+)$")
_PATTERNS = re.compile(r"[\w./+-]+: (\S+?\.l?hs):\(?(\d{1,9})[:,](\d{1,9})\)?[-\d:(),]*: (Non-exhaustive .*)")
_UNCAUGHT = re.compile(r"[\w./+-]+: Uncaught exception (?:[^\s:]+:)?(?:([\w.']+)\.)?([\w']+):$")
_OF_THE_LIBRARY = re.compile(r"libraries/|.*/libraries/")
_LONGEST_MESSAGE = 20


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception that can be told from plain output."""
    begin = 0
    for at, line in enumerate(lines):
        if line in _STACKS:
            found = _stacked(lines, max(begin, at - _LONGEST_MESSAGE), at)
        elif match := _PATTERNS.match(line[:2000]):
            frame = Frame(match[1], int(match[2]), column=int(match[3]))
            found = Traceback((Thrown("PatternMatchFail", match[4], frames=(frame,)),), at, at, "haskell")
        else:
            continue
        if found is not None:
            yield found
            begin = found.last + 1


def _stacked(lines: Sequence[str], begin: int, at: int) -> Traceback | None:
    """The exception whose call stack begins at line `at`; its words stand above, after the program's name."""
    first = next((number for number in range(at - 1, begin - 1, -1) if _HEAD.match(lines[number][:2000])), None)
    if first is None:
        return None
    calls = run_of(lines, at + 1, _CALL)
    if not calls:
        return None
    uncaught = _UNCAUGHT.match(lines[first][:2000])
    said = [*lines[first:at]]
    said[0] = "" if uncaught else lines[first].partition(": ")[2]
    module, kind = (uncaught[1] or "", uncaught[2]) if uncaught else ("", "ErrorCall")
    thrown = Thrown(kind, "\n".join(said).strip(), module, _frames(calls))
    return Traceback((thrown,), first, at + len(calls), "haskell")


def _frames(calls: list[re.Match[str]]) -> tuple[Frame, ...]:
    """`f, called at x.hs:3:5` is a place in the caller of f, which the next line names if it is on the stack."""
    callers = [*(call[1] for call in calls[1:]), ""]
    found = [
        Frame(call[2], int(call[3]), caller, call[6], _is_ours(call[2], call[5]), int(call[4]))
        for call, caller in zip(calls, callers, strict=True)
    ]
    return tuple(reversed(found))


def _is_ours(file: str, package: str) -> bool:
    return not _OF_THE_LIBRARY.match(file) and (package == "main" or "-inplace" in package)
