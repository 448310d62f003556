"""Which runs are not done with: they wait to be taken in, or an envelope of theirs waits to be sent."""

from __future__ import annotations

from sentinel_run.store import journal, outbox


def unfinished(state: str) -> set[str]:
    """Their ids."""
    return {entry.run_id for entry in journal.found(state)} | {letter.run_id for letter in outbox.waiting(state)}
