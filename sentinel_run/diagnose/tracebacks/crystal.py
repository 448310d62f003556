"""Crystal's unhandled exceptions (src/crystal/main.cr, src/exception.cr), with their causes."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.scan import chain, run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Unhandled exception: ", "Unhandled exception in spawn")
_HEAD = re.compile(r"Unhandled exception(?P<fiber> in spawn(?:\(name: .*?\))?)?: (?P<said>.*)")
_CAUSE = re.compile(r"Caused by: (?P<said>.*)")
_TYPE = re.compile(r"(.*?) ?\(([A-Z]\w*(?:::[A-Z]\w*)*)\)$")
_CALL = re.compile(r"  from (?:(\S.*?):(\d{1,9}):(\d{1,9}) in '(.*)'|(\S.*?) in '(.*)'|\?\?\?)$")
# The standard library, a project's shards, and the system's libraries.
_FOREIGN = re.compile(r"(?:.*/)?(?:crystal/(?:lib|src)|lib)/|(?:/usr)?/lib|.*\.so")
_LOOK_AT_CHARS = 2000
_LONGEST_MESSAGE = 20


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception that nobody rescued; after one of a fiber the program goes on."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    thrown, last = chain(lines, at, head, _exception, _CAUSE.match)
    if not thrown:
        return None
    return Traceback(causes(thrown), at, last, "crystal", is_logged=head["fiber"] is not None)


def _exception(lines: Sequence[str], at: int, head: re.Match[str]) -> tuple[Thrown, int] | None:
    """The exception whose message begins in `head`, and its last line; the type stands behind the message."""
    said: list[str] = []
    for number in range(at, min(at + _LONGEST_MESSAGE, len(lines))):
        line = head["said"] if number == at else lines[number]
        typed = _TYPE.match(line[:_LOOK_AT_CHARS])
        if typed and (calls := run_of(lines, number + 1, _CALL)):
            module, _, kind = typed[2].rpartition("::")
            frames = tuple(_frame(call) for call in reversed(calls))
            return Thrown(kind, "\n".join([*said, typed[1]]), module, frames), number + len(calls)
        said.append(line)
    return None


def _frame(call: re.Match[str]) -> Frame:
    if call[1] is None:
        return Frame(call[5] or "", 0, (call[6] or "").strip("?"), in_app=False)
    return Frame(call[1], int(call[2]), call[4], in_app=not _FOREIGN.match(call[1]), column=int(call[3]))
