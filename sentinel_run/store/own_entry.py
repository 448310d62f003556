"""What a wrapper writes into the journal: the entry of its run, and notes beside it. See `journal`."""

from __future__ import annotations

import os

from sentinel_run import json_form
from sentinel_run.records import Record
from sentinel_run.store import lock, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentinel_run.facts import Facts

RUNNING, ENDED, ALIVE, STOPPED = ".running", ".ended", ".alive", ".stopped"


class Entry(Record):
    """An open journal entry of the wrapper; the descriptor holds its lock."""

    fd: int


def begin(state: str, facts: Facts) -> Entry:
    """Note a run that has just begun. Raises OSError or `StoreError`; the run goes on without an entry then."""
    paths.prepare(state)
    stem = os.path.join(state, "journal", facts.identity.run_id)
    # By a name of this process: if it is killed here, the canary does this after it.
    beginning = f"{stem}.{os.getpid()}.tmp"
    fd = paths.create(beginning)
    lock.hold(fd)
    paths.write_all(fd, json_form.to_json(facts).encode())
    os.rename(beginning, stem + RUNNING)
    return Entry(fd)


def end(state: str, entry: Entry | None, facts: Facts) -> None:
    """Put the finished facts in the journal: after this they survive us. Raises OSError or `StoreError`.

    `entry` is None for a run that ended before it was noted as running.
    """
    if entry is None:
        paths.prepare(state)
    stem = os.path.join(state, "journal", facts.identity.run_id)
    paths.write_whole(stem + ENDED, json_form.to_json(facts).encode())
    if entry is not None:
        paths.forget(stem + RUNNING)  # `deliver` may have been quicker.
        os.close(entry.fd)


def give_up(state: str, run_id: str) -> None:
    """Take back that a run is going, where its end cannot be stored: it must not count as lost."""
    paths.forget(os.path.join(state, "journal", run_id + RUNNING))


def note_alive(state: str, run_id: str) -> None:
    """Ask that a monitor be told that this run goes on. Raises OSError."""
    paths.write_whole(os.path.join(state, "journal", run_id + ALIVE), b"")


def note_stops(state: str, run_id: str, times: Iterable[float]) -> None:
    """Note when (since the epoch) a run stops its command: before it does, or who ends of that could be quicker.

    Raises OSError.
    """
    content = "\n".join(map(repr, times)).encode()
    paths.write_whole(os.path.join(state, "journal", run_id + STOPPED), content)


def is_waiting(state: str, run_id: str) -> bool:
    """Whether an ended run has not been taken in yet."""
    return os.path.lexists(os.path.join(state, "journal", run_id + ENDED))
