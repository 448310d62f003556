"""Why a run ended as it did: what its facts say when they are read, and what that means."""

from __future__ import annotations

from sentinel_run.diagnose.diagnosis import FAILED, OK, SKIPPED, Diagnosis
from sentinel_run.facts import TASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Ending, Facts


def diagnose(facts: Facts) -> Diagnosis:
    """The diagnosis of a run that has ended, or whose wrapper is gone."""
    ending = facts.ending
    if ending is None or ending.lost:
        return _lost(facts)
    if facts.command.kind == TASK:
        from sentinel_run.diagnose import task

        return task.diagnose(facts)
    if ending.skipped:
        return Diagnosis(SKIPPED, sentence=f"{facts.command.name} was skipped: {ending.skipped}")
    if _is_success(facts, ending):
        return Diagnosis(OK)
    from sentinel_run.diagnose import failure  # Its many patterns take longer to make than all else of a success.

    return failure.diagnose(facts, ending)


def _is_success(facts: Facts, ending: Ending) -> bool:
    if ending.lost or ending.complaint:
        return False
    return ending.told_status == 0 or ending.told_status in facts.reporting.ok_exit


def _lost(facts: Facts) -> Diagnosis:
    who = "its program" if facts.command.kind == TASK else "sentinel-run"
    sentence = f"{facts.command.name} was lost: {who} was killed before it could note the end"
    return Diagnosis(
        FAILED, "lost", "CommandLost", "error", sentence, f"{who} was killed", transaction_status="internal_error"
    )
