"""Small drawings of numbers: a sparkline in one line of text."""

from __future__ import annotations

from sentinel_run.cli.screens import canvas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVELS, _PLAIN_LEVELS = "▁▂▃▄▅▆▇█", "_.-:=+*#"


def line(values: Sequence[float | None]) -> str:
    """A letter for each value, its height by its share of the largest one; a blank where there is none."""
    levels = _LEVELS if canvas.can_print(_LEVELS) else _PLAIN_LEVELS
    largest = max((value for value in values if value is not None), default=0.0) or 1.0
    return "".join(" " if value is None else _level(value / largest, levels) for value in values)


def _level(share: float, levels: str) -> str:
    return levels[min(len(levels) - 1, int(share * len(levels)))]
