"""What is remembered of servers in history.db: rate limits in force, and pauses after failures."""

from __future__ import annotations

import sqlite3
import time

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# A clock that was ahead and was set back must not leave a server alone for years.
_LONGEST_LIMIT_S = 7 * 86400.0
_LONGEST_PAUSE_S = 120.0


class Pause(Record):
    """A server that is left alone until a moment, after so many failures in a row."""

    until: float = 0.0
    failures: int = 0
    note: str = ""


class Servers:
    """The tables `limits` and `pauses`. Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def limits(self, dsn: str) -> dict[str, float]:
        """Rate limits in force by category, with the moment they end; `` is all categories."""
        query = "SELECT category, until FROM limits WHERE dsn = ? AND until > ? AND until < ?"
        now = time.time()
        return dict(self._db.execute(query, (dsn, now, now + _LONGEST_LIMIT_S)).fetchall())

    def limit(self, dsn: str, categories: Sequence[str], until: float) -> None:
        """Note a rate limit. A shorter one never replaces a longer one."""
        update = "INSERT INTO limits VALUES (?,?,?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)"
        with self._db:
            self._db.executemany(update, [(dsn, category, until) for category in categories])

    def pause(self, dsn: str) -> Pause:
        """How long a server is to be left alone."""
        row = self._db.execute("SELECT until, failures, note FROM pauses WHERE dsn = ?", (dsn,)).fetchone()
        pause = Pause(*row) if row else Pause()
        return pause if pause.until < time.time() + _LONGEST_PAUSE_S else pause._replace(until=0.0)

    def set_pause(self, dsn: str, pause: Pause) -> None:
        """Note how long a server is to be left alone."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO pauses VALUES (?,?,?,?)", (dsn, *pause))

    def all_limits(self) -> list[tuple[str, str, float]]:
        """Every rate limit in force: DSN, category, the moment it ends."""
        query = "SELECT dsn, category, until FROM limits WHERE until > ? ORDER BY until"
        return self._db.execute(query, (time.time(),)).fetchall()

    def all_pauses(self) -> dict[str, Pause]:
        """Servers that are left alone now, by DSN."""
        query = "SELECT dsn, until, failures, note FROM pauses WHERE until > ? ORDER BY dsn"
        return {row[0]: Pause(*row[1:]) for row in self._db.execute(query, (time.time(),))}
