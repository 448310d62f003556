"""Swift's fatal errors and its runtime's backtrace on Linux (Swift 5.9 and later)."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Fatal error", "Precondition failed", "Assertion failed")
_HEAD = re.compile(
    r"(?:(?P<file>[^\s:]+\.swift):(?P<line>\d{1,9}): )?"
    r"(?P<type>Fatal error|Precondition failed|Assertion failed)(?:: (?P<text>.*))?$"
)
_OLD_PLACE = re.compile(r"(.*?)(?:: )?file ([^\s,]+\.swift), line (\d{1,9})$")
_THROWN = "Error raised at top level: "
_NAME = re.compile(r"(?:(\w+)\.)?([A-Z]\w*)(?:\.(\w.*)|\((.*)\))?$")
_CALL = re.compile(
    r"\d{1,4} (?:\[[^\]]+\] )*(?:0x[0-9a-f]+ )?(.+?)(?: \+ \d+)? in (\S+)"
    r"(?: at (\S.*?):(\d{1,9})(?::(\d{1,9}))?)?$"
)
_CRASHED = re.compile(r"Thread \d+ .*crashed:$")
# Between the error and its backtrace stand banners and registers; source excerpts stand between the frames.
_BANNER = re.compile(r"$|\*\*\* |💣|\s|[═─]|Registers:|Current stack trace:|Crash")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every fatal error with a place; an error that was thrown out of the program by its own name."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    text, file, line = head["text"] or "", head["file"], int(head["line"] or 0)
    if file is None:
        place = _OLD_PLACE.match(text[:4000])
        if place is None:
            return None
        text, file, line = place[1], place[2], int(place[3])
    frames, last = _backtrace(lines, at)
    if not frames:
        frames, last = (Frame(file, line, in_app=not file.startswith("Swift/")),), at
    kind, value, module = _words(head["type"], text)
    return Traceback((Thrown(kind, value, module, frames),), at, last, "swift")


def _words(kind: str, text: str) -> tuple[str, str, str]:
    """Type, message, module. `main.ChargeError.refused(code: 3)` is the case `refused` of `ChargeError`."""
    if text.startswith(_THROWN):
        text = text[len(_THROWN) :]
        name = _NAME.match(text)
        return (name[2], name[3] or name[4] or "", name[1] or "") if name else ("Error", text, "")
    return kind, text, ""


def _backtrace(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    found: list[Frame] = []
    last, is_crashed = at, False
    for number in range(at + 1, len(lines)):
        line = lines[number][:2000]
        if _CRASHED.match(line):
            is_crashed = True
        elif is_crashed and (call := _CALL.match(line)):
            found.append(_frame(call))
            last = number
        elif line.startswith("Thread ") or not _BANNER.match(line):
            break
    return tuple(reversed(found)), last


def _frame(call: re.Match[str]) -> Frame:
    file = call[3] or ""
    in_app = bool(file) and not call[2].startswith("libswift") and not file.startswith("/<compiler-generated>")
    return Frame(file, int(call[4] or 0), call[1], in_app=in_app, column=int(call[5] or 0))
