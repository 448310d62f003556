"""Tcl's uncaught errors (errorInfo, as tclsh, wish and expect print it). The type is `error`, which throws them.

Tcl counts a procedure's lines from its own beginning and does not say in which file it is; only the outermost
frame has both.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("    while executing", "    while compiling", "    invoked from within")
_HEAD = re.compile(r" {4}while (?:executing|compiling)$")
_WITHIN = re.compile(r" {4}(?:while executing|while compiling|invoked from within)$")
_CONTEXT = re.compile(r' {4}\((?:procedure "(.+?)" line \d+|file "(.+?)" line (\d{1,9})|.*)\)$')
_LONGEST_COMMAND = 40
_FOREIGN = re.compile(r".*(?:/lib/tcl|/tcl8|/share/tcltk)")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error in `lines`. Its message is one line: where a longer one began nobody can tell."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, _: re.Match[str]) -> Traceback | None:
    if not at or not lines[at - 1].strip():
        return None
    first, last = at - 1, at
    frames: list[Frame] = []
    while at < len(lines) and _WITHIN.match(lines[at]):
        source, last = _command(lines, at + 1)
        while last + 1 < len(lines) and (context := _CONTEXT.match(lines[last + 1][:2000])):
            frames.extend(_frame(context, source))
            last += 1
        at = last + 1
    thrown = Thrown("error", lines[first].strip(), frames=tuple(reversed(frames)))
    return Traceback((thrown,), first, last, "tcl")


def _command(lines: Sequence[str], at: int) -> tuple[str, int]:
    """The first line of the command between quotes that begins at line `at`, and its last line."""
    for number in range(at, min(at + _LONGEST_COMMAND, len(lines))):
        if lines[number].endswith('"') and (number > at or len(lines[at]) > 1):
            return lines[at].strip('"').strip(), number
    return "", min(at, len(lines) - 1)


def _frame(context: re.Match[str], source: str) -> Iterator[Frame]:
    if context[1]:
        yield Frame(function=context[1], source=source)
    elif context[2]:
        yield Frame(context[2], int(context[3]), source=source, in_app=not _FOREIGN.match(context[2]))
