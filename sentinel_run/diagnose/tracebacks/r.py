"""R's errors as Rscript and `R -f` end with them, and rlang's (tidyverse) with causes and a backtrace.

R prints no class for an error; the type is its own word, `Error`. Calls have neither file nor line.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# `try()` prints an error likewise, and the script goes on: only a halted one ended.
HINTS: tuple[str, ...] = ("Execution halted",)
_HEAD = re.compile(r"Error(?: in (.*?))? ?:(?: (.*)|$)|Error in (`.*?`):$|Error:$")
_CAUSE = re.compile(r"Caused by error(?: in (`?.*?`?))?:$")
_CALLS = "Calls: "
_END = re.compile(r"Calls: |In addition: |Backtrace:|Warning messages?:|Execution halted|Caused by |\s+▆$")
_LOOK_BACK = 80
_NAME = re.compile(r"`?((?:[\w.]+::+)?[\w.]+)")
_STEP = re.compile(r"\s*(?:\d+\. )?[\s│├└─]*([\w.]+)(::+| )(`?[\w.<-]+`?)\(")
# Functions of R itself, in whose hands an error often begins; a package's are named with `::` if at all.
_OF_R = frozenset({
    "stop", "stopifnot", "match.arg", "file", "readLines", "read.csv", "read.table", "scan", "source",
    "library", "require", "eval", "evalq", "withCallingHandlers", "tryCatch", "try", "suppressWarnings",
    "lapply", "sapply", "vapply", "Map", "do.call", "Reduce", "Filter", "get", "match.fun", "readRDS", "load",
    "url", "gzfile", "as.numeric", "factor", "merge", "rbind", "cbind", "solve", "solve.default", "FUN",
    "<Anonymous>", "tryCatchList", "tryCatchOne", "doTryCatch",
})  # fmt: skip


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """The error before each `Execution halted`."""
    begin = 0
    for last, line in enumerate(lines):
        if line == HINTS[0]:
            first = _first(lines, max(begin, last - _LOOK_BACK), last)
            if first is not None:
                yield _one(lines, first, last)
            begin = last + 1


def _first(lines: Sequence[str], begin: int, last: int) -> int | None:
    for number in range(last - 1, begin - 1, -1):
        if lines[number].startswith("Error") and _HEAD.match(lines[number]):
            return number
    return None


def _one(lines: Sequence[str], first: int, last: int) -> Traceback:
    head = _HEAD.match(lines[first])
    assert head is not None
    call = head[1] or head[3] or ""
    value, at = _message(lines, first + 1, last, head[2] or "")
    frames = _called(lines, at, last, call)
    thrown = [Thrown("Error", value, frames=frames)]
    while at < last:
        if cause := _CAUSE.match(lines[at]):
            value, at = _message(lines, at + 1, last, "")
            calls = (_frame(cause[1]),) if cause[1] else ()
            thrown.append(Thrown("Error", value, frames=calls))
        else:
            at += 1
    if len(thrown) > 1 and len(frames) > 1:
        # rlang's backtrace is the root cause's; the others are on its way, each in the call that it names.
        thrown[0] = thrown[0]._replace(frames=_up_to(frames, call))
        thrown[-1] = thrown[-1]._replace(frames=frames)
    return Traceback(causes(thrown, "parent"), first, last, "r")


def _up_to(frames: tuple[Frame, ...], call: str) -> tuple[Frame, ...]:
    """The frames as far as the last one of `call`; the call alone where it is none of them."""
    if not call:
        return ()
    own = _frame(call)
    ends = [at for at, frame in enumerate(frames, 1) if frame.function == own.function]
    return frames[: ends[-1]] if ends else (own,)


def _message(lines: Sequence[str], at: int, last: int, first: str) -> tuple[str, int]:
    said = [first]
    while at < last and not _END.match(lines[at]):
        said.append(lines[at])
        at += 1
    text = [line.rstrip().removeprefix("! ") for line in said]
    return "\n".join(text).strip(), at


def _called(lines: Sequence[str], at: int, last: int, call: str) -> tuple[Frame, ...]:
    """The calls, outermost first; the last of them is the one that `Error in` names."""
    for number in range(at, last):
        if lines[number].startswith(_CALLS):
            names = lines[number][len(_CALLS) :].replace(" ... ", " -> ").split(" -> ")
            return tuple(_frame(name) for name in names)
        if lines[number] == "Backtrace:":
            steps = filter(None, map(_STEP.match, (line[:500] for line in lines[number + 1 : last])))
            return tuple(_step(step) for step in steps)
    return (_frame(call),) if call else ()


def _step(step: re.Match[str]) -> Frame:
    package = step[1] if step[2] != " " else ""
    return Frame(function=step[3].strip("`"), module=package, in_app=not package)


def _frame(call: str) -> Frame:
    name = _NAME.match(call)
    function = name[1] if name else call
    return Frame(function=function, in_app=function not in _OF_R and "::" not in function)
