"""The tables `runs` and `details`: one run each, and all of its facts."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import contextmanager

from sentinel_run import ci, json_form
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts

FAILED, INTERRUPTED = "failed", "interrupted"
COLUMNS = (
    "run_id, name, started_at, duration_s, status, cause, exit_status, signal, reason, max_rss_bytes, compared,"
    " interrupted, coalesce(revision, '')"
)
_STARTED = 2
_NEWEST, _BEFORE = "ORDER BY started_at DESC, rowid DESC", "(started_at, rowid) < (?, ?)"
_AT_ONCE, _EVER = 500, 1e18
_ADD = (
    "INSERT OR REPLACE INTO runs (run_id, parent_run_id, dsn, name, started_at, ended_at, duration_s, status, cause,"
    " exit_status, signal, reason, max_rss_bytes, compared, interrupted, revision, facts_bytes)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


class Row(Record):
    """One run as the history lists it. Times in seconds since the epoch; no duration for a lost run.

    `is_interrupted` tells a failure that somebody outside asked for by a signal (INT, TERM, HUP). `revision` is
    the commit that a CI names, or else the release.
    """

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
    is_interrupted: int = 0
    revision: str = ""


class Runs:
    """Every method raises sqlite3.Error if the file cannot be used."""

    _db: sqlite3.Connection

    def add(self, facts: Facts, diagnosis: Diagnosis) -> None:
        """Keep a run, or replace what was known of it."""
        blob = zlib.compress(json_form.to_json(facts).encode())
        ending, identity = facts.ending, facts.identity
        duration_s = ending.duration_s if ending and not ending.lost else None
        row = (
            identity.run_id, identity.parent_run_id, facts.reporting.dsn, facts.command.name, facts.started_at,
            facts.started_at + (duration_s or 0.0), duration_s, diagnosis.status, diagnosis.cause,
            ending.exit_status if ending else None, ending.signal_name if ending else "", diagnosis.reason,
            facts.usage.max_rss_bytes, "; ".join(diagnosis.compared.sentences), is_interrupted(diagnosis),
            revision(facts.place.ci, facts.reporting.release), len(blob),
        )  # fmt: skip
        with self._lasting():
            self._db.execute(_ADD, row)
            self._db.execute("INSERT OR REPLACE INTO details VALUES (?,?)", (identity.run_id, blob))

    def runs(self, *, name: str = "", status: str = "", since: float = 0.0, limit: int = 20) -> Iterator[Row]:
        """Runs that fit all filters, newest first; `interrupted` is a status here. A negative limit is none.

        They are read in portions: whoever takes his time over them holds nobody up who writes.
        """
        where, values = _where(name, status, since)
        query = f"SELECT {COLUMNS}, rowid FROM runs WHERE {where} AND {_BEFORE} {_NEWEST} LIMIT ?"  # noqa: S608
        last: tuple[float, int] = (_EVER, 0)
        while limit:
            wanted = min(limit, _AT_ONCE) if limit > 0 else _AT_ONCE
            found = self._db.execute(query, (*values, *last, wanted)).fetchall()
            yield from (Row(*row[:-1]) for row in found)
            if len(found) < wanted:
                return
            limit, last = limit - wanted, (found[-1][_STARTED], found[-1][-1])

    def facts(self, run_id: str) -> Facts | None:
        """All facts of a run. Raises `FormatError` or zlib.error if they cannot be read."""
        row = self._db.execute("SELECT facts FROM details WHERE run_id = ?", (run_id,)).fetchone()
        return json_form.from_json(zlib.decompress(row[0])) if row else None

    def has(self, run_id: str) -> bool:
        """Whether a run is in the history."""
        return self._db.execute("SELECT 1 FROM runs WHERE run_id = ?", (run_id,)).fetchone() is not None

    def last_ended(self, *, name: str = "", status: str = "") -> str:
        """The id of the run that ended last among those that fit, or an empty text."""
        row = self._db.execute(
            "SELECT run_id FROM runs INDEXED BY runs_by_end WHERE (? = '' OR name = ?) AND (? = '' OR status = ?)"
            " ORDER BY ended_at DESC, rowid DESC LIMIT 1",
            (name, name, status, status),
        ).fetchone()
        return row[0] if row else ""

    def count(self) -> int:
        """How many runs there are."""
        found = self._db.execute("SELECT count(*) FROM runs").fetchone()[0]
        assert isinstance(found, int)
        return found

    @contextmanager
    def _lasting(self) -> Iterator[None]:
        """A transaction that survives a power cut: its journal entry is forgotten next. All others need not wait."""
        self._db.execute("PRAGMA synchronous = FULL")
        try:
            with self._db:
                yield
        finally:
            self._db.execute("PRAGMA synchronous = NORMAL")


def is_interrupted(diagnosis: Diagnosis) -> bool:
    """Whether it did not succeed because somebody outside asked it to end."""
    return diagnosis.status == FAILED and diagnosis.transaction_status == "cancelled"


def revision(ci_variables: Mapping[str, str], release: str) -> str:
    """What a run was of: the commit that a CI names, or else the release; empty if neither is known."""
    return ci.facts(ci_variables).get("commit", "") or release


def _where(name: str, status: str, since: float) -> tuple[str, tuple[str | float, ...]]:
    """Conditions for what is asked only, so that SQLite finds an index."""
    kept = FAILED if status == INTERRUPTED else status
    asked = [(text, value) for text, value in (("name = ?", name), ("status = ?", kept)) if value]
    parts = [text for text, _ in asked] + (["interrupted"] if status == INTERRUPTED else [])
    return " AND ".join([*parts, "started_at >= ?"]), (*(value for _, value in asked), since)
