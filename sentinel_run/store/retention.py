"""Which runs the history forgets: those beyond a count, an age or a size; the oldest go first."""

from __future__ import annotations

import sqlite3
import time

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

_DAY_S = 86400.0
# What a run takes beside its compressed facts: its row and its places in the indexes.
ROW_BYTES = 1_000
_AT_ONCE = 500
_NO_LIMIT = 2**62
# A file gives room back only when it is written anew, which takes long: not for less than this.
_WORTH_SHARE, _WORTH_BYTES = 0.25, 1_000_000

_ORDER = "ORDER BY started_at DESC, rowid DESC"
_BEYOND = f"""
    SELECT run_id, name, started_at, bytes FROM (
        SELECT
            run_id, name, started_at, facts_bytes + ? AS bytes, row_number() OVER ({_ORDER}) AS place,
            sum(facts_bytes + ?) OVER ({_ORDER} ROWS UNBOUNDED PRECEDING) AS total
        FROM runs WHERE ? = '' OR name = ? {_ORDER}
    ) WHERE started_at < ? OR place > ? OR total > ?
"""  # noqa: S608


class Keep(Record):
    """What is kept: so many runs, none older, and so many bytes of them; None sets no limit.

    Ages count from `Retention.reckoned_now`, or from now on the word of somebody who knows what the clock says.
    """

    runs: int | None = 20_000
    for_s: float | None = 90 * _DAY_S
    bytes: int | None = 500_000_000
    by_clock: bool = False


class Old(Record):
    """A run that is beyond the limits."""

    run_id: str
    name: str
    started_at: float
    bytes: int


class Retention:
    """Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def beyond(self, keep: Keep, name: str = "") -> list[Old]:
        """The runs that `keep` does not keep, oldest first. With a name, only its runs count and only they go."""
        if not self._is_beyond(keep, name):
            return []
        values = (ROW_BYTES, ROW_BYTES, name, name, self._oldest(keep), _limit(keep.runs), _limit(keep.bytes))
        return [Old(*row) for row in self._db.execute(_BEYOND, values)][::-1]

    def forget(self, runs: Sequence[Old], told: Callable[[int], object] = lambda count: None) -> None:
        """Forget these runs, with all that is known of them. `told` hears how many went, again and again."""
        for start in range(0, len(runs), _AT_ONCE):
            portion = runs[start : start + _AT_ONCE]
            self._forget(portion)
            told(len(portion))

    def prune(self, keep: Keep, spared: Container[str] = (), may_go_on: Callable[[], bool] = lambda: True) -> int:
        """Forget what is beyond the limits but for the `spared`, as long as one may go on; returns how many went."""
        gone = [run for run in self.beyond(keep) if run.run_id not in spared]
        for start in range(0, len(gone), _AT_ONCE):
            if start and not may_go_on():
                return start
            self._forget(gone[start : start + _AT_ONCE])
        return len(gone)

    def _forget(self, runs: Sequence[Old]) -> None:
        """In one portion; with all of them at once a run that has just ended would wait for long."""
        ids = [(run.run_id,) for run in runs]
        with self._db:
            self._db.executemany("DELETE FROM deliveries WHERE run_id = ?", ids)
            self._db.executemany("DELETE FROM runs WHERE run_id = ?", ids)

    def reckoned_now(self) -> float:
        """The moment from which ages count: now, but at most a day after the last run that is more than a day old.

        A machine that boots with a clock years ahead, and sets it right within a day, forgets and gives up nothing.
        """
        now = time.time()
        last = self._db.execute(
            "SELECT max(started_at) FROM runs WHERE started_at <= ?", (now - _DAY_S,)
        ).fetchone()[0]
        return now if last is None else min(now, last + _DAY_S)

    def is_worth_compacting(self) -> bool:
        """Whether much of the file is empty."""
        free, pages, page_bytes = (
            int(self._db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("freelist_count", "page_count", "page_size")
        )
        return free * page_bytes >= _WORTH_BYTES and free >= _WORTH_SHARE * pages

    def compact(self) -> None:
        """Give the room of what was forgotten back to the disk. Takes as long as writing the whole file."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _is_beyond(self, keep: Keep, name: str) -> bool:
        where, names = ("WHERE name = ?", (name,)) if name else ("", ())
        count, oldest, total = self._db.execute(
            f"SELECT count(*), min(started_at), sum(facts_bytes) FROM runs {where}",  # noqa: S608
            names,
        ).fetchone()
        if not count:
            return False
        is_large: bool = total + count * ROW_BYTES > _limit(keep.bytes)
        is_old: bool = oldest < self._oldest(keep)
        return is_large or is_old or count > _limit(keep.runs)

    def _oldest(self, keep: Keep) -> float:
        if keep.for_s is None:
            return -_NO_LIMIT
        return (time.time() if keep.by_clock else self.reckoned_now()) - keep.for_s


def _limit(value: int | None) -> int:
    return _NO_LIMIT if value is None else value
