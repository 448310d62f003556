"""The history: every run in one SQLite file, kept by retention, and what became of its envelopes.

Each table, or each way of looking at one, is a file of its own; here they are one open file.
"""

from __future__ import annotations

from sentinel_run.store import opening
from sentinel_run.store.course import Course
from sentinel_run.store.deliveries import Deliveries, Delivery
from sentinel_run.store.flakes import Flakes
from sentinel_run.store.nested import Nested
from sentinel_run.store.past import Earlier
from sentinel_run.store.retention import Retention
from sentinel_run.store.runs import Row
from sentinel_run.store.servers import Servers
from sentinel_run.store.unread import Unread

__all__ = ["Delivery", "History", "Row"]


class History(Unread, Nested, Deliveries, Servers, Earlier, Course, Flakes, Retention):
    """An open history.db. Every method raises sqlite3.Error if the file cannot be used.

    `set_aside` is where a damaged file was moved to when this one was opened, or an empty text.
    """

    keeps = True
    set_aside = ""

    def __init__(self, state: str) -> None:
        self._db, self.set_aside = opening.opened(state)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @classmethod
    def for_reading(cls, state: str) -> History:
        """The history of a disk that is full or read-only. Raises sqlite3.Error if there is none."""
        found = cls.__new__(cls)
        found._db = opening.for_reading(state)
        return found

    @staticmethod
    def glance(state: str, run_id: str) -> list[Delivery]:
        """What became of a run's envelopes, for whoever cannot wait long for others' work on the file."""
        found = History._at_a_glance(state)
        try:
            return found.deliveries(run_id)
        finally:
            found.close()

    @staticmethod
    def resting_until(state: str, dsn: str) -> float:
        """The moment until which a server is left alone, 0 if it is not; also for whoever cannot wait long."""
        found = History._at_a_glance(state)
        try:
            return found.pause(dsn).until
        finally:
            found.close()

    @staticmethod
    def _at_a_glance(state: str) -> History:
        found = History.__new__(History)
        found._db = opening.for_a_glance(state)
        return found

    @staticmethod
    def replace_damaged(state: str) -> bool:
        """Move a history away that opens and yet is damaged inside; whether it was."""
        return opening.replace_damaged(state)

    def damage(self) -> str:
        """The first damage that SQLite finds in the whole file, or an empty text."""
        return opening.first_damage(self._db)
