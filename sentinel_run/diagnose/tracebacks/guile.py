"""Guile's backtraces and errors (system/repl/debug.scm, ice-9/boot-9.scm), of compiled and of evaluated scripts.

Guile prints no kind of an error but for one that a program throws by a key of its own; the others have its own
word, `ERROR`.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("In procedure ",)
_PLACE = r"(?:(?P<file>[^\s:]++):(?P<line>\d{1,9}):(?P<column>\d{1,9})|ERROR): In procedure [^\s:]++:"
_HEAD = re.compile(rf"(?P<trace>Backtrace:$)|{_PLACE}")
_ERROR = re.compile(rf"{_PLACE}(?: (?P<said>.*))?$")
_CALL = re.compile(
    r"In (?P<file>.*):$|\s+(?:(?P<line>\d{1,9}):(?P<column>\d{1,9}) +)?(?P<number>\d{1,9}) \((?P<call>.*)\)$|$"
)
_PART = re.compile(r"  \d{1,9}\. (.*)$")
_KEY = re.compile(r"Throw to key `(.*?)' with args `\((.*)\)'\.$")
_INNER = re.compile(r"In procedure \S+: ")
# A script that cannot be read: the place in it begins the message.
_UNREAD = re.compile(r"([^\s:]++):(\d{1,9}):(\d{1,9}): ")
_FOREIGN = re.compile(r"ice-9/|unknown file|system/|srfi/|rnrs/|oop/|.*/share/guile/|.*/guile-\d")
_LONGEST_TRACE = 400


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error with its backtrace; a script that cannot be read has none, but a place."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    calls = run_of(lines, at + 1, _CALL) if head["trace"] else []
    number = at + 1 + len(calls) if head["trace"] else at
    error = _ERROR.match(lines[number][:2000]) if number < len(lines) else None
    if error is None or len(calls) > _LONGEST_TRACE:
        return None
    frames = _frames(calls)
    if not frames and error["file"]:
        frames = (_frame(error["file"], error["line"], error["column"], ""),)
    first, end = error["said"], number + 1
    if first is None:
        if end >= len(lines):
            return None
        first, end = lines[end], end + 1
    kind, value, last = _said(lines, first, end)
    if place := _UNREAD.match(value[:2000]):
        frames = (*frames, _frame(place[1], place[2], place[3], ""))
        value = value[place.end() :]
    return Traceback((Thrown(kind, value, frames=frames),), at, last, "guile")


def _said(lines: Sequence[str], first: str, end: int) -> tuple[str, str, int]:
    """The kind of the error, its message, and its last line. A condition's parts are numbered below `ERROR:`."""
    if key := _KEY.match(first[:2000]):
        return key[1], key[2], end - 1
    if first == "ERROR:":
        parts = run_of(lines, end, _PART)
        return "ERROR", "\n".join(part[1] for part in parts), end + len(parts) - 1
    return "ERROR", _INNER.sub("", first, count=1), end - 1


def _frames(calls: list[re.Match[str]]) -> tuple[Frame, ...]:
    """The calls, outermost first as Guile prints them; a heading names the file of those below it."""
    found: list[Frame] = []
    file = ""
    for call in calls:
        if call["file"] is not None:
            file = call["file"]
        elif call["number"] is not None:
            function = call["call"].split(" ", 1)[0]
            found.append(_frame(file, call["line"], call["column"], "" if function == "_" else function))
    return tuple(found)


def _frame(file: str, line: str | None, column: str | None, function: str) -> Frame:
    in_app = bool(file) and not _FOREIGN.match(file)
    return Frame(file, int(line or 0), function, in_app=in_app, column=int(column or 0))
