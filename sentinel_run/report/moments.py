"""Moments of a run as Sentry wants them."""

from __future__ import annotations

from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts


def moment(facts: Facts, at_s: float = 0.0) -> datetime:
    """The time `at_s` seconds after the start of the run, and never after its end.

    A sum of floats can round to the microsecond after the end, and a span that outlasts its transaction misleads.
    """
    if facts.ending is not None:
        at_s = min(at_s, max(facts.ending.duration_s, 0.0))
    return datetime.fromtimestamp(facts.started_at + at_s, UTC)
