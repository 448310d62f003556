"""The history: every run in one SQLite file, kept by retention, and what became of its envelopes."""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from contextlib import closing, contextmanager
from urllib.parse import quote

from sentinel_run import facts as facts_
from sentinel_run.errors import StoreError
from sentinel_run.records import Record
from sentinel_run.store import lock, paths, schema
from sentinel_run.store.past import Earlier
from sentinel_run.store.servers import Servers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.diagnose.cause import Diagnosis
    from sentinel_run.facts import Facts

KEEP_RUNS = 20_000
KEEP_DAYS = 90
_BUSY_S, _GLANCE_S = 10.0, 0.2
_AT_ONCE_S, _WAITING_S = 0.5, 1.5
# Of a program with very many failed tasks, those that are held against its own failure.
_MOST_TASKS = 50
_COLUMNS = (
    "run_id, name, started_at, duration_s, status, cause, exit_status, signal, reason, max_rss_bytes, compared"
)


class Row(Record):
    """One run as the history lists it. Times in seconds since the epoch; no duration for a lost run."""

    run_id: str
    name: str
    started_at: float
    duration_s: float | None
    status: str
    cause: str
    exit_status: int | None
    signal: str
    reason: str
    max_rss_bytes: int
    compared: str = ""


class Delivery(Record):
    """What became of one envelope of a run: `accepted`, `dropped`, or why it still waits."""

    kind: str
    state: str
    note: str
    at: float


class History(Servers, Earlier):
    """An open history.db. Every method raises sqlite3.Error if the file cannot be used.

    `set_aside` is where a damaged file was moved to when this one was opened, or an empty text.
    """

    keeps = True
    set_aside = ""

    def __init__(self, state: str) -> None:
        paths.prepare(state)
        self._path = os.path.join(state, "history.db")
        self._refuse_foreign()
        # One at a time makes the tables or moves damage away; whoever waited finds it done.
        held = lock.await_(os.path.join(state, "history.lock"), _BUSY_S)
        try:
            self._db = self._open_or_replace()
        finally:
            os.close(held)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @classmethod
    def for_reading(cls, state: str) -> History:
        """The history of a disk that is full or read-only. Raises sqlite3.Error if there is none."""
        paths.check(state)
        found = cls.__new__(cls)
        found._path = os.path.join(state, "history.db")
        found._db = sqlite3.connect(f"file:{quote(found._path)}?mode=ro&immutable=1", uri=True)
        if not schema.is_current(found._db):
            raise sqlite3.OperationalError("there is no history yet")
        return found

    @staticmethod
    def glance(state: str, run_id: str) -> list[Delivery]:
        """What became of a run's envelopes, for who cannot wait: nobody else's work holds it up for long."""
        path = os.path.join(state, "history.db")
        found = History.__new__(History)
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=_GLANCE_S)) as found._db:
            return found.deliveries(run_id)

    @staticmethod
    def replace_damaged(state: str) -> bool:
        """Move a history away that opens and yet is damaged inside; whether it was."""
        held = lock.await_(os.path.join(state, "history.lock"), _BUSY_S)
        try:
            damaged = History.__new__(History)
            damaged._path = os.path.join(state, "history.db")
            with closing(sqlite3.connect(damaged._path, timeout=_BUSY_S)) as database:
                found = _first_damage(database)
            if found:
                damaged._set_aside()
            return bool(found)
        finally:
            os.close(held)

    def add(self, facts: Facts, diagnosis: Diagnosis) -> None:
        """Keep a run, or replace what was known of it."""
        ending, identity = facts.ending, facts.identity
        with self._lasting():
            self._db.execute(
                f"INSERT OR REPLACE INTO runs (parent_run_id, dsn, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
                (
                    identity.parent_run_id, facts.reporting.dsn, identity.run_id, facts.command.name, facts.started_at,
                    ending.duration_s if ending and not ending.lost else None, diagnosis.status, diagnosis.cause,
                    ending.exit_status if ending else None, ending.signal_name if ending else "", diagnosis.reason,
                    facts.usage.max_rss_bytes, "; ".join(diagnosis.compared.sentences),
                ),
            )  # fmt: skip
            blob = zlib.compress(facts_.to_json(facts).encode())
            self._db.execute("INSERT OR REPLACE INTO details VALUES (?,?)", (identity.run_id, blob))

    def runs(
        self, *, name: str = "", status: str = "", since: float = 0.0, limit: int = 20, prefix: str = ""
    ) -> list[Row]:
        """Runs that fit all filters, newest first."""
        query = (
            f"SELECT {_COLUMNS} FROM runs WHERE started_at >= ? AND (? = '' OR name = ?) AND (? = '' OR status = ?)"  # noqa: S608
            " AND substr(run_id, 1, length(?)) = ? ORDER BY started_at DESC, rowid DESC LIMIT ?"
        )
        values = (since, name, name, status, status, prefix, prefix, limit)
        return [Row(*row) for row in self._db.execute(query, values)]

    def facts(self, run_id: str) -> Facts | None:
        """All facts of a run."""
        row = self._db.execute("SELECT facts FROM details WHERE run_id = ?", (run_id,)).fetchone()
        return facts_.from_json(zlib.decompress(row[0])) if row else None

    def has(self, run_id: str) -> bool:
        """Whether a run is in the history."""
        return self._db.execute("SELECT 1 FROM runs WHERE run_id = ?", (run_id,)).fetchone() is not None

    def last_ended(self, *, name: str = "", status: str = "") -> str:
        """The id of the run that ended last among those that fit, or an empty text."""
        row = self._db.execute(
            "SELECT run_id FROM runs WHERE (? = '' OR name = ?) AND (? = '' OR status = ?)"
            " ORDER BY started_at + coalesce(duration_s, 0) DESC, rowid DESC LIMIT 1",
            (name, name, status, status),
        ).fetchone()
        return row[0] if row else ""

    def shared_prefixes(self, length: int) -> frozenset[str]:
        """Beginnings of run ids, of this length, that more than one run has."""
        query = "SELECT substr(run_id, 1, ?) AS prefix FROM runs GROUP BY prefix HAVING count(*) > 1"
        return frozenset(row[0] for row in self._db.execute(query, (length,)))

    def inner_failure(self, facts: Facts) -> str:
        """The id of a nested run that has reported this failure already, or an empty text.

        It had the same ending, and it was the last thing that happened: an earlier failure that the command went
        on after is another one. Where the inner run waits for its delivery, its end is that of the delivery.
        """
        ending, place = facts.ending, facts.place
        if ending is None or ending.spawn_error or ending.timed_out:
            return ""
        waits = bool(place.ci or place.container or place.systemd)
        window_s = _WAITING_S if waits else _AT_ONCE_S
        row = self._db.execute(
            "SELECT run_id FROM runs WHERE parent_run_id = ? AND status = 'failed' AND dsn = ? AND (cause = 'lost') = ?"
            " AND ((exit_status IS ? AND signal = ?) OR (cause = 'timeout' AND ? = 124))"
            " AND max(started_at + coalesce(duration_s, 0), ? * coalesce((SELECT max(at) FROM deliveries WHERE run_id = runs.run_id), 0)) > ? LIMIT 1",
            (
                facts.identity.run_id,
                facts.reporting.dsn,
                ending.lost,
                ending.exit_status,
                ending.signal_name,
                ending.exit_status,
                waits,
                ending.at - window_s,
            ),
        ).fetchone()
        return row[0] if row else ""

    def failed_tasks(self, facts: Facts) -> list[Facts]:
        """Failed tasks of Python programs that were inside a run and are told to the same server, the last first."""
        rows = self._db.execute(
            "SELECT run_id FROM runs WHERE parent_run_id = ? AND status = 'failed' AND dsn = ? AND cause != 'lost'"
            " AND exit_status IS NULL AND signal = '' ORDER BY started_at DESC LIMIT ?",
            (facts.identity.run_id, facts.reporting.dsn, _MOST_TASKS),
        ).fetchall()
        found = (self.facts(row[0]) for row in rows)
        return [task for task in found if task is not None and task.failure is not None]

    def note_delivery(self, run_id: str, kind: str, state: str, note: str = "") -> None:
        """Remember what became of an envelope."""
        with self._db:
            values = (run_id, kind, state, note, time.time())
            self._db.execute("INSERT OR REPLACE INTO deliveries VALUES (?,?,?,?,?)", values)

    def deliveries(self, run_id: str) -> list[Delivery]:
        """What became of the envelopes of a run."""
        query = "SELECT kind, state, note, at FROM deliveries WHERE run_id = ? ORDER BY kind"
        return [Delivery(*row) for row in self._db.execute(query, (run_id,))]

    def count(self) -> int:
        """How many runs there are."""
        found = self._db.execute("SELECT count(*) FROM runs").fetchone()[0]
        assert isinstance(found, int)
        return found

    def damage(self) -> str:
        """The first damage that SQLite finds in the whole file, or an empty text."""
        return _first_damage(self._db)

    def notes(self, state: str) -> list[tuple[str, int]]:
        """Why envelopes are in this state (`waiting`, `dropped`), and how many for each reason, most first."""
        query = "SELECT note, count(*) FROM deliveries WHERE state = ? GROUP BY note ORDER BY count(*) DESC"
        return self._db.execute(query, (state,)).fetchall()

    def prune(self) -> int:
        """Forget runs beyond the retention; returns how many."""
        with self._db:
            gone = self._db.execute(
                "DELETE FROM runs WHERE started_at < ? OR run_id IN"
                " (SELECT run_id FROM runs ORDER BY started_at DESC LIMIT -1 OFFSET ?)",
                (time.time() - KEEP_DAYS * 86400, KEEP_RUNS),
            ).rowcount
            if gone:
                self._db.execute("DELETE FROM deliveries WHERE run_id NOT IN (SELECT run_id FROM runs)")
        return gone

    @contextmanager
    def _lasting(self) -> Iterator[None]:
        """A transaction that survives a power cut: its journal entry is forgotten next. All others need not wait."""
        self._db.execute("PRAGMA synchronous = FULL")
        try:
            with self._db:
                yield
        finally:
            self._db.execute("PRAGMA synchronous = NORMAL")

    def _open_or_replace(self) -> sqlite3.Connection:
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._set_aside()
            return self._open()

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=_BUSY_S)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA synchronous = NORMAL")
        if schema.is_current(database):  # Nothing to write, so a full or read-only disk can still be looked at.
            return database
        database.execute("PRAGMA journal_mode = WAL")
        schema.upgrade(database)
        return database

    def _set_aside(self) -> None:
        """Move a damaged file away, together with what SQLite keeps beside it."""
        self.set_aside = f"{self._path}.damaged-{int(time.time())}"
        for ending in ("", "-wal", "-shm"):
            if os.path.lexists(self._path + ending):
                os.rename(self._path + ending, self.set_aside + ending)

    def _refuse_foreign(self) -> None:
        try:
            os.close(paths.create(self._path))
        except FileExistsError:
            status = os.lstat(self._path)
            if status.st_uid != os.geteuid() or status.st_mode & 0o170000 != 0o100000:
                raise StoreError(f"{self._path} is not a file of ours") from None


def _first_damage(database: sqlite3.Connection) -> str:
    try:
        found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found
