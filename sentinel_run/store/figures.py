"""What the runs of a name come to in a period: counts, and percentiles of what they took."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

from sentinel_run.records import Record
from sentinel_run.store import ranks
from sentinel_run.store.ids import Ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PERCENTS, PEAK_PERCENTS = (50, 95, 99), (50, 95, 100)
_EVER = 1e18
_STATUSES = ("ok", "failed", "skipped")


class Period(Record):
    """The runs that started from `since` on and before `until` count."""

    since: float
    until: float = _EVER


class Figures(Record):
    """The runs of a name. Durations and peaks of memory are those of its successes, at `PERCENTS` and `PEAK_PERCENTS`.

    `ok` and `failed` decide about the success rate. Interrupted runs and skipped ones are counted apart: they say
    nothing about the command.
    """

    name: str
    ok: int = 0
    failed: int = 0
    interrupted: int = 0
    skipped: int = 0
    last_at: float = 0.0
    durations_s: tuple[float | None, ...] = (None, None, None)
    peaks_bytes: tuple[float | None, ...] = (None, None, None)

    @property
    def runs(self) -> int:
        """All of them."""
        return self.ok + self.failed + self.interrupted + self.skipped

    @property
    def success_rate(self) -> float | None:
        """The share of successes from 0 to 1; None where no run says anything about it."""
        return self.ok / (self.ok + self.failed) if self.ok + self.failed else None


class Statistics(Ids):
    """The table `runs` by name. Reads indexes only. Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def figures(self, period: Period, name: str = "", *, is_brief: bool = False) -> dict[str, Figures]:
        """The figures of each name that ran in the period, or of one. In brief: no percentile but the median duration."""
        with self._at_one_moment():
            found: dict[str, Figures] = {}
            for row in self._counts(period, name):
                found[row[0]] = _with_count(found.get(row[0], Figures(row[0])), *row[1:])
            return {name: self._with_ranks(one, period, is_brief=is_brief) for name, one in found.items()}

    @contextmanager
    def _at_one_moment(self) -> Iterator[None]:
        """What is looked up inside belongs together: no run comes or goes in between."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.rollback()

    def _counts(self, period: Period, name: str) -> Iterator[tuple[str, str, int, int, float]]:
        """Name, status, count, interrupted ones, last start. Looks at the period alone: grouping would read everything."""
        query = (
            "SELECT count(*), sum(interrupted), max(started_at) FROM runs INDEXED BY runs_by_outcome"
            " WHERE name = ? AND status = ? AND started_at >= ? AND started_at < ?"
        )
        for counted in (name,) if name else self.names():
            for status in _STATUSES:
                row = self._db.execute(query, (counted, status, *period)).fetchone()
                if row[0]:
                    yield counted, status, *row

    def _with_ranks(self, figures: Figures, period: Period, *, is_brief: bool) -> Figures:
        among = ranks.Among(figures.name, period, figures.ok)
        if is_brief:
            (median_s,) = ranks.at(self._db, ranks.DURATIONS, among, PERCENTS[:1])
            return figures._replace(durations_s=(median_s, None, None))
        return figures._replace(
            durations_s=ranks.at(self._db, ranks.DURATIONS, among, PERCENTS),
            peaks_bytes=ranks.at(self._db, ranks.PEAKS, among, PEAK_PERCENTS),
        )


def _with_count(figures: Figures, status: str, runs: int, interrupted: int, last_at: float) -> Figures:
    figures = figures._replace(last_at=max(last_at, figures.last_at))
    if status == "ok":
        return figures._replace(ok=runs)
    if status == "failed":
        return figures._replace(failed=runs - interrupted, interrupted=interrupted)
    return figures._replace(skipped=runs)
