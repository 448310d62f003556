"""The tables of history.db, and the steps from one version to the next."""

from __future__ import annotations

import sqlite3

from sentinel_run.errors import StoreError

VERSION = 3
# Step n leads from version n to n + 1; a step is never changed once released.
_STEPS = (
    """
    CREATE TABLE runs (
        run_id TEXT PRIMARY KEY, parent_run_id TEXT NOT NULL, name TEXT NOT NULL, started_at REAL NOT NULL,
        duration_s REAL, status TEXT NOT NULL, cause TEXT NOT NULL, exit_status INTEGER, signal TEXT NOT NULL,
        reason TEXT NOT NULL, max_rss_bytes INTEGER NOT NULL, dsn TEXT NOT NULL
    );
    CREATE INDEX runs_by_start ON runs (started_at);
    CREATE INDEX runs_by_name ON runs (name, started_at);
    CREATE INDEX runs_by_parent ON runs (parent_run_id);
    CREATE TABLE details (run_id TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE, facts BLOB NOT NULL);
    CREATE TABLE deliveries (
        run_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (run_id, kind)
    );
    CREATE TABLE limits (dsn TEXT NOT NULL, category TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (dsn, category));
    CREATE TABLE pauses (dsn TEXT PRIMARY KEY, until REAL NOT NULL, failures INTEGER NOT NULL, note TEXT NOT NULL);
    """,
    """
    ALTER TABLE runs ADD COLUMN compared TEXT NOT NULL DEFAULT '';
    CREATE INDEX runs_by_outcome ON runs (name, status, started_at);
    DROP INDEX runs_by_name;
    CREATE INDEX runs_by_name ON runs (name, started_at, status, cause, parent_run_id, run_id);
    """,
    # A run that this step finds has no revision yet: NULL, until somebody reads it out of its facts (store/unread).
    """
    ALTER TABLE runs ADD COLUMN ended_at REAL NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN interrupted INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN revision TEXT;
    ALTER TABLE runs ADD COLUMN facts_bytes INTEGER NOT NULL DEFAULT 0;
    UPDATE runs SET
        ended_at = started_at + coalesce(duration_s, 0),
        interrupted = status = 'failed' AND cause IN ('SIGINT', 'SIGTERM', 'SIGHUP'),
        facts_bytes = coalesce((SELECT length(facts) FROM details WHERE details.run_id = runs.run_id), 0);
    DROP INDEX runs_by_start;
    CREATE INDEX runs_by_start ON runs (started_at, facts_bytes);
    DROP INDEX runs_by_outcome;
    CREATE INDEX runs_by_outcome ON runs (name, status, started_at, interrupted, duration_s);
    CREATE INDEX runs_by_status ON runs (status, started_at);
    CREATE INDEX runs_by_end ON runs (ended_at, status, name);
    CREATE INDEX runs_by_duration ON runs (name, status, duration_s, started_at) WHERE status = 'ok';
    CREATE INDEX runs_by_memory ON runs (name, status, max_rss_bytes, started_at) WHERE status = 'ok';
    CREATE INDEX runs_by_revision ON runs (name, revision, status, started_at, interrupted) WHERE revision <> '';
    CREATE INDEX runs_unread ON runs (run_id) WHERE revision IS NULL;
    """,
)


def is_current(database: sqlite3.Connection) -> bool:
    """Whether the tables are of this release. Raises `StoreError` for a newer one, DatabaseError for damage."""
    version = _version(database)
    if version > VERSION:
        raise StoreError(f"history.db was made by a newer release (version {version}); this one leaves it alone")
    return version == VERSION


def upgrade(database: sqlite3.Connection) -> None:
    """Bring the tables up to date. Raises sqlite3.DatabaseError for a damaged file."""
    version = _version(database)
    for step in _STEPS[version:]:
        version += 1
        database.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {version}; COMMIT;")


def _version(database: sqlite3.Connection) -> int:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    assert isinstance(version, int)
    return version
