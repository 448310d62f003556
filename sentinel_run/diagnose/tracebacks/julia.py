"""Julia's uncaught exceptions: with and without a script (LoadError), `caused by`, tasks."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.scan import message, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("ERROR: ",)
_HEAD = re.compile(r"ERROR: (?:LoadError: |(?!))*+(.*)")
_CAUSED = re.compile(r"caused by: (?:LoadError: |(?!))*+(.*)")
_STACK = re.compile(r"Stacktrace:$|ERROR: ")
_NAME = re.compile(r"((?:\w+\.)*)([A-Z]\w*(?:Exception|Error|Failed|Interrupt)\w*)(?:: (.*)|\((.*)\)$|$)")
_CALL = re.compile(r" *\[\d+\] (.*)")
_PLACE = re.compile(r" +@ (?:(\w[\w.]*) )?(\S.*?):(\d{1,9})(?: \[inlined\])?$")
_OLD_CALL = re.compile(r"(.*) at (\S+):(\d{1,9})$")
_EXPRESSION = "in expression starting at "
_FOREIGN = re.compile(r"\./|.*/julia/(?:stdlib|base|packages)|.*/\.julia/|none$")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception with a stack trace in `lines`."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    found = _thrown(lines, at, head[1])
    if found is None:
        return None
    thrown, last = [found[0]], found[1]
    while cause := _next_cause(lines, last + 1):
        thrown.append(cause[0])
        last = cause[1]
    return Traceback(causes(thrown, "caused by"), at, last, "julia")


def _next_cause(lines: Sequence[str], at: int) -> tuple[Thrown, int] | None:
    while at < len(lines) and not lines[at]:
        at += 1
    head = _CAUSED.match(lines[at]) if at < len(lines) else None
    return _thrown(lines, at, head[1]) if head else None


def _thrown(lines: Sequence[str], at: int, first: str) -> tuple[Thrown, int] | None:
    """The exception that begins with `first` on line `at`, and its last line; None if it has no stack trace."""
    text, end = message(lines, at + 1, first, _STACK)
    if end >= len(lines) or lines[end] != "Stacktrace:":
        return None
    frames, last = _calls(lines, end + 1)
    if last + 1 < len(lines) and lines[last + 1].startswith(_EXPRESSION):
        last += 1
    name = _NAME.match(text.partition("\n")[0])
    if name is None:
        return Thrown("ErrorException", text, frames=frames), last
    value = (name[3] or name[4] or "") + "".join(text.partition("\n")[1:])
    return Thrown(name[2], value.strip(), name[1].rstrip("."), frames), last


def _calls(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """`[1] function`, with its place on the next line, or on the same one before Julia 1.6."""
    found: list[Frame] = []
    while at < len(lines):
        line = lines[at][:4000]
        place = _PLACE.match(line)
        call = None if place else _CALL.match(line)
        if place and found:
            file, module = place[2], place[1] or ""
            found[-1] = found[-1]._replace(file=file, line=int(place[3]), module=module, in_app=_is_ours(file))
        elif call:
            found.append(_frame(call[1]))
        elif line.strip() not in ("", "⋮") or not (at + 1 < len(lines) and _CALL.match(lines[at + 1][:4000])):
            break
        at += 1
    return tuple(reversed(found)), at - 1


def _frame(words: str) -> Frame:
    place = _OLD_CALL.match(words)
    if place is None:
        return Frame(function=words.partition("(")[0])
    return Frame(place[2], int(place[3]), place[1].partition("(")[0], in_app=_is_ours(place[2]))


def _is_ours(file: str) -> bool:
    return not _FOREIGN.match(file)
