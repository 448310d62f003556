"""The course of one name over time: how long its successes took, and where it failed."""

from __future__ import annotations

import time

from rich.text import Text

from sentinel_run.cli.screens import canvas, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.cli.summaries import Full
    from sentinel_run.store.course import Stretch

_HEIGHT, _AXIS_WIDTH, _WIDEST = 6, 8, 100
_EIGHTHS, _FULL, _RULE = " ▁▂▃▄▅▆▇", "█", "│"
_PLAIN_FULL, _PLAIN_RULE = "#", "|"


def plot(told: Full, width: int) -> Iterator[Text]:
    """A title, the bars of the median durations, the failures, and the times; nothing without runs."""
    if not any(stretch.ok or stretch.failed for stretch in told.stretches):
        return
    room = min(width, _WIDEST) - _AXIS_WIDTH - 2
    cells = max(1, room // len(told.stretches))
    has_bars = any(stretch.median_s is not None for stretch in told.stretches)
    title = "median duration" if has_bars else "failures"
    yield Text(f"\n{title}, {_each(told.stretches)} a column", style=canvas.TITLE)
    if has_bars:
        yield from _bars(told.stretches, cells)
    yield _failures(told.stretches, cells)
    yield _times(told.stretches, cells)


def _each(stretches: Sequence[Stretch]) -> str:
    return words.length(stretches[0].until - stretches[0].since)


def _bars(stretches: Sequence[Stretch], cells: int) -> Iterator[Text]:
    largest = max((stretch.median_s or 0.0 for stretch in stretches), default=0.0) or 1.0
    is_plain = not canvas.can_print(_EIGHTHS + _FULL + _RULE)
    for row in reversed(range(_HEIGHT)):
        label = words.took(largest) if row == _HEIGHT - 1 else "0 s" if not row else ""
        text = Text(f"{label:>{_AXIS_WIDTH}} {_PLAIN_RULE if is_plain else _RULE}", style=canvas.ASIDE)
        for stretch in stretches:
            height = (stretch.median_s or 0.0) / largest * _HEIGHT - row
            is_bar = stretch.median_s is not None and (height > 0 or not row)
            letter = _letter(height, is_plain=is_plain) if is_bar else " "
            text.append(letter * max(1, cells - 1) + " " * (cells > 1), canvas.GOING)
        yield text


def _letter(height: float, *, is_plain: bool) -> str:
    """A cell that is filled up to `height`; what is there at all is never blank."""
    if is_plain:
        return _PLAIN_FULL
    return _FULL if height >= 1 else _EIGHTHS[max(1, min(len(_EIGHTHS) - 1, round(height * 8)))]


def _failures(stretches: Sequence[Stretch], cells: int) -> Text:
    text = Text(f"{'failed':>{_AXIS_WIDTH}}  ", style=canvas.ASIDE)
    for stretch in stretches:
        text.append(_failed(stretch, cells).ljust(cells)[:cells], canvas.BAD if stretch.failed else canvas.ASIDE)
    return text


def _failed(stretch: Stretch, cells: int) -> str:
    """How many failed, as far as there is room; a dot where all succeeded."""
    if not stretch.failed:
        return "." if stretch.ok else ""
    count = str(stretch.failed)
    return count if len(count) < max(2, cells) else "+"


def _times(stretches: Sequence[Stretch], cells: int) -> Text:
    first, last = words.short_clock(stretches[0].since, time.time()), "now"
    room = len(stretches) * cells - len(first) - len(last)
    return Text(f"{'':>{_AXIS_WIDTH}}  {first}{' ' * max(1, room)}{last}", style=canvas.ASIDE)
