"""Runs that an earlier release has kept: what they were of is not known yet, and is read out of their facts."""

from __future__ import annotations

import json
import sqlite3
import zlib

from sentinel_run.errors import FormatError
from sentinel_run.store.runs import FAILED, Runs, is_interrupted, revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts

_AT_ONCE = 500
# An earlier release that is still at work while the tables are upgraded leaves these out.
_COMPLETE = """
    UPDATE runs SET
        ended_at = started_at + coalesce(duration_s, 0),
        facts_bytes = coalesce((SELECT length(facts) FROM details WHERE details.run_id = runs.run_id), 0)
    WHERE revision IS NULL AND ended_at = 0
"""


class Unread(Runs):
    """Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def unread(self) -> int:
        """How many there are."""
        found = self._db.execute("SELECT count(*) FROM runs WHERE revision IS NULL").fetchone()[0]
        assert isinstance(found, int)
        return found

    def read_unread(self, diagnose: Callable[[Facts], Diagnosis], told: Callable[[int], object]) -> None:
        """Read them all; `told` hears how many were, again and again. Whoever ends early has lost nothing."""
        with self._db:
            self._db.execute(_COMPLETE)
        while rows := self._some():
            revisions = [(self._revision(run_id), run_id) for run_id, _ in rows]
            stopped = [
                (run_id,) for run_id, status in rows if status == FAILED and self._was_stopped(run_id, diagnose)
            ]
            with self._db:
                self._db.executemany("UPDATE runs SET interrupted = 1 WHERE run_id = ?", stopped)
                self._db.executemany("UPDATE runs SET revision = ? WHERE run_id = ?", revisions)
            told(len(rows))

    def _some(self) -> list[tuple[str, str]]:
        query = "SELECT run_id, status FROM runs WHERE revision IS NULL LIMIT ?"
        return self._db.execute(query, (_AT_ONCE,)).fetchall()

    def _revision(self, run_id: str) -> str:
        """Two members of the facts; checking all of them, for each of many runs, would take minutes."""
        row = self._db.execute("SELECT facts FROM details WHERE run_id = ?", (run_id,)).fetchone()
        try:
            facts = json.loads(zlib.decompress(row[0]))
            return revision(facts["place"]["ci"], facts["reporting"]["release"])
        except (zlib.error, ValueError, TypeError, KeyError, AttributeError):
            return ""  # Damaged; whoever asks for this very run is told.

    def _was_stopped(self, run_id: str, diagnose: Callable[[Facts], Diagnosis]) -> bool:
        try:
            facts = self.facts(run_id)
        except (FormatError, zlib.error):
            return False
        return facts is not None and is_interrupted(diagnose(facts))
