"""What a measurement gives: rows of a table, each beside the row that it is compared with."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")
Samples = Mapping[str, Sequence[float]]


class Goal(NamedTuple):
    """The figure to hold: a bound of the value, or of its ratio to the baseline."""

    limit: float
    of_ratio: bool = False
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}{' x' if self.of_ratio else ''}"


class Row(NamedTuple):
    """One line of the table. `value` is None where nothing could be measured; `remark` says why."""

    figure: str
    unit: str
    subject: str
    value: float | None
    ratio: float | None = None
    goal: Goal | None = None
    remark: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None without a goal or a value."""
        measured = self.ratio if self.goal and self.goal.of_ratio else self.value
        if self.goal is None or measured is None:
            return None
        return measured >= self.goal.limit if self.goal.at_least else measured <= self.goal.limit


def rows(
    figure: str, unit: str, samples: Samples, *, baseline: str = "", goals: Mapping[str, Goal] | None = None
) -> list[Row]:
    """A row for each subject: the median of its samples, and its ratio to the baseline's."""
    base = statistics.median(samples[baseline]) if samples.get(baseline) else None
    found: list[Row] = []
    for subject, values in samples.items():
        value = statistics.median(values)
        ratio = value / base if base else None
        found.append(Row(figure, unit, subject, value, ratio, (goals or {}).get(subject), _spread(values)))
    return found


def alternate(rounds: int, subjects: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Samples of each subject, taken in turns, so that a busy minute of the machine meets all alike.

    A first round that fills the caches is not counted.
    """
    samples: dict[str, list[T]] = {subject: [] for subject in subjects}
    for turn in range(rounds + 1):
        for subject, measure in subjects.items():
            value = measure()
            if turn:
                samples[subject].append(value)
    return samples


def percentile(values: Iterable[float], percent: float) -> float:
    """The value that `percent` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.3g}..{max(values):.3g} in {len(values)} runs"
