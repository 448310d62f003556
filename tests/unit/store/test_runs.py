"""The runs of a long history, one by one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sentinel_run.store.history import History
from tests.unit.store.rows import Kept, fill

_RUNS = 1_700  # More than are read at once, three times.


@pytest.mark.parametrize("limit", [0, 1, 499, 500, 501, 1_000, 1_699, -1])
def test_all_of_them_newest_first(history: History, limit: int) -> None:
    """None is left out or told twice where one portion goes over into the next, also of a thousand in one second."""
    fill(history, [Kept(f"{number:04}", started_at=number // 1_000) for number in range(_RUNS)])

    found = [int(row.run_id) for row in history.runs(limit=limit)]

    assert found == list(range(_RUNS))[::-1][: None if limit < 0 else limit]


def test_a_slow_reader_holds_nobody_up(history: History, tmp_path: Path) -> None:
    """`history --limit 0 --json | less` may stand for hours: meanwhile runs are kept, forgotten, and room is given back."""
    fill(history, [Kept(f"{number:04}", started_at=number) for number in range(_RUNS)])
    told = history.runs(limit=-1)
    next(told)

    with closing(sqlite3.connect(tmp_path / "state" / "history.db", timeout=0)) as other:
        with other:
            other.execute("DELETE FROM runs WHERE started_at < 1000")
        busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    assert busy == 0
    assert [int(row.run_id) for row in told] == list(range(1000, _RUNS - 1))[::-1]
