"""Out of memory: said only where the kernel's counts or its log prove it."""

from __future__ import annotations

import pytest

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.facts import Ending, Facts, Output, Passage, Usage
from tests.unit.samples import facts

# Texts as the kernels wrote them: cgroup v2 of Linux 6.1, v1 of Linux 6.18, v1 before 4.13 (no count of kills).
_V2 = "low 0\nhigh 0\nmax {full}\noom {kills}\noom_kill {kills}\noom_group_kill 0\nmemory.max 67108864"
_V1 = "oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\nmemory.failcnt {full}\nmemory.limit_in_bytes 67108864"
_OLD = "oom_kill_disable 0\nunder_oom 0\nmemory.failcnt {full}\nmemory.limit_in_bytes 67108864"
_LOG = (
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/x,task_memcg=/x,task=python3,pid={pid},uid=0\n"
    "Memory cgroup out of memory: Killed process {pid} (python3) total-vm:210032kB, anon-rss:60000kB, file-rss:9000kB, shmem-rss:0kB, "
    "UID:0 pgtables:148kB oom_score_adj:0"
)
_PID = 42


def _run(
    *,
    before: dict[str, str],
    after: dict[str, str],
    status: int | None = None,
    said: str = "",
    kernel: str = "",
    timed_out: bool = False,
) -> Facts:
    ending = Ending(2.0, 0.5, status, None if status else 9, "" if status else "SIGKILL", timed_out=timed_out)
    return facts()._replace(
        ending=ending,
        usage=Usage(before=before, after=after),
        output=Output((Passage("whole", "stderr", said, ((0, 0.1),)),) if said else ()),
        evidence={"kernel": kernel} if kernel else {},
    )


def _counts(form: str, kills: int, full: int = 0, machine: int | None = None) -> dict[str, str]:
    return {"cgroup": form.format(kills=kills, full=full)} | (
        {} if machine is None else {"vmstat": f"oom_kill {machine}"}
    )


@pytest.mark.parametrize("form", [_V1, _V2])
@pytest.mark.parametrize(("status", "said"), [(None, ""), (137, ""), (1, "job.sh: line 3: 77 Killed    ./import")])
def test_the_count_of_the_group_rose(form: str, status: int | None, said: str) -> None:
    """Killed itself, or a child of the shell: the cause is memory, and fatal."""
    found = diagnose(_run(before=_counts(form, 3), after=_counts(form, 4), status=status, said=said))

    assert (found.cause, found.type, found.level, found.transaction_status) == (
        "out of memory", "OutOfMemory", "fatal", "resource_exhausted",
    )  # fmt: skip
    assert (
        found.reason
        == "1 process was killed in its control group during the run; its control group may have 67 MB"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_counts(_V2, 3), _counts(_V2, 3, full=900)),
        (_counts(_V1, 3, machine=5), _counts(_V1, 3, machine=5)),
        ({}, _counts(_V2, 0)),
        ({"vmstat": "oom_kill 5"}, {"vmstat": "oom_kill 5"}),
    ],
)
def test_no_count_rose(before: dict[str, str], after: dict[str, str]) -> None:
    """A KILL from elsewhere is SIGKILL, and that memory was not short is said."""
    found = diagnose(_run(before=before, after=after))

    assert (found.cause, found.type, found.level) == ("SIGKILL", "CommandKilled", "error")
    assert "not for lack of memory" in found.sender


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({}, {}, "are not known"),
        (_counts(_OLD, 0), _counts(_OLD, 0, full=7), "are not known"),
        ({}, _counts(_V2, 7), "are not known"),
        ({"vmstat": "oom_kill 5"}, {"vmstat": "oom_kill 7"}, "2 processes were killed on this machine"),
        (_counts(_V1, 0, machine=5), _counts(_V1, 0, machine=6), "1 process was killed on this machine"),
    ],
)
def test_what_cannot_be_known_is_said(before: dict[str, str], after: dict[str, str], why: str) -> None:
    """No access, no counts, or another group's kill: unknown, and no claim."""
    found = diagnose(_run(before=before, after=after))

    assert found.cause == "SIGKILL"
    assert "or by the kernel for lack of memory: " in found.sender
    assert why in found.sender


def test_the_kernels_log_knows_the_command() -> None:
    """Its word is enough, also without counts."""
    found = diagnose(_run(before={}, after={}, kernel=_LOG.format(pid=_PID)))

    assert found.cause == "out of memory"
    assert found.reason == "the kernel killed python3 (pid 42), which held 61 MB"


def test_the_kernels_log_knows_another() -> None:
    """A neighbour in the same group was killed, and ours by somebody else."""
    found = diagnose(_run(before=_counts(_V2, 0), after=_counts(_V2, 1), kernel=_LOG.format(pid=_PID + 1)))

    assert found.cause == "SIGKILL"


@pytest.mark.parametrize(("status", "said"), [(1, "could not connect"), (3, "")])
def test_a_failure_without_a_kill(status: int, said: str) -> None:
    """A neighbour's end is no reason."""
    assert (
        diagnose(_run(before=_counts(_V2, 0), after=_counts(_V2, 1), status=status, said=said)).cause
        == f"exit status {status}"
    )


def test_our_own_kill_after_a_timeout() -> None:
    """The time was over, whatever the counts say."""
    found = diagnose(_run(before=_counts(_V2, 0), after=_counts(_V2, 1), timed_out=True))

    assert (found.cause, found.sender) == ("timeout", "by sentinel-run, as its time was over")


def test_a_child_that_was_killed_by_somebody() -> None:
    """The shell says 137, and whether memory was short is told of the child too."""
    calm, blind = (
        _run(before=_counts(_V2, 0), after=_counts(_V2, 0), status=137),
        _run(before={}, after={}, status=137),
    )

    assert "not for lack of memory" in diagnose(calm).sender
    assert "are not known" in diagnose(blind).sender
