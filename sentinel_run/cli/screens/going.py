"""What runs now: a row a run with a bar against its usual duration, and its last line beside or below it."""

from __future__ import annotations

import os
import time

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from sentinel_run.cli.screens import canvas, columns, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.cli.going import Going

# From here on the last line has room beside the row.
_WIDE = columns.WIDE
_GAP, _INDENT = "  ", "  "
_LONGEST_NAME, _NAME_SHARE = 28, 4
_NUMBERS = (("running", 7), ("CPU", 7), ("memory", 7))
_WIDE_BAR, _SHORTEST_BAR, _DEEPEST = 36, 4, 4
_BESIDE = len("62 % of 10m 00s")
_NOT_KNOWN, _UNKNOWN = "not known yet", "unknown"
_FULL, _EMPTY = "█", "░"
_PLAIN_FULL, _PLAIN_EMPTY = "#", "."
# Twice as long as usual is worth a look (see the comparison with the past).
_FAR_BEYOND = 2.0


def screen(found: Sequence[Going], width: int, height: int = 0) -> Text:
    """All runs; of a screen of so many lines, as many as it has room for."""
    drawn = Text(no_wrap=True, overflow="crop")
    drawn.append(_title(len(found)), canvas.TITLE)
    drawn.append(f"  {time.strftime('%H:%M:%S')}  q ends\n" if height else "\n", canvas.ASIDE)
    if not found:
        return drawn.append("\ntry: sentinel-run -- COMMAND", canvas.ASIDE)
    id_width = max(len(going.short_id) for going in found) if width >= columns.MIDDLE else 0
    if id_width and width < canvas.NO_WIDTH:
        width -= id_width + len(_GAP)
    shown = found[: _room(len(found), width, height)]
    name_width = max(map(cell_len, ("name", *map(_name, found))))
    name_width = min(name_width, _LONGEST_NAME, max(len("name"), width // _NAME_SHARE))
    numbers = _numbers(width - name_width)
    usual_width = _usual_width(width, name_width + _taken(numbers))
    drawn.append(f"\n{_id('run', id_width)}", canvas.ASIDE)
    titles = [title for title, _ in _NUMBERS[:numbers]]
    drawn.append(f"{_line('name', titles, name_width)}{_GAP}{_fitted('usually', usual_width)}", canvas.ASIDE)
    for going in shown:
        drawn.append(f"\n{_id(going.short_id, id_width)}", canvas.ASIDE)
        _add(drawn, going, width, name_width, numbers, usual_width)
    if len(shown) < len(found):
        drawn.append(f"\nand {len(found) - len(shown):,} more", canvas.ASIDE)
    return drawn


def _id(text: str, width: int) -> str:
    return f"{text:{width}}{_GAP}" if width else ""


def _title(count: int) -> str:
    runs = f"{count:,} {'run' if count == 1 else 'runs'} in progress" if count else "nothing is running"
    return f"{runs} on {words.printable(os.uname().nodename)}"


def _room(count: int, width: int, height: int) -> int:
    """How many runs fit below the two lines of the head, with one line for those that do not."""
    if not height:
        return count
    lines_a_run = 1 if width >= _WIDE else 2
    room = max(1, (height - 3) // lines_a_run)
    return count if count <= room else max(1, (height - 4) // lines_a_run)


def _numbers(width: int) -> int:
    """How many of the numbers stand beside the name; the last ones go where else `usually` had no room."""
    fitting = (
        count for count in range(len(_NUMBERS), 1, -1) if _taken(count) + len(_GAP) + len("usually") <= width
    )
    return next(fitting, 1)


def _taken(numbers: int) -> int:
    return sum(len(_GAP) + cells for _, cells in _NUMBERS[:numbers])


def _usual_width(width: int, taken: int) -> int:
    left = width - taken - len(_GAP)
    return _WIDE_BAR if width >= _WIDE else max(left, _SHORTEST_BAR)


def _add(drawn: Text, going: Going, width: int, name_width: int, shown: int, usual_width: int) -> None:
    used = going.used
    numbers = [
        words.took(going.age_s),
        words.NONE if going.cores is None else words.busy(going.cores),
        words.size(used.rss_bytes if used else None),
    ]
    drawn.append(f"{_line(_name(going), numbers[:shown], name_width)}{_GAP}")
    bar, beside, style = _against_usual(going, usual_width, has_bar=width < canvas.NO_WIDTH)
    drawn.append(bar, style)
    drawn.append(beside)
    said = words.printable(going.last_line.text) if going.last_line else ""
    if width >= _WIDE and said:
        taken = cell_len(bar) + cell_len(beside)
        room = width - name_width - _taken(shown) - usual_width - 2 * len(_GAP)
        drawn.append(f"{' ' * (usual_width - taken)}{_GAP}{_fitted(said, room)}", canvas.ASIDE)
    elif said:
        drawn.append(f"\n{_INDENT}{_fitted(said, width - len(_INDENT))}", canvas.ASIDE)


def _line(name: str, numbers: Sequence[str], name_width: int) -> str:
    cells = [number.rjust(width) for number, (_, width) in zip(numbers, _NUMBERS, strict=False)]
    return _GAP.join([set_cell_size(_fitted(name, name_width), name_width), *cells])


def _name(going: Going) -> str:
    return " " * min(going.depth, _DEEPEST) + words.printable(going.facts.command.name)


def _against_usual(going: Going, width: int, *, has_bar: bool) -> tuple[str, str, str]:
    """(bar, words beside it, style of the bar)."""
    usual = going.usual
    if usual is None or not usual.duration_s:
        return "", _fitted(_NOT_KNOWN if len(_NOT_KNOWN) <= width else _UNKNOWN, width), ""
    share = going.age_s / usual.duration_s
    beside = f"{_share(share)} {words.took(usual.duration_s)}"
    if not has_bar:
        return "", beside, ""
    if width - len(beside) - 1 < _SHORTEST_BAR:
        beside = _share(share).removesuffix(" of")
    # Bars of all rows are as long as each other, where there is room for the longest words beside them.
    room = max(0, width - max(len(beside), _BESIDE if width > 2 * _BESIDE else 0) - 1)
    style = canvas.BAD if share >= _FAR_BEYOND else canvas.GOING
    return _bar(share, room), f" {beside}" if room else beside, style


def _share(share: float) -> str:
    """`62 % of`, or `3.2 x` where it is far beyond that."""
    if share < _FAR_BEYOND:
        return f"{words.busy(share)} of"
    return f"{share:.1f} x" if share < 10 else f"{share:,.0f} x"


def _bar(share: float, width: int) -> str:
    full, empty = (_FULL, _EMPTY) if canvas.can_print(_FULL + _EMPTY) else (_PLAIN_FULL, _PLAIN_EMPTY)
    filled = min(width, int(share * width))
    return full * filled + empty * (width - filled)


def _fitted(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)) + "…"
