"""The outbox: envelopes that no server has accepted yet, one file each, in the order in which they shall leave.

A file is a valid Sentry envelope whose header names its DSN (`sentry-cli send-envelope` could send it too).
"""

from __future__ import annotations

import os

from sentinel_run.records import Record
from sentinel_run.store import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# In the order in which they leave, that of their names. Of a run there is one check-in at most: the closing one
# replaces the opening.
KINDS = ("check_in", "event", "log", "metric", "transaction")
_ENDING = ".envelope"


class Letter(Record):
    """One waiting envelope: its file, the run it belongs to, and what it is, one of `KINDS`."""

    path: str
    run_id: str
    kind: str

    @property
    def started_at(self) -> float:
        """The start of its run, in seconds since the epoch."""
        return int(os.path.basename(self.path).partition("-")[0]) / 1000


def name(started_at: float, run_id: str, kind: str) -> str:
    """The file name of a run's envelope; it sorts by the start of the run, then as in `KINDS`."""
    return f"{int(started_at * 1000):015d}-{run_id}-{kind}{_ENDING}"


def letter(state: str, started_at: float, run_id: str, kind: str) -> Letter:
    """A run's envelope, whether or not it is in the outbox."""
    return Letter(os.path.join(state, "outbox", name(started_at, run_id, kind)), run_id, kind)


def put(state: str, file_name: str, envelope: bytes) -> None:
    """Store an envelope in one atomic step. Putting it again replaces it by the same."""
    paths.write_whole(os.path.join(state, "outbox", file_name), envelope, lasting=True)


def waiting(state: str) -> list[Letter]:
    """All waiting envelopes, first to leave first."""
    return list(_letters(os.path.join(state, "outbox")))


def is_waiting(state: str, started_at: float, run_id: str) -> bool:
    """Whether any envelope of this run is still in the outbox."""
    return any(map(os.path.lexists, _paths(state, started_at, run_id)))


def has_more_of_run(letter: Letter) -> bool:
    """Whether another envelope of this one's run is in the outbox."""
    stem = letter.path.removesuffix(f"{letter.kind}{_ENDING}")
    return any(os.path.lexists(f"{stem}{kind}{_ENDING}") for kind in KINDS if kind != letter.kind)


def remove_all(state: str, started_at: float, run_id: str) -> None:
    """Forget every envelope of this run."""
    for path in _paths(state, started_at, run_id):
        paths.forget(path)


def _paths(state: str, started_at: float, run_id: str) -> list[str]:
    return [os.path.join(state, "outbox", name(started_at, run_id, kind)) for kind in KINDS]


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
