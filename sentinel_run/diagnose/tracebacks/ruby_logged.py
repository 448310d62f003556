"""Ruby's exceptions as programs log them: Logger's `message (Class)`, or `Class: message`, above the backtrace.

Logger's form is that of Logger::Formatter#msg2str; the other is what people write themselves, with
`e.backtrace.join("\\n")` below it.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.ruby import PLACE, frame, judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (":in `", ":in '")
_CALL = re.compile(rf"\s*(?:from )?{PLACE}$")
_LOGGER = re.compile(r"[A-Z], \[[^\]]{1,60}\] +[A-Z]+ -- [^:]{0,80}: ")
_CLASS = r"((?:[A-Z]\w{0,80}::){0,8})([A-Z]\w{0,80})"
_BEHIND = re.compile(rf"(.*) \({_CLASS}\)$")
_BEFORE = re.compile(rf"{_CLASS}: (.*)")
_LOOK_AT_CHARS = 2000


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every backtrace below a line that has the name of a class."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and ":in " in lines[end] and _CALL.match(lines[end][:_LOOK_AT_CHARS]):
            end += 1
        if 0 < at < end and (found := _logged(lines, at, end)) is not None:
            yield found
        at = max(end, at + 1)


def _logged(lines: Sequence[str], at: int, end: int) -> Traceback | None:
    """The exception of the line before `at`, whose backtrace goes to `end`."""
    said = lines[at - 1][:_LOOK_AT_CHARS]
    said = said[len(logger[0]) :] if (logger := _LOGGER.match(said)) else said
    if behind := _BEHIND.match(said):
        value, module, name = behind[1], behind[2], behind[3]
    elif before := _BEFORE.match(said):
        module, name, value = before[1], before[2], before[3]
    else:
        return None
    calls = [_CALL.match(line[:_LOOK_AT_CHARS]) for line in lines[at:end]]
    frames = [frame(call) for call in reversed(calls) if call is not None]
    mine = tuple(map(judged, frames, [Frame(), *frames]))
    thrown = Thrown(name, value.strip(), module.removesuffix("::"), mine)
    return Traceback((thrown,), at - 1, end - 1, "ruby", is_logged=True)
