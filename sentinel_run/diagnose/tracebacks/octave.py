"""Octave's and MATLAB's errors. Neither prints an identifier by default; the type is their own word, `error`."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("error: called from", "error: parse error", "Error using ", "Error in ", "Error: File: ")
_HEAD = re.compile(
    r"error: (?P<parse>parse error(?: near line (?P<at>\d{1,9}) of file (?P<file>.*)|:)?)$"
    r"|error: (?P<octave>(?!called from|ignoring const).*)"
    r"|Error using (?P<using>\S+)(?: \(line (?P<line>\d{1,9})\))?$|(?P<calls>Error in \S+ \(line \d{1,9}\)$)"
    r"|Error: File: (?P<script>.*?) Line: (?P<row>\d{1,9}) Column: (?P<column>\d{1,9})$"
)
_CALLED_FROM = "error: called from"
_CALL = re.compile(r" {4}(\S.*?) at line (\d{1,9}) column (\d{1,9})$")
_IN = re.compile(r"Error in (\S+) \(line (\d{1,9})\)$")
_LONGEST_MESSAGE = 20


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error with a place in `lines`."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    if head["parse"]:
        return _parse_error(lines, at, head)
    if head["octave"] is not None:
        return _octave(lines, at, head)
    if head["script"]:
        return _script(lines, at, head)
    return _matlab(lines, at, head)


def _octave(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    """`error: message`, `error: called from`, the calls, innermost first."""
    for end in range(at + 1, min(at + _LONGEST_MESSAGE, len(lines))):
        if lines[end] == _CALLED_FROM:
            calls = run_of(lines, end + 1, _CALL)
            value = "\n".join([head["octave"], *lines[at + 1 : end]])
            frames = tuple(Frame(function=one[1], line=int(one[2]), column=int(one[3])) for one in reversed(calls))
            return _made(value, frames, at, end + len(calls))
        if lines[end].startswith("error: "):
            break
    return None


def _parse_error(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    """The words of the parser stand two lines below, indented."""
    value = next((line.strip() for line in lines[at + 1 : at + 4] if line.strip()), "")
    frame = Frame(head["file"] or "", int(head["at"] or 0))
    return _made(value, (frame,) if head["file"] else (), at, at + 2) if at + 2 < len(lines) else None


def _script(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    last = min(at + 1, len(lines) - 1)
    frame = Frame(head["script"], int(head["row"]), column=int(head["column"]))
    return _made(lines[last] if last > at else "", (frame,), at, last)


def _matlab(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    """`Error using f (line 3)`, the message, and a paragraph for each call: `Error in g (line 7)`, its source."""
    if head["calls"]:
        # An error of MATLAB's own has only its message above the calls.
        first = at - 2
        if first < 0 or lines[at - 1].strip() or not lines[first].strip():
            return None
        value, calls_at, innermost = lines[first], at, None
    else:
        first, end = at, at + 1
        while end < len(lines) and end - at < _LONGEST_MESSAGE and lines[end].strip():
            end += 1
        value, calls_at = "\n".join(lines[at + 1 : end]), end + 1
        innermost = _frame(head["using"], int(head["line"])) if head["line"] else None
    frames, last = _paragraphs(lines, calls_at)
    frames = [innermost, *frames] if innermost else frames
    last = min(max(last, calls_at - 2, at), len(lines) - 1)  # The output may end with the message.
    return _made(value, tuple(reversed(frames)), first, last) if frames else None


def _paragraphs(lines: Sequence[str], at: int) -> tuple[list[Frame], int]:
    frames, last = [], at - 1
    while at < len(lines) and (call := _IN.match(lines[at][:1000])):
        source = lines[at + 1].strip() if at + 1 < len(lines) and lines[at + 1].startswith("    ") else ""
        frames.append(_frame(call[1], int(call[2]), source))
        last = at + bool(source)
        at = last + 2 if lines[last + 1 : last + 2] == [""] else last + 1
    return frames, last


def _frame(name: str, line: int, source: str = "") -> Frame:
    """`main>helper` is the function helper of main.m; a function alone is in the file of its own name."""
    file, _, function = name.partition(">")
    return Frame(f"{file.split('/')[0]}.m", line, (function or name), source=source)


def _made(value: str, frames: tuple[Frame, ...], first: int, last: int) -> Traceback:
    return Traceback((Thrown("error", value.strip(), frames=frames),), first, last, "octave")
