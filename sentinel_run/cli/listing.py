"""The runs that `history` lists, as data: what goes on now, then what has ended, newest first."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import chain, islice

from sentinel_run.cli import looking
from sentinel_run.records import Record
from sentinel_run.store.history import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sentinel_run.cli.looking import Store
    from sentinel_run.facts import Facts
    from sentinel_run.store.history import Delivery

RUNNING = "running"
LOST = "lost"


COLUMNS = (
    "run_id", "name", "started", "duration_s", "status", "cause", "exit_status", "signal", "reason",
    "max_rss_bytes", "compared", "interrupted", "revision",
)  # fmt: skip


class Wanted(Record):
    """What is asked for. No limit is 0; `since_s` is an age; `interrupted` is a status too."""

    name: str = ""
    status: str = ""
    since_s: float | None = None
    limit: int = 0


class Listed(Record):
    """A row and the shortest id that names its run."""

    row: Row
    short_id: str


def listed(store: Store, wanted: Wanted) -> list[Listed]:
    """All runs that fit, with ids for people."""
    found = list(rows(store, wanted))
    going = [row.run_id for row in found if row.status == RUNNING]
    return [Listed(row, store.history.short_id(row.run_id, going)) for row in found]


def rows(store: Store, wanted: Wanted) -> Iterator[Row]:
    """All runs that fit, however many, in the memory of a few."""
    going = _going(store, wanted)
    known = {row.run_id for row in going}
    ended = (row for row in _ended(store, wanted) if row.run_id not in known)  # One may have ended just now.
    return islice(chain(going, ended), wanted.limit or None)


def to_json(store: Store, row: Row) -> dict[str, Any]:
    """A run for programs: the keys are always there, null where there is nothing to say."""
    deliveries = store.history.deliveries(row.run_id)
    return {**columns(row), "deliveries": [delivery_json(delivery) for delivery in deliveries]}


def columns(row: Row) -> dict[str, Any]:
    """A run as one line of CSV has it. Names and order are kept; what is new comes last."""
    return {
        "run_id": row.run_id,
        "name": row.name,
        "started": moment(row.started_at),
        "duration_s": duration_s(row),
        "status": row.status,
        "cause": row.cause or None,
        "exit_status": row.exit_status,
        "signal": row.signal or None,
        "reason": row.reason or None,
        "max_rss_bytes": row.max_rss_bytes or None,
        "compared": row.compared or None,
        "interrupted": bool(row.is_interrupted),
        "revision": row.revision or None,
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """What became of one envelope, for programs."""
    return {**delivery._asdict(), "note": delivery.note or None, "at": moment(delivery.at)}


def duration_s(row: Row) -> float | None:
    """How long a run took, or takes so far; None for a lost one, whose end nobody saw."""
    return None if row.cause == LOST or row.duration_s is None else round(row.duration_s, 6)


def moment(at: float) -> str:
    """A time as programs read it: ISO 8601, UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _ended(store: Store, wanted: Wanted) -> Iterator[Row]:
    if wanted.status == RUNNING:
        return iter(())
    since = 0.0 if wanted.since_s is None else time.time() - wanted.since_s
    limit = wanted.limit or -1  # SQLite's word for no limit.
    return store.history.runs(name=wanted.name, status=wanted.status, since=since, limit=limit)


def _going(store: Store, wanted: Wanted) -> list[Row]:
    if wanted.status not in ("", RUNNING):
        return []
    going = looking.running(store.state)
    return [_row(facts) for facts in going if wanted.name in ("", facts.command.name)]


def _row(facts: Facts) -> Row:
    age_s = max(0.0, time.time() - facts.started_at)
    name = facts.command.name
    return Row(facts.identity.run_id, name, facts.started_at, age_s, RUNNING, "", None, "", "", 0)
