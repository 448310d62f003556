"""Whether the failure of a run is the one that a task of a Python program inside it has reported already.

A task has neither status nor signal, so it takes more than for a run: the same exception, or that the process
which the task was in ended the run.
"""

from __future__ import annotations

from sentinel_run.diagnose.cause import diagnose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.diagnose.thrown import Thrown
    from sentinel_run.facts import Ending, Facts, Member

# The process that a failure ends says so and ends soon; where it waits for its delivery, later.
SOON_S = 10.0
# A shell around it ends at once.
_AT_ONCE_S = 1.0


def is_of_task(facts: Facts, diagnosis: Diagnosis, task: Facts) -> bool:
    """Whether the failed `task`, which was inside the run, is why the run failed."""
    ending = facts.ending
    if ending is None or task.failure is None or ending.complaint or ending.timed_out or not ending.exit_status:
        return False
    if diagnosis.thrown:
        return any(_is_same(thrown, task) for thrown in _raised(diagnosis.thrown))
    return _ended_by(facts, ending, task)


def _raised(chain: Sequence[Thrown]) -> Iterator[Thrown]:
    """What ended the program, and what it was raised from; what went wrong while that was handled is another."""
    wanted = len(chain) - 1
    while wanted >= 0:
        yield chain[wanted]
        causes = (at for at, one in enumerate(chain) if one.parent == wanted and one.link == "__cause__")
        wanted = next(causes, -1)


def _is_same(thrown: Thrown, task: Facts) -> bool:
    assert task.failure is not None
    reported = diagnose(task).thrown
    if reported:
        return (thrown.type, thrown.value) == (reported[-1].type, reported[-1].value)
    return bool(thrown.value) and thrown.value == task.failure.message


def _ended_by(facts: Facts, ending: Ending, task: Facts) -> bool:
    """Whether the process of the task was the last one, as far as is known, and ended soon after the task."""
    assert task.ending is not None
    passed_s = ending.at - task.ending.at
    if passed_s > SOON_S:
        return False
    pid, place = task.place.wrapper_pid, facts.place
    is_near = task.place.pid_space == place.pid_space
    if is_near and pid == place.pid:
        return True
    ended = next((one for one in reversed(facts.tree.members) if is_near and one.pid == pid), None)
    if ended is not None and (ended.exit_status is not None or ended.signal_name):
        return _was_last(ended, ending)
    return passed_s < _AT_ONCE_S or bool(place.ci or place.container or place.systemd)


def _was_last(process: Member, ending: Ending) -> bool:
    return process.exit_status == ending.exit_status and process.end_s > ending.duration_s - _AT_ONCE_S
