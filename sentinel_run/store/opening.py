"""Opens history.db: makes or upgrades its tables, and moves a damaged file away so that a new one can begin."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing

from sentinel_run.errors import StoreError
from sentinel_run.store import lock, paths, schema

NAME = "history.db"
_LOCK = "history.lock"
_BUSY_S, _GLANCE_S = 10.0, 0.2


def opened(state: str) -> tuple[sqlite3.Connection, str]:
    """The open file, and where a damaged one was moved to, if there was one. Raises `StoreError`, OSError, sqlite3.Error."""
    paths.prepare(state)
    path = os.path.join(state, NAME)
    _refuse_foreign(path)
    # One at a time makes the tables or moves damage away; whoever waited finds it done.
    held = lock.await_(os.path.join(state, _LOCK), _BUSY_S)
    try:
        return _open_or_replace(path)
    finally:
        os.close(held)


def for_reading(state: str) -> sqlite3.Connection:
    """The file on a disk that is full or read-only. Raises sqlite3.Error if there is none of this release."""
    from urllib.parse import quote  # Wanted here alone, and slow to import.

    paths.check(state)
    database = sqlite3.connect(f"file:{quote(os.path.join(state, NAME))}?mode=ro&immutable=1", uri=True)
    if not schema.is_current(database):
        raise sqlite3.OperationalError("there is no history of this release yet, and none can be written")
    return database


def for_a_glance(state: str) -> sqlite3.Connection:
    """The file for whoever cannot wait long for others' work on it. Raises sqlite3.Error if there is none."""
    from urllib.parse import quote

    path = quote(os.path.join(state, NAME))
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_GLANCE_S)


def replace_damaged(state: str) -> bool:
    """Move a file away that opens and yet is damaged inside; whether it was."""
    path = os.path.join(state, NAME)
    held = lock.await_(os.path.join(state, _LOCK), _BUSY_S)
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_S)) as database:
            damage = first_damage(database)
        if damage:
            _set_aside(path)
        return bool(damage)
    finally:
        os.close(held)


def first_damage(database: sqlite3.Connection) -> str:
    """The first damage that SQLite finds in the whole file, or an empty text."""
    try:
        found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def _open_or_replace(path: str) -> tuple[sqlite3.Connection, str]:
    try:
        return _open(path), ""
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        aside = _set_aside(path)
        return _open(path), aside


def _open(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_S)
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA synchronous = NORMAL")
    if schema.is_current(database):  # Nothing to write, so a full or read-only disk can still be looked at.
        return database
    database.execute("PRAGMA journal_mode = WAL")
    schema.upgrade(database)
    return database


def _set_aside(path: str) -> str:
    """Move a damaged file away, together with what SQLite keeps beside it; where to."""
    aside = f"{path}.damaged-{int(time.time())}"
    for ending in ("", "-wal", "-shm"):
        if os.path.lexists(path + ending):
            os.rename(path + ending, aside + ending)
    return aside


def _refuse_foreign(path: str) -> None:
    try:
        os.close(paths.create(path))
    except FileExistsError:
        status = os.lstat(path)
        if status.st_uid != os.geteuid() or status.st_mode & 0o170000 != 0o100000:
            raise StoreError(f"{path} is not a file of ours") from None
