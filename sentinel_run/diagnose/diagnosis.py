"""The meaning of a run's ending: its cause, how grave that is, and the sentence that says it."""

from __future__ import annotations

from sentinel_run.diagnose.compared import Compared
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.details import Detail
    from sentinel_run.diagnose.thrown import Thrown
    from sentinel_run.diagnose.tracebacks import Found

OK, FAILED, SKIPPED = "ok", "failed", "skipped"


class Diagnosis(Record):
    """The meaning of a run's ending.

    `cause` is the second part of the fingerprint (empty for success), `type` the exception's type in Sentry (an
    event is due where there is one), `sentence` what a person reads first, `transaction_status` one of Sentry's
    span statuses. `thrown` is the chain of the traceback that ended the run, root cause first; `others` are the
    tracebacks that did not end it.

    `exit_status_meaning` is what the tool's page says of its exit status, `sender` who sent the signal, `core`
    what became of the core file, `details` what else is known of the cause and by what it is proven.
    """

    status: str
    cause: str = ""
    type: str = ""
    level: str = "info"
    sentence: str = ""
    reason: str = ""
    transaction_status: str = "ok"
    thrown: tuple[Thrown, ...] = ()
    others: tuple[Found, ...] = ()
    exit_status_meaning: str = ""
    sender: str = ""
    core: str = ""
    details: tuple[Detail, ...] = ()
    compared: Compared = Compared()
