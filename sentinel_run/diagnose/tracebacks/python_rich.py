"""rich's tracebacks: boxes of frames with the exception below them."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.python_lines import LINKS, frame, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("─ Traceback (most recent call last) ─", "- Traceback (most recent call last) -")
_TOP = re.compile(r"[╭┌+][─-]++ Traceback \(most recent call last\) [─-]++[╮┐+]$")
_SIDES = "│|"
_BOTTOMS = ("╰", "└", "+-")
_PLACE = re.compile(r"[│|] ([^\s:][^:]*+):(\d{1,9}+) in (\S.*)$")
# The first row of a place that is too long for one: broken before or after `in`, or where the box ends.
_BROKEN = re.compile(r"[│|] [^\s:❱>╭][^:]*+(?::\d{0,9}+(?: in)?)?$")
_MOST_ROWS = 4
_SOURCE = re.compile(r"[│|] [❱>] *+\d++ (.*)[│|]$")
_NAME = re.compile(r"((?:\w++\.|(?!))*+)([^\W\d]\w*+)(?:: ?(.*))?$")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every traceback in `lines`; a chain is one."""
    at = 0
    while at < len(lines):
        if not _is_top(lines[at]):
            at += 1
            continue
        first, (thrown, after) = at, _chain(lines, at)
        at = max(after, at + 1)
        if thrown:
            yield Traceback(causes(list(reversed(thrown)), thrown[-1].link), first, after - 1, "python")


def _is_top(line: str) -> bool:
    return line.startswith(("╭", "┌", "+-")) and _TOP.match(line.strip()) is not None


def _chain(lines: Sequence[str], at: int) -> tuple[list[Thrown], int]:
    """The exceptions in their order, the one that ended the program last, and the line after them."""
    found: list[Thrown] = []
    link, end = "", at
    while at < len(lines) and _is_top(lines[at]):
        calls, at = _box(lines, at + 1)
        name = _NAME.match(lines[at]) if at < len(lines) else None
        if name is None:
            break
        value, end = message(lines, at + 1, "", name[2], name[3] or "")
        found.append(Thrown(name[2], value, name[1].rstrip("."), calls, link=link))
        link = LINKS.get(lines[end + 1], "") if end + 3 < len(lines) else ""
        at = end + 3 if link else len(lines)
    return found, end


def _box(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    found: list[Frame] = []
    while at < len(lines) and lines[at].startswith(tuple(_SIDES)):
        place, rows = _place(lines, at)
        if place:
            found.append(frame(place[1], int(place[2]), place[3]))
        elif (source := _SOURCE.match(lines[at])) and found and not found[-1].source:
            found[-1] = found[-1]._replace(source=source[1].lstrip("│ ").rstrip())
        at += rows
    return tuple(found), at + 1 if at < len(lines) and lines[at].startswith(_BOTTOMS) else at


def _place(lines: Sequence[str], at: int) -> tuple[re.Match[str] | None, int]:
    """The place of a call that row `at` names, and how many rows it takes."""
    begun = [lines[at][:-1].rstrip()]
    for rows in range(1, min(_MOST_ROWS, len(lines) - at)):
        before, rest = lines[at + rows - 1], lines[at + rows][:-1].strip(f"{_SIDES} ")
        # A full row, up to the blank before the box's side, may end within a word, or just before a blank.
        glue = ("", " ") if before[-3:-2].strip() else (" ",)
        begun = [start + between + rest for start in begun if _BROKEN.match(start) for between in glue]
        if found := next(filter(None, map(_PLACE.match, begun)), None):
            return found, rows + 1
    return _PLACE.match(lines[at][:-1].rstrip()), 1
