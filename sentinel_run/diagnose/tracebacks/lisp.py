"""Conditions of Common Lisp that end a program where SBCL's debugger is disabled (src/code/debug.lisp)."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Backtrace for: #<SB-THREAD:THREAD",)
_HEAD = re.compile(r"Unhandled (\S+?) in thread #<SB-THREAD:THREAD .*$")
_PLACE = re.compile(r"While evaluating the form starting at line (\d{1,9}), column (\d{1,9})$")
_FILE = re.compile(r"  of #P\"(.*)\":$")
_CALL = re.compile(r"\d+: (?:\(([^\s()\"]+)|\()")
_BACKTRACE = "Backtrace for: #<SB-THREAD:THREAD"
_QUITTING = "unhandled condition in --disable-debugger mode, quitting"
_LONGEST_MESSAGE = 40
# SBCL's own packages, the functions that signal, and those that load a script.
_FOREIGN = re.compile(
    r"SB-[A-Z-]+:|(?:ERROR|CERROR|SIGNAL|WARN|INVOKE-DEBUGGER|BREAK|LOAD|EVAL|EVAL-TLF|FUNCALL|APPLY|MAP\w*)$"
)


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every unhandled condition with its backtrace, which names functions and no places."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    body = range(at + 1, min(at + _LONGEST_MESSAGE, len(lines)))
    trace = next((number for number in body if lines[number].startswith(_BACKTRACE)), 0)
    if not trace:
        return None
    calls = run_of(lines, trace + 1, _CALL)
    last = trace + len(calls)
    if lines[last + 1 : last + 3] == ["", _QUITTING]:
        last += 2
    package, _, kind = head[1].rpartition(":")
    place = _place(lines, at)
    frames = (*place, *(_frame(call[1] or "") for call in reversed(calls)))
    thrown = Thrown(kind, _message(lines[at:trace]), package.rstrip(":"), frames)
    return Traceback((thrown,), at - 2 * len(place), last, "lisp")


def _message(lines: Sequence[str]) -> str:
    """What follows the name of the thread, which may take two lines, without the indent of two."""
    begin = next((n for n, line in enumerate(lines, 1) if line.endswith(("}>:", "}> :"))), 1)
    return "\n".join(line.removeprefix("  ") for line in lines[begin:]).strip("\n")


def _place(lines: Sequence[str], at: int) -> tuple[Frame, ...]:
    """The form that was loaded, where `--load` told of it."""
    where = _PLACE.match(lines[at - 2]) if at >= 2 else None
    file = _FILE.match(lines[at - 1][:2000]) if where else None
    return (Frame(file[1], int(where[1]), column=int(where[2]) + 1),) if where and file else ()


def _frame(function: str) -> Frame:
    return Frame(function=function, in_app=bool(function) and not _FOREIGN.match(function))
