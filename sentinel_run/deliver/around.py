"""Runs around a run: whether its failure is theirs, so that one failure makes one issue.

The time-out of an outer run stops everything below it, inner runs included. A program that crashes loses the task
that it was at, and what kills a whole tree loses all the runs in it. None of them has failed by itself.
"""

from __future__ import annotations

import zlib

from sentinel_run.deliver import inside
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.diagnose.diagnosis import FAILED
from sentinel_run.errors import FormatError
from sentinel_run.store import journal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Ending, Facts
    from sentinel_run.store.forgetful import Forgetful
    from sentinel_run.store.history import History

_MOST = 32
_STOPS = frozenset({"SIGTERM", "SIGKILL"})
# The end of a run is its start and a duration that no step of the clock has touched.
_CLOCK_S = 1.0


def marked(state: str, history: History | Forgetful, facts: Facts) -> Facts:
    """The facts, with the run around it whose failure this is, if that reports to the same project."""
    ending = facts.ending
    if ending is None or not _was_stopped(ending):
        return facts
    for around in _around(state, history, facts):
        if around.reporting.dsn == facts.reporting.dsn and _is_of(state, history, around, facts):
            return facts._replace(ending=ending._replace(told_by=around.identity.run_id))
    return facts


def _is_of(state: str, history: History | Forgetful, around: Facts, facts: Facts) -> bool:
    if any(_falls_into(facts, at) for at in _stops(state, around)):
        return True
    assert facts.ending is not None
    return facts.ending.lost and _tells(state, history, around)


def _tells(state: str, history: History | Forgetful, around: Facts) -> bool:
    """Whether a run has a failure of its own to tell of; so has one that is lost itself, not taken in yet."""
    if around.ending is None:
        return journal.going(state, around.identity.run_id) is None
    diagnosis = diagnose(around)
    return diagnosis.status == FAILED and not inside.reporter(around, diagnosis, history)


def _was_stopped(ending: Ending) -> bool:
    return ending.lost or bool(ending.interrupted_by) or ending.signal_name in _STOPS


def _falls_into(facts: Facts, at: float) -> bool:
    assert facts.ending is not None
    return facts.started_at <= at <= facts.ending.at + _CLOCK_S


def _around(state: str, history: History | Forgetful, facts: Facts) -> Iterator[Facts]:
    """The run around it, the one around that, and so on, wherever they are kept."""
    for _ in range(_MOST):
        run_id = facts.identity.parent_run_id
        found = (journal.facts_of(state, run_id) or _remembered(history, run_id)) if run_id else None
        if found is None:
            return
        yield found
        facts = found


def _remembered(history: History | Forgetful, run_id: str) -> Facts | None:
    try:
        return history.facts(run_id)
    except (FormatError, zlib.error, OSError):  # Nothing is known of it.
        return None


def _stops(state: str, around: Facts) -> list[float]:
    """When a run has stopped its command; of one that was taken in already, the earliest that can have been."""
    noted = journal.stops(state, around.identity.run_id)
    if noted or around.ending is None or not around.ending.timed_out:
        return noted
    return [around.started_at + (around.reporting.timeout_s or 0.0)]
