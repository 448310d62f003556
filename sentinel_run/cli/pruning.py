"""What `history prune` forgets, name by name, and the forgetting itself."""

from __future__ import annotations

import sqlite3

from sentinel_run import notes
from sentinel_run.cli import choosing, listing
from sentinel_run.cli.progress import counted, waiting
from sentinel_run.records import Record
from sentinel_run.store.unfinished import unfinished

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sentinel_run.cli.looking import Store
    from sentinel_run.store.retention import Keep, Old


class Part(Record):
    """The runs of one name that went."""

    name: str
    runs: int
    bytes: int
    oldest_at: float
    newest_at: float


class Pruned(Record):
    """What went, most first; how many runs stay, and how many of these only because they are not done with."""

    parts: tuple[Part, ...]
    stay: int
    unfinished: int
    is_dry: bool

    @property
    def runs(self) -> int:
        """How many went."""
        return sum(part.runs for part in self.parts)

    @property
    def bytes(self) -> int:
        """The room they took."""
        return sum(part.bytes for part in self.parts)


def prune(store: Store, keep: Keep, names: Sequence[str], *, dry_run: bool) -> Pruned:
    """Forget what is beyond `keep`, or only look. Raises `UnknownRunError` for a name that no run has."""
    spared = unfinished(store.state)
    old = list(_beyond(store, keep, names))
    gone = [run for run in old if run.run_id not in spared]
    before = store.history.count()
    if not dry_run:
        _forget(store, gone)
    return Pruned(tuple(_parts(gone)), before - len(gone), len(old) - len(gone), dry_run)


def to_json(pruned: Pruned) -> dict[str, Any]:
    """For programs."""
    return {
        "dry_run": pruned.is_dry,
        "runs": pruned.runs,
        "bytes": pruned.bytes,
        "stay": pruned.stay,
        "unfinished": pruned.unfinished,
        "names": [
            {
                "name": part.name,
                "runs": part.runs,
                "bytes": part.bytes,
                "oldest": listing.moment(part.oldest_at),
                "newest": listing.moment(part.newest_at),
            }
            for part in pruned.parts
        ],
    }


def _beyond(store: Store, keep: Keep, names: Sequence[str]) -> Iterator[Old]:
    known = store.history.names() if names else []
    for name in dict.fromkeys(names):
        if name not in known:
            raise choosing.UnknownRunError(choosing.unknown(store, name))
    for name in dict.fromkeys(names or ("",)):
        yield from store.history.beyond(keep, name)


def _forget(store: Store, gone: Sequence[Old]) -> None:
    with counted("forgetting runs", len(gone)) as told:
        store.history.forget(gone, told)
    if store.history.is_worth_compacting():
        _compact(store)


def _compact(store: Store) -> None:
    """SQLite writes the file anew beside the old one: a disk that is almost full may have no room for that."""
    try:
        with waiting("giving the room back"):
            store.history.compact()
    except sqlite3.OperationalError as error:
        notes.say(f"the room is used for new runs, but cannot be given back to the disk now: {error}")


def _parts(gone: Sequence[Old]) -> list[Part]:
    by_name: dict[str, list[Old]] = {}
    for run in gone:
        by_name.setdefault(run.name, []).append(run)
    parts = [
        Part(
            name=name,
            runs=len(runs),
            bytes=sum(run.bytes for run in runs),
            oldest_at=min(run.started_at for run in runs),
            newest_at=max(run.started_at for run in runs),
        )
        for name, runs in by_name.items()
    ]
    return sorted(parts, key=lambda part: (-part.runs, part.name))
