"""Why a task of a Python program ended as it did: the program itself has said so."""

from __future__ import annotations

from sentinel_run.diagnose.diagnosis import FAILED, OK, Diagnosis
from sentinel_run.diagnose.lines import Line
from sentinel_run.diagnose.tracebacks import tracebacks
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.thrown import Thrown
    from sentinel_run.facts import Facts, Failure

_FAILED_TYPE = "TaskFailed"


class _Words(Record):
    """What is told of a failure: Sentry's type of it, and the reason."""

    type: str
    reason: str


def diagnose(facts: Facts) -> Diagnosis:
    """The diagnosis of a task that has ended."""
    failure = facts.failure
    if failure is None:
        return Diagnosis(OK)
    words = _words(failure)
    sentence = f"{facts.command.name} failed: {words.reason}" if words.reason else f"{facts.command.name} failed"
    found = Diagnosis(
        FAILED, failure.cause, words.type, "error", sentence, words.reason, "internal_error", _chain(failure)
    )
    return found._replace(level="warning", transaction_status="cancelled") if failure.is_cancelled else found


def _words(failure: Failure) -> _Words:
    if not failure.traceback:
        return _Words(_FAILED_TYPE, failure.message)
    return _Words(failure.cause, f"{failure.cause}: {failure.message}" if failure.message else failure.cause)


def _chain(failure: Failure) -> tuple[Thrown, ...]:
    """The exceptions of the traceback, as the reader finds them that reads any program's output."""
    found = tracebacks([Line(0.0, "stderr", text) for text in failure.traceback.splitlines()])
    return found[-1].traceback.chain if found else ()
