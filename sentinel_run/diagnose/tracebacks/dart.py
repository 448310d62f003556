"""Dart's uncaught exceptions (its VM's `Unhandled exception:` and stack trace)."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import message, run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HINTS: tuple[str, ...] = ("Unhandled exception:",)
_HEAD = re.compile(r"(\[ERROR:flutter/.*\] )?Unhandled exception:\s*(?:Uncaught Error: )?(.*)")
_CALL = re.compile(r"#\d+ +(\S.*?) \((\S+?)(?::(\d{1,9}))?(?::(\d{1,9}))?\)$|<asynchronous suspension>$|\.\.\.$")
_NAME = re.compile(
    r"([A-Z_]\w*)(?: \((\w+)\))?: (.*)|Instance of '(\w+)(?:<.*>)?'$|([A-Z]\w*(?:Exception|Error))$"
)
# Dart's own errors whose text does not begin with their name (its core library's toString()).
_WORDED: Mapping[str, str] = {
    "Bad state: ": "StateError",
    "Invalid argument": "ArgumentError",
    "Unsupported operation: ": "UnsupportedError",
    "Concurrent modification during iteration": "ConcurrentModificationError",
    "Null check operator used on a null value": "TypeError",
    "type '": "TypeError",
    "Stack Overflow": "StackOverflowError",
    "Out of Memory": "OutOfMemoryError",
    "LateInitializationError": "LateError",
    "'": "AssertionError",
    "UnimplementedError": "UnimplementedError",
}


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every uncaught exception in `lines`."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    begin = at if head[2] else at + 1
    if begin >= len(lines):
        return None
    text, end = message(lines, begin + 1, head[2] or lines[begin], _CALL)
    calls = run_of(lines, end, _CALL)
    if head[2] and not head[1] and not calls:
        return None  # Words of any program; the VM begins a new line, and Flutter has its mark before them.
    frames = tuple(_frame(call) for call in reversed(calls) if call[1])
    kind, value = _words(text)
    return Traceback((Thrown(kind, value, frames=frames),), at, max(end + len(calls) - 1, begin), "dart")


def _words(text: str) -> tuple[str, str]:
    """Type and message. A thrown text has no type; it is `Exception`, as Dart has no other word for it."""
    for words, kind in _WORDED.items():
        if text.startswith(words):
            return kind, text.removeprefix(words) if words.endswith(": ") else text
    first, newline, rest = text.partition("\n")
    name = _NAME.match(first)
    if name is None:
        return "Exception", text
    if name[1]:
        return name[1], (f"({name[2]}) " if name[2] else "") + name[3] + newline + rest
    return name[4] or name[5], ""


def _frame(call: re.Match[str]) -> Frame:
    file = call[2].removeprefix("file://")
    in_app = not file.startswith(("dart:", "package:flutter/")) and "/.pub-cache/" not in file
    return Frame(file, int(call[3] or 0), call[1], in_app=in_app, column=int(call[4] or 0))
