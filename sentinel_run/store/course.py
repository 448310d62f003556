"""How a name did over time: a period in equal parts, and its last runs one by one."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

from sentinel_run.records import Record
from sentinel_run.store import ranks
from sentinel_run.store.figures import Period, Statistics


class Stretch(Record):
    """A part of a period: what its runs came to, and the median duration of its successes."""

    since: float
    until: float
    ok: int = 0
    failed: int = 0
    median_s: float | None = None


class Course(Statistics):
    """The same table over time. Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def stretches(self, name: str, period: Period, count: int) -> list[Stretch]:
        """The period in `count` equal parts, oldest first. It must have an end."""
        length_s = (period.until - period.since) / count
        edges = [period.since + number * length_s for number in range(count)] + [period.until]
        with self._at_one_moment():
            return [self._stretch(name, Period(*pair)) for pair in pairwise(edges)]

    def last_durations_s(self, name: str, count: int) -> list[float]:
        """How long its last successes took, oldest first."""
        query = (
            "SELECT duration_s FROM runs INDEXED BY runs_by_outcome WHERE name = ? AND status = 'ok'"
            " AND duration_s IS NOT NULL ORDER BY started_at DESC LIMIT ?"
        )
        return [row[0] for row in self._db.execute(query, (name, count))][::-1]

    def _stretch(self, name: str, period: Period) -> Stretch:
        counted = {status: runs - stopped for _, status, runs, stopped, _ in self._counts(period, name)}
        among = ranks.Among(name, period, counted.get("ok", 0))
        (median_s,) = ranks.at(self._db, ranks.DURATIONS_THEN, among, (50,))
        return Stretch(*period, ok=among.runs, failed=counted.get("failed", 0), median_s=median_s)
