"""The notes that a command made, as the journal has them: redacted, each with its time."""

from __future__ import annotations

import time

from sentinel_run import redact
from sentinel_run.facts import Noted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sentinel_run.facts import Facts
    from sentinel_run.notebook.jotted import Reading
    from sentinel_run.redact import Secrets

# A program may have noted something before what it reports in the end.
_EARLIEST_S = 86400.0


def added(facts: Facts, read: Reading, secrets: Secrets) -> Facts:
    """The facts with notes, redacted, and a word on those that could not be read."""
    noted = tuple(_noted(read.notes, facts.started_at, secrets))
    return facts._replace(noted=noted, notes=(*facts.notes, *redact.everything(tuple(read.faults), secrets)))


def _noted(notes: Sequence[dict[str, Any]], started_at: float, secrets: Secrets) -> Iterator[Noted]:
    """A note that does not say when it was made was made after the one before it; none comes from the future."""
    at, now = started_at, time.time()
    for note in notes:
        at = min(max(note.get("time", at), started_at - _EARLIEST_S), now)
        content = {key: value for key, value in note.items() if key not in ("type", "time")}
        yield Noted(note["type"], round(at - started_at, 6), _redacted(content, secrets))


def _redacted(content: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """The key of a tag may tell that its value is a secret, as the names of members do."""
    clean = redact.members(redact.everything(content, secrets))
    key, value = clean.get("key"), clean.get("value")
    if isinstance(key, str) and isinstance(value, str):
        clean["value"] = redact.member(key, value)
    return clean
