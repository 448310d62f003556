"""Python's words without a traceback header: a syntax error of the script itself, faulthandler's crash report."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.python_lines import frame_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SYNTAX = re.compile(r"(SyntaxError|IndentationError|TabError): (.*)$")
_CRASH = "Fatal Python error: "
HINTS: tuple[str, ...] = ("SyntaxError: ", "IndentationError: ", "TabError: ", _CRASH)
# The kernel's signals, which are the cause of such a run with and without faulthandler.
_SIGNALS: Mapping[str, str] = {
    "Segmentation fault": "SIGSEGV",
    "Aborted": "SIGABRT",
    "Bus error": "SIGBUS",
    "Floating point exception": "SIGFPE",
    "Floating-point exception": "SIGFPE",
    "Illegal instruction": "SIGILL",
}
_STACK = "(most recent call first):"
# The line, its marks and the message follow the file's name at once.
_SYNTAX_LINES = 4


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every syntax error and every crash report in `lines`."""
    at = 0
    while at < len(lines):
        line = lines[at]
        found = _crash(lines, at) if line.startswith(_CRASH) else None
        if found is None and line.startswith('  File "'):
            found = _syntax(lines, at)
        if found is not None:
            yield found
            at = found.last
        at += 1


def _syntax(lines: Sequence[str], at: int) -> Traceback | None:
    place = frame_of(lines[at])
    if place is None or place.function:
        return None
    for number in range(at + 1, min(at + 1 + _SYNTAX_LINES, len(lines))):
        if match := _SYNTAX.match(lines[number]):
            source = lines[at + 1].strip() if number > at + 1 else ""
            thrown = Thrown(match[1], match[2], frames=(place._replace(source=source),))
            return Traceback((thrown,), at, number, "python")
    return None


def _crash(lines: Sequence[str], at: int) -> Traceback:
    words = lines[at][len(_CRASH) :]
    stack = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].endswith(_STACK)), at)
    calls, last = _calls(lines, stack + 1) if stack > at else ((), at)
    kind = _SIGNALS.get(words)
    thrown = Thrown(kind or "Fatal Python error", words, frames=calls)
    return Traceback((thrown,), at, last, "python")


def _calls(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """The frames, which stand innermost first here, and the last line of them."""
    found: list[Frame] = []
    while at < len(lines) and (call := frame_of(lines[at])):
        found.append(call)
        at += 1
    return tuple(reversed(found)), at - 1
