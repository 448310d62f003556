"""Clojure's errors as its main prints them (clojure.main/ex-str): the root cause, its place and its message."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Execution error", "Syntax error", "Unexpected error", "Error printing return value")
_HEAD = re.compile(
    r"(?:Execution error|Syntax error|Unexpected error|Error printing return value)(?: - invalid arguments)?"
    r"(?: \((?P<type>[\w$.]++)\))?(?: [\w -]+?)? at (?P<function>[^\s(]*+) ?"
    r"\((?P<file>[^():]*+)(?::(?P<line>\d{1,9}))?(?::\d{1,9})?\)\.$"
)
_REPORT = "Full report at:"
_FOREIGN = re.compile(r"(?:clojure|java|javax|jdk|sun)[./]")
_LONGEST_MESSAGE = 20


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error in `lines`. A syntax error without the name of an exception is Clojure's CompilerException."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    end = at + 1
    while end < len(lines) and end - at < _LONGEST_MESSAGE and lines[end].strip():
        end += 1
    last = end - 1
    if lines[end + 1 : end + 2] == [_REPORT]:
        last = min(end + 2, len(lines) - 1)
    file, function = head["file"], head["function"]
    frame = Frame(file, int(head["line"] or 0), function, in_app=not _FOREIGN.match(function))
    module, _, kind = (head["type"] or "clojure.lang.Compiler$CompilerException").rpartition(".")
    thrown = Thrown(kind, "\n".join(lines[at + 1 : end]).strip(), module, (frame,))
    return Traceback((thrown,), at, last, "clojure")
