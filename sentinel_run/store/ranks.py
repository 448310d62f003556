"""Percentiles by nearest rank: always a value that was measured, never one in between."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from sentinel_run.store.figures import Period


class Measure(Record):
    """A column of `runs`, the index that has it in order, and what no value of it is."""

    column: str
    by: str
    none: str


DURATIONS = Measure("duration_s", "runs_by_duration", "duration_s IS NULL")
# The same, out of the index that finds a short part of a long history.
DURATIONS_THEN = Measure("duration_s", "runs_by_outcome", "duration_s IS NULL")
PEAKS = Measure("max_rss_bytes", "runs_by_memory", "max_rss_bytes <= 0")


class Among(Record):
    """The successes of a name in a period, and how many they are."""

    name: str
    period: Period
    runs: int


def rank(count: int, percent: int) -> int:
    """The place, from 1, of the smallest of `count` ordered values that `percent` % of them do not exceed."""
    return max(1, -(-percent * count // 100))


def at(
    database: sqlite3.Connection, measure: Measure, among: Among, percents: Sequence[int]
) -> tuple[float | None, ...]:
    """The values at these percentiles, None without any.

    They are found by walking an index down from the largest, so high percentiles are near. Nothing may write
    between what counted `among` and this.
    """
    runs = f"FROM runs INDEXED BY {measure.by} WHERE status = 'ok' AND name = ? AND started_at >= ? AND started_at < ?"
    values = (among.name, *among.period)
    without = f"SELECT count(*) {runs} AND {measure.none}"
    count = among.runs - database.execute(without, values).fetchone()[0] if among.runs else 0
    if not count:
        return (None,) * len(percents)
    query = f"SELECT {measure.column} {runs} ORDER BY {measure.column} DESC LIMIT 1 OFFSET ?"
    ranks = (count - rank(count, percent) for percent in percents)
    return tuple(database.execute(query, (*values, above)).fetchone()[0] for above in ranks)
