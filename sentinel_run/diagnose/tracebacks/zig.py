"""Zig's panics, and errors that left main, with the trace of a build that keeps debug information."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import message, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (".zig:",)
_HEAD = re.compile(r"error: (?P<error>[A-Z]\w*)$|(?:thread \d+ )?panic: (?P<panic>.*)")
_PLACE = re.compile(r"(\S.*?):(\d{1,9}):(\d{1,9}): 0x[0-9a-f]+ in (\S+) \((.*)\)$|\?\?\?:\?:\?: 0x")
_END = re.compile(f"{_PLACE.pattern}|{_HEAD.pattern}")
_FOREIGN = re.compile(r".*/(?:lib|zig)/std/|.*/zig/p/|.*/lib/(?:compiler|c\.zig)")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every panic and every returned error that has a trace."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    text, end = message(lines, at + 1, head["panic"] or "", _END)
    frames, last = _calls(lines, end)
    if not frames or (head["error"] and text):
        return None
    thrown = Thrown(head["error"] or "panic", text, frames=frames)
    return Traceback((thrown,), at, last, "zig")


def _calls(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """A place, the source and a mark below it, innermost first."""
    found: list[Frame] = []
    while at < len(lines) and (place := _PLACE.match(lines[at][:2000])):
        source = (
            lines[at + 1].strip() if at + 1 < len(lines) and lines[at + 1].startswith((" ", "fn", "pub")) else ""
        )
        at += 1
        while at < len(lines) and not _PLACE.match(lines[at][:2000]) and _is_excerpt(lines, at):
            at += 1
        if place[1]:
            found.append(_frame(place, source))
    return tuple(reversed(found)), at - 1


def _is_excerpt(lines: Sequence[str], at: int) -> bool:
    """The source line, which the line of marks follows, or that one."""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return lines[at].strip() == "^" or below.strip() == "^"


def _frame(place: re.Match[str], source: str) -> Frame:
    in_app = not _FOREIGN.match(place[1])
    return Frame(place[1], int(place[2]), place[4], place[5], in_app, int(place[3]), source)
