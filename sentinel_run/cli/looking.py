"""Looking into the store: what lies in the journal is there too, and an unusable store ends in one line."""

from __future__ import annotations

import os
import sqlite3
import zlib
from contextlib import contextmanager

from sentinel_run import notes, planning
from sentinel_run.errors import FormatError, SentinelError, StoreError
from sentinel_run.records import Record
from sentinel_run.store import journal, paths
from sentinel_run.store.history import History

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Facts


class Store(Record):
    """The state directory and its open history."""

    state: str
    history: History


@contextmanager
def opened() -> Iterator[Store]:
    """The store, with finished journal entries taken in. Raises `StoreError`, also for damage found later."""
    state = paths.state_directory(planning.as_inherited(os.environ))
    try:
        history = open_history(state)
    except (sqlite3.Error, OSError) as error:
        raise _unusable(state, error) from None
    try:
        _say_what_is_lost(history)
        _take_a_look(state, history)
        yield Store(state, history)
    except sqlite3.Error as error:
        raise _unusable(state, error) from None
    finally:
        history.close()


def open_history(state: str) -> History:
    """The history, for looking only where the disk is full or read-only. Raises as `History` does."""
    try:
        return History(state)
    except (sqlite3.OperationalError, OSError, StoreError):
        is_there = os.path.isfile(os.path.join(state, "history.db"))
        if not is_there or is_writable(state):
            raise
        return History.for_reading(state)


def is_writable(state: str) -> bool:
    """Whether the disk that holds it has room and is not mounted read-only. Raises OSError."""
    found = os.statvfs(state)
    return found.f_bavail > 0 and not found.f_flag & os.ST_RDONLY


def running(state: str) -> list[Facts]:
    """The runs that are going on now, newest first."""
    return sorted(journal.running(state), key=lambda facts: -facts.started_at)


def facts(store: Store, run_id: str) -> Facts:
    """All facts of a run of the history. Raises `StoreError`."""
    try:
        found = store.history.facts(run_id)
    except (FormatError, zlib.error, OSError) as error:
        raise StoreError(f"the facts of run {run_id} cannot be read: {error}") from None
    if found is None:
        raise StoreError(f"the facts of run {run_id} are gone from the history")
    return found


def _take_a_look(state: str, history: History) -> None:
    """A store that can be read but not written (a full disk) still has a history to show."""
    if next(journal.found(state), None) is None:
        return  # Most of the time; what reads facts takes longer to import than the answer takes.
    from sentinel_run.deliver import intake

    try:
        intake.look(state, history)
    except (SentinelError, OSError, sqlite3.OperationalError) as error:
        notes.say(f"the latest runs are not shown, the store cannot be written: {error}")


def _say_what_is_lost(history: History) -> None:
    if history.set_aside:
        notes.say(f"the history was damaged and starts anew; the old file is kept as {history.set_aside}")


def _unusable(state: str, error: Exception) -> StoreError:
    return StoreError(f"the history in {state} cannot be used: {error}; try: sentinel-run doctor")
