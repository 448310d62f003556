"""Raku's uncaught exceptions. It prints no type; the message is one line or more above the calls."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("  in block <unit> at ", "  in sub ", "  in method ")
_CALL = re.compile(r"  in (sub|method|block|submethod|any|regex) (\S*) ?at (\S.*?) line (\d{1,9})$")
_FOREIGN = re.compile(r"SETTING::|.*/(?:perl6|raku)/|NQP::")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception in `lines`, with the type that all of them share: `Exception`."""
    return scan(lines, _CALL, _one)


def _one(lines: Sequence[str], at: int, _: re.Match[str]) -> Traceback | None:
    if not at or not lines[at - 1].strip():
        return None
    calls = run_of(lines, at, _CALL)
    thrown = Thrown("Exception", lines[at - 1].strip(), frames=tuple(map(_frame, reversed(calls))))
    return Traceback((thrown,), at - 1, at + len(calls) - 1, "raku", is_logged=True)


def _frame(call: re.Match[str]) -> Frame:
    function = "" if call[2] == "<unit>" else call[2]
    return Frame(call[3], int(call[4]), function, in_app=not _FOREIGN.match(call[3]))
