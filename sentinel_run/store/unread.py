"""Runs that an earlier release has kept, and of which their revision is not known yet: it is read out of their facts."""

from __future__ import annotations

import sqlite3
import zlib

from sentinel_run.errors import FormatError
from sentinel_run.store.runs import Runs, is_interrupted, revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.diagnose.cause import Diagnosis
    from sentinel_run.facts import Facts

_AT_ONCE = 200


class Unread(Runs):
    """Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def unread(self) -> int:
        """How many there are."""
        found = self._db.execute("SELECT count(*) FROM runs WHERE revision IS NULL").fetchone()[0]
        assert isinstance(found, int)
        return found

    def read_unread(self, diagnose: Callable[[Facts], Diagnosis], told: Callable[[int], None]) -> None:
        """Read them all; `told` hears how many were, again and again. Whoever ends early has lost nothing."""
        while ids := self._some():
            with self._db:
                self._db.executemany(
                    "UPDATE runs SET revision = ?, interrupted = ?, ended_at = started_at + coalesce(duration_s, 0),"
                    " facts_bytes = coalesce((SELECT length(facts) FROM details WHERE details.run_id = runs.run_id), 0)"
                    " WHERE run_id = ?",
                    list(self._read(ids, diagnose)),
                )
            told(len(ids))

    def _some(self) -> list[tuple[str, str, int]]:
        query = "SELECT run_id, status, interrupted FROM runs WHERE revision IS NULL LIMIT ?"
        return self._db.execute(query, (_AT_ONCE,)).fetchall()

    def _read(
        self, rows: list[tuple[str, str, int]], diagnose: Callable[[Facts], Diagnosis]
    ) -> Iterator[tuple[str, bool, str]]:
        for run_id, status, interrupted in rows:
            try:
                facts = self.facts(run_id)
            except (FormatError, zlib.error, OSError):  # Damaged; whoever asks for this very run is told.
                facts = None
            if facts is None:
                yield "", bool(interrupted), run_id
            else:  # Only a failure can have been an interruption, and few runs are.
                yield revision(facts), status == "failed" and is_interrupted(diagnose(facts)), run_id
