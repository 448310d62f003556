"""Which run inside or around another one reports its failure already: one failure makes one issue."""

from __future__ import annotations

from sentinel_run.diagnose import inside
from sentinel_run.facts import TASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.cause import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.store.forgetful import Forgetful
    from sentinel_run.store.history import History


def reporter(facts: Facts, diagnosis: Diagnosis, history: History | Forgetful) -> str:
    """The id of that run, or an empty text."""
    if not diagnosis.type:
        return ""
    if (
        facts.command.kind == TASK
    ):  # It knows itself which exception is reported; its end, if it had none, it cannot.
        around = history.facts(facts.identity.parent_run_id)
        return around.identity.run_id if around and inside.is_told_by(facts, around) else ""
    tasks = history.failed_tasks(facts)
    return history.inner_failure(facts) or next(
        (task.identity.run_id for task in tasks if inside.is_of_task(facts, diagnosis, task)), ""
    )
