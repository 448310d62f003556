"""How runs are called: the shortest beginnings of ids that name one run, and the command names there are."""

from __future__ import annotations

import sqlite3

from sentinel_run.records import SHORT_ID
from sentinel_run.store.runs import COLUMNS, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_BEYOND = "g"  # The first letter after those of a run id.
# Jumps from name to name in the index; DISTINCT would read it all.
_NAMES = """
    WITH RECURSIVE found (name) AS (
        SELECT min(name) FROM runs
        UNION ALL SELECT (SELECT min(runs.name) FROM runs WHERE runs.name > found.name) FROM found WHERE found.name IS NOT NULL
    )
    SELECT name FROM found WHERE name IS NOT NULL
"""


class Ids:
    """Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def beginning_with(self, prefix: str, *, limit: int) -> list[Row]:
        """Runs whose id begins so (hexadecimal, lower case), newest first."""
        query = f"SELECT {COLUMNS} FROM runs WHERE run_id >= ? AND run_id < ? ORDER BY started_at DESC LIMIT ?"  # noqa: S608
        return [Row(*row) for row in self._db.execute(query, (prefix, prefix + _BEYOND, limit))]

    def short_id(self, run_id: str, others: Iterable[str] = ()) -> str:
        """The shortest beginning, of eight characters or more, that no other run has; `others` are not in the history."""
        near = [
            self._db.execute(query, (run_id,)).fetchone()[0]
            for query in (
                "SELECT max(run_id) FROM runs WHERE run_id < ?",
                "SELECT min(run_id) FROM runs WHERE run_id > ?",
            )
        ]
        rivals = [one for one in (*near, *others) if one and one != run_id]
        shared = max((_shared(run_id, rival) for rival in rivals), default=0)
        return run_id[: max(SHORT_ID, shared + 1)]

    def names(self) -> list[str]:
        """Every command name of the history, in order."""
        return [row[0] for row in self._db.execute(_NAMES)]


def _shared(one: str, other: str) -> int:
    """How many letters two ids have in common at their beginnings."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
