"""A history of runs that nobody waited for."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from sentinel_run import facts as facts_
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.records import Record
from sentinel_run.store.history import History


class Ran(Record):
    """A run that started so many seconds ago."""

    name: str
    ago_s: float
    duration_s: float = 1.0
    status: int = 0
    release: str = ""
    stopped_by: str = ""
    skipped: str = ""
    said: str = ""
    run_id: str = ""


def keep(state: Path, runs: Iterable[Ran]) -> None:
    """Put them into the history, each with an id of its own."""
    history = History(str(state))
    for number, ran in enumerate(runs):
        made = _facts(ran, ran.run_id or f"{number * 2654435761 % 2**32:08x}{number:024x}")
        history.add(made, diagnose(made))
    history.close()


def _facts(ran: Ran, run_id: str) -> facts_.Facts:
    started_at = time.time() - ran.ago_s
    return facts_.Facts(
        started_at=started_at,
        identity=facts_.Identity(run_id, "e" * 32, "a" * 32, "b" * 32, "c" * 16, "", sampled=True),
        command=facts_.Command(ran.name, (ran.name,), "/srv"),
        place=facts_.Place("host", "user", 1000, 42),
        reporting=facts_.Reporting(release=ran.release),
        ending=facts_.Ending(
            started_at + ran.duration_s,
            ran.duration_s,
            None if ran.stopped_by or ran.skipped else ran.status,
            15 if ran.stopped_by else None,
            ran.stopped_by,
            interrupted_by=ran.stopped_by,
            skipped=ran.skipped,
        ),
        usage=facts_.Usage(max_rss_bytes=50_000_000),
        output=facts_.Output((facts_.Passage("head", "stderr", ran.said, ((0, 0.1),)),) if ran.said else ()),
    )
