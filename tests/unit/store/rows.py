"""Rows of the history without the runs that they stand for: thousands of them in no time."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel_run.records import Record
from sentinel_run.store.history import History


class Kept(Record):
    """What the tests care about in a row."""

    run_id: str
    name: str = "job"
    started_at: float = 0.0
    duration_s: float | None = 1.0
    status: str = "ok"
    max_rss_bytes: int = 1000
    interrupted: int = 0
    revision: str | None = ""
    facts_bytes: int = 100


_INSERT = (
    "INSERT INTO runs (run_id, name, started_at, duration_s, status, max_rss_bytes, interrupted, revision, facts_bytes,"
    " ended_at, parent_run_id, dsn, cause, signal, reason) VALUES (?,?,?,?,?,?,?,?,?,?,'','','','','')"
)


def fill(history: History, rows: Iterable[Kept]) -> None:
    """Have the history keep these and no others."""
    with history._db as database:
        database.execute("DELETE FROM runs")
        values = [(*row, row.started_at + (row.duration_s or 0.0)) for row in rows]
        database.executemany(_INSERT, values)
