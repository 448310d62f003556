"""What became of the envelopes of each run, in history.db."""

from __future__ import annotations

import sqlite3
import time

from sentinel_run.records import Record


class Delivery(Record):
    """What became of one envelope of a run: `accepted`, `dropped`, or why it still waits."""

    kind: str
    state: str
    note: str
    at: float


class Deliveries:
    """The table `deliveries`. Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def note_delivery(self, run_id: str, kind: str, state: str, note: str = "") -> None:
        """Remember what became of an envelope."""
        with self._db:
            values = (run_id, kind, state, note, time.time())
            self._db.execute("INSERT OR REPLACE INTO deliveries VALUES (?,?,?,?,?)", values)

    def deliveries(self, run_id: str) -> list[Delivery]:
        """What became of the envelopes of a run."""
        query = "SELECT kind, state, note, at FROM deliveries WHERE run_id = ? ORDER BY kind"
        return [Delivery(*row) for row in self._db.execute(query, (run_id,))]

    def notes(self, state: str) -> list[tuple[str, int]]:
        """Why envelopes are in this state (`waiting`, `dropped`), and how many for each reason, most first."""
        query = "SELECT note, count(*) FROM deliveries WHERE state = ? GROUP BY note ORDER BY count(*) DESC"
        return self._db.execute(query, (state,)).fetchall()
