"""The outbox: envelopes that no server has accepted yet, one file each, in the order in which they shall leave.

A file is a valid Sentry envelope whose header names its DSN (`sentry-cli send-envelope` could send it too).
"""

from __future__ import annotations

import os
import time

from sentinel_run.records import Record
from sentinel_run.store import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# In the order in which they leave. Of a run there is one check-in at most: the closing one replaces the opening.
KINDS = ("check_in", "event", "transaction")
_FIRST_TO_GO = ("transaction", "check_in", "event")
_ENDING = ".envelope"
# Sentry replaces times that are further back (30 days); the count keeps a dead server from filling the disk.
MAX_AGE_S = 30 * 86400.0
MAX_LETTERS = 5000
SURPLUS_NOTE = "it waited too long, or too many waited"


class Letter(Record):
    """One waiting envelope: its file, the run it belongs to, and what it is, one of `KINDS`."""

    path: str
    run_id: str
    kind: str


def name(started_at: float, run_id: str, kind: str) -> str:
    """The file name of a run's envelope; it sorts by the start of the run, then as in `KINDS`."""
    return f"{int(started_at * 1000):015d}-{run_id}-{kind}{_ENDING}"


def put(state: str, file_name: str, envelope: bytes) -> None:
    """Store an envelope in one atomic step. Putting it again replaces it by the same."""
    paths.write_whole(os.path.join(state, "outbox", file_name), envelope, lasting=True)


def waiting(state: str) -> list[Letter]:
    """All waiting envelopes, first to leave first."""
    return list(_letters(os.path.join(state, "outbox")))


def surplus(letters: list[Letter]) -> list[Letter]:
    """Letters that are to be dropped: older than Sentry keeps times, or too many; transactions go first."""
    oldest_ms = (time.time() - MAX_AGE_S) * 1000
    stale = [letter for letter in letters if int(os.path.basename(letter.path).partition("-")[0]) < oldest_ms]
    fresh = sorted(
        (letter for letter in letters if letter not in stale),
        key=lambda letter: _FIRST_TO_GO.index(letter.kind) if letter.kind in _FIRST_TO_GO else len(_FIRST_TO_GO),
    )
    return stale + fresh[: max(0, len(fresh) - MAX_LETTERS)]


def is_waiting(state: str, started_at: float, run_id: str) -> bool:
    """Whether any envelope of this run is still in the outbox."""
    folder = os.path.join(state, "outbox")
    return any(os.path.lexists(os.path.join(folder, name(started_at, run_id, kind))) for kind in KINDS)


def remove(letter: Letter) -> None:
    """Forget an envelope that was accepted or given up."""
    paths.forget(letter.path)


def set_aside(state: str, letter: Letter) -> None:
    """Move a damaged file out of the way, to `bad/`."""
    paths.set_aside(state, letter.path)


def _letters(folder: str) -> Iterator[Letter]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for file_name in names:
        parts = file_name.removesuffix(_ENDING).split("-")
        if file_name.endswith(_ENDING) and len(parts) == 3 and parts[0].isdigit():
            yield Letter(os.path.join(folder, file_name), parts[1], parts[2])
