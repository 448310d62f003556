"""What `stats` tells, as data: the runs of each name in a period beside those of the period before."""

from __future__ import annotations

import time

from sentinel_run.cli import choosing
from sentinel_run.records import Record
from sentinel_run.store.figures import Figures, Period
from sentinel_run.store.flakes import Flakiness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.looking import Store
    from sentinel_run.store.course import Stretch
    from sentinel_run.store.flakes import Mixed

_STRETCHES = 30
_LAST = 20


class Asked(Record):
    """A name, or all of them, and the length of the period that ends now."""

    name: str
    since_s: float


class Summary(Record):
    """The runs of a name since a moment, and in the time before that was as long."""

    since: float
    now: Figures
    before: Figures
    flakiness: Flakiness
    last_s: tuple[float, ...] = ()

    @property
    def trend(self) -> float | None:
        """By how much the success rate rose or fell, from -1 to 1."""
        rates = (self.now.success_rate, self.before.success_rate)
        return None if rates[0] is None or rates[1] is None else rates[0] - rates[1]


class Full(Record):
    """One name in full: its course over the period, and the revisions that have both failed and passed."""

    summary: Summary
    since_s: float
    stretches: tuple[Stretch, ...]
    mixed: tuple[Mixed, ...]


def summaries(store: Store, asked: Asked) -> list[Summary]:
    """One for each name that ran in the period: most failures first, then most runs."""
    history, (now, before) = store.history, _periods(asked)
    figures = history.figures(now, asked.name)
    earlier = history.figures(before, asked.name, is_brief=not asked.name)
    flakiness = history.flakiness(now, asked.name)
    found = [
        Summary(
            since=now.since,
            now=one,
            before=earlier.get(name, Figures(name)),
            flakiness=flakiness.get(name, Flakiness()),
            last_s=tuple(history.last_durations_s(name, _LAST)),
        )
        for name, one in figures.items()
    ]
    return sorted(found, key=lambda summary: (-summary.now.failed, -summary.now.runs, summary.now.name))


def full(store: Store, asked: Asked) -> Full:
    """One name; all counts are 0 if it did not run in the period. Raises `UnknownRunError` if it never ran."""
    if not store.history.last_ended(name=asked.name):
        raise choosing.UnknownRunError(choosing.unknown(store, asked.name))
    now, _ = _periods(asked)
    found = summaries(store, asked) or [_silent(store, asked)]
    stretches = store.history.stretches(asked.name, now._replace(until=time.time()), _STRETCHES)
    return Full(found[0], asked.since_s, tuple(stretches), tuple(store.history.mixed(now, asked.name)))


def _periods(asked: Asked) -> tuple[Period, Period]:
    since = time.time() - asked.since_s
    return Period(since), Period(since - asked.since_s, since)


def _silent(store: Store, asked: Asked) -> Summary:
    """The summary of a name that did not run in the period."""
    now, before = _periods(asked)
    earlier = store.history.figures(before, asked.name).get(asked.name, Figures(asked.name))
    return Summary(now.since, Figures(asked.name), earlier, Flakiness())
