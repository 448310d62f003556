"""A quantity over the time of a run, as rows of block letters: one row of levels, or a filled plot of several."""

from __future__ import annotations

from sentinel_run.cli.screens import canvas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentinel_run.report.timeline import Stretch

_LEVELS, _PLAIN_LEVELS = "▁▂▃▄▅▆▇█", "_.-:=+*#"


def rows(parts: Sequence[Stretch], width: int, height: int, share: Callable[[Stretch], float]) -> list[str]:
    """The plot from the row of its peak to its bottom; `share` is from 0 to 1. The lowest row is nowhere blank."""
    levels = _LEVELS if canvas.can_print(_LEVELS) else _PLAIN_LEVELS
    filled = [_level(part_share, height * len(levels)) for part_share in _columns(parts, width, share)]
    top = (max(filled) - 1) // len(levels)
    return ["".join(_letter(level, row, levels) for level in filled) for row in reversed(range(top + 1))]


def _columns(parts: Sequence[Stretch], width: int, share: Callable[[Stretch], float]) -> list[float]:
    """For each column the highest of the parts that reach into it."""
    column_s = parts[-1].to_s / width
    spans = [(column * column_s, (column + 1) * column_s) for column in range(width)]
    return [
        max((share(part) for part in parts if part.from_s < to_s and part.to_s > from_s), default=0.0)
        for from_s, to_s in spans
    ]


def _level(share: float, most: int) -> int:
    """In eighths of a letter, from 1 on: nothing at all is a line too."""
    return min(most, int(share * most) + 1)


def _letter(level: int, row: int, levels: str) -> str:
    inside = min(level - row * len(levels), len(levels))
    return levels[inside - 1] if inside > 0 else " "
