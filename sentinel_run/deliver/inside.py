"""Which run inside another one reports its failure already: one failure makes one issue."""

from __future__ import annotations

from sentinel_run.diagnose import inside
from sentinel_run.facts import TASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.store.forgetful import Forgetful
    from sentinel_run.store.history import History


def reporter(facts: Facts, diagnosis: Diagnosis, history: History | Forgetful) -> str:
    """The id of that run, or an empty text."""
    if facts.command.kind == TASK or not diagnosis.type:  # A task knows itself which exception is reported.
        return ""
    tasks = history.failed_tasks(facts)
    return history.inner_failure(facts) or next(
        (task.identity.run_id for task in tasks if inside.is_of_task(facts, diagnosis, task)), ""
    )
