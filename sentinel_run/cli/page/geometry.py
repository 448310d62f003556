"""The geometry of plots: pure functions from times and amounts to places in them."""

from __future__ import annotations

import math

from sentinel_run.cli.screens import words
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What is narrower cannot be seen.
_NARROWEST = 0.4
# Round steps of a clock; below a second and above a day they are those of the decimal system.
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_DAY_S = 86400
# The box that outlines are drawn in; the page stretches it.
WIDTH, HEIGHT = 1000, 100


class Span(Record):
    """Where a bar begins and how wide it is, in percent of the plot."""

    left: float
    width: float


class Tick(Record):
    """A time on the axis: its place in percent, and its label."""

    at: float
    label: str


class Step(Record):
    """A part of a step curve: from and to in seconds, and a share of the plot's height (0 to 1)."""

    from_s: float
    to_s: float
    share: float


def span(start_s: float, end_s: float, total_s: float) -> Span:
    """A bar, never outside of the plot and never too narrow to be seen."""
    if total_s <= 0:
        return Span(0.0, 100.0)
    left = min(max(0.0, 100 * start_s / total_s), 100 - _NARROWEST)
    right = min(max(100 * end_s / total_s, left + _NARROWEST), 100.0)
    return Span(left, right - left)


def ticks(total_s: float, most: int) -> list[Tick]:
    """Round times from 0 to the end at equal distances, at most so many beside the 0."""
    if total_s <= 0:
        return [Tick(0.0, "0")]
    step_s = round_step(total_s / most)
    times_s = (index * step_s for index in range(1, int(total_s / step_s) + 1))
    return [Tick(0.0, "0"), *(Tick(min(100 * at_s / total_s, 100.0), _label(at_s, step_s)) for at_s in times_s)]


def round_step(least_s: float) -> float:
    """The shortest round distance of times that is at least so long."""
    if least_s <= _STEPS_S[0]:
        return _decimal(least_s)
    if least_s > _DAY_S:
        return _decimal(least_s / _DAY_S) * _DAY_S
    return next(step_s for step_s in _STEPS_S if step_s >= least_s)


def outline(steps: Iterable[Step], total_s: float) -> str:
    """The path of a step curve together with the area below it, in a box of `WIDTH` times `HEIGHT` (SVG's `d`)."""
    return " ".join((f"M0 {HEIGHT}", *_strokes(steps, total_s), f"V{HEIGHT}", "Z"))


def number(value: float) -> str:
    """As short as a plot needs it: `12.5`, `0`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _strokes(steps: Iterable[Step], total_s: float) -> Iterator[str]:
    for step in steps:
        share = min(max(step.share, 0.0), 1.0)
        x = min(max(step.to_s / total_s, 0.0), 1.0) if total_s > 0 else 1.0
        yield f"V{number(HEIGHT * (1 - share))} H{number(WIDTH * x)}"


def _decimal(least: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= least), 10 * power)


def _label(at_s: float, step_s: float) -> str:
    """A time as exact as its distance from the next one asks for."""
    return f"{at_s * 1000:.0f} ms" if step_s < 0.1 else words.took(at_s)
