"""What `stats` tells, as data: the runs of each name in a period beside those of the period before."""

from __future__ import annotations

import time

from sentinel_run.cli import choosing, listing
from sentinel_run.records import Record
from sentinel_run.store.figures import Figures, Period
from sentinel_run.store.flakes import Flakiness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.cli.looking import Store
    from sentinel_run.store.course import Stretch
    from sentinel_run.store.flakes import Mixed

_STRETCHES = 30
_LAST = 20
COLUMNS = (
    "name", "since", "runs", "ok", "failed", "interrupted", "skipped", "success_rate", "success_rate_before",
    "p50_s", "p95_s", "p99_s", "p50_s_before", "memory_p50_bytes", "memory_p95_bytes", "memory_max_bytes",
    "revisions", "flaky_revisions", "flaky_failures", "last_started",
)  # fmt: skip


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


def columns(summary: Summary) -> dict[str, Any]:
    """A name as one line of CSV has it. Names and order are kept; what is new comes last."""
    now, before, flakiness = summary.now, summary.before, summary.flakiness
    values = (
        now.name, listing.moment(summary.since), now.runs, now.ok, now.failed, now.interrupted, now.skipped,
        _rounded(now.success_rate), _rounded(before.success_rate), *map(_rounded, now.durations_s),
        _rounded(before.durations_s[0]), *now.peaks_bytes, *flakiness,
        listing.moment(now.last_at) if now.last_at else None,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def full_json(told: Full) -> dict[str, Any]:
    """One name for programs."""
    return {
        **columns(told.summary),
        "before": _counts(told.summary.before),
        "flaky": [mixed._asdict() for mixed in told.mixed],
        "over_time": [
            {
                "since": listing.moment(stretch.since),
                "ok": stretch.ok,
                "failed": stretch.failed,
                "p50_s": _rounded(stretch.median_s),
            }
            for stretch in told.stretches
        ],
    }


def _periods(asked: Asked) -> tuple[Period, Period]:
    since = time.time() - asked.since_s
    return Period(since), Period(since - asked.since_s, since)


def _silent(store: Store, asked: Asked) -> Summary:
    """The summary of a name that did not run in the period."""
    now, before = _periods(asked)
    earlier = store.history.figures(before, asked.name).get(asked.name, Figures(asked.name))
    return Summary(now.since, Figures(asked.name), earlier, Flakiness())


def _counts(figures: Figures) -> dict[str, Any]:
    return {
        "runs": figures.runs,
        "ok": figures.ok,
        "failed": figures.failed,
        "interrupted": figures.interrupted,
        "skipped": figures.skipped,
        "success_rate": _rounded(figures.success_rate),
        **dict(zip(("p50_s", "p95_s", "p99_s"), map(_rounded, figures.durations_s), strict=True)),
        **dict(
            zip(("memory_p50_bytes", "memory_p95_bytes", "memory_max_bytes"), figures.peaks_bytes, strict=True)
        ),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
