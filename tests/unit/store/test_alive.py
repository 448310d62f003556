"""A run still going is never taken for lost, nor another process of the same pid for its wrapper."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from sentinel_run.facts import Place
from sentinel_run.store import alive, journal, own_entry
from tests.unit.samples import facts

HERE = Place(
    host=os.uname().nodename,
    user="bob",
    uid=os.getuid(),
    pid=1,
    wrapper_pid=os.getpid(),
    wrapper_started=alive.started_ticks(os.getpid()),
    boot_id=alive.boot_id(),
    pid_space=alive.pid_space(),
)
CASES = {
    "ourselves": ({}, True, False),
    "somebody else with our pid": ({"wrapper_started": HERE.wrapper_started - 1}, False, True),
    "nobody with this pid": ({"wrapper_pid": 2**22 + 1}, False, True),
    "before the last boot": ({"boot_id": "another"}, False, True),
    "another host": ({"host": "elsewhere", "boot_id": "another"}, False, False),
    "another container of this host": ({"pid_space": "pid:[1]"}, False, False),
    "an entry of a release that did not know": ({"wrapper_started": 0, "pid_space": ""}, False, False),
    "no /proc at all": ({"boot_id": "", "wrapper_started": 0}, False, False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_known_of_a_wrapper(case: str) -> None:
    """Certainly alive, certainly gone, or neither."""
    changes, is_alive, is_gone = CASES[case]
    place = HERE._replace(**changes)

    assert (alive.is_alive(place), alive.is_gone(place)) == (is_alive, is_gone)


def test_a_zombie_is_dead() -> None:
    """Killed and not yet reaped by its parent: it will write nothing any more."""
    with subprocess.Popen(["sleep", "60"]) as process:
        place = HERE._replace(wrapper_pid=process.pid, wrapper_started=alive.started_ticks(process.pid))
        assert alive.is_alive(place)

        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

        assert (alive.is_alive(place), alive.is_gone(place)) == (False, True)


def found(state: Path, changes: dict[str, object]) -> bool:
    """Whether a run of this wrapper, whose lock is free, counts as lost."""
    entry = own_entry.begin(str(state), facts()._replace(place=HERE._replace(**changes)))
    os.close(entry.fd)
    return bool(list(journal.found(str(state))))


@pytest.mark.parametrize("case", CASES)
def test_with_a_free_lock_only_the_living_are_spared(case: str, tmp_path: Path) -> None:
    """The kernel has dropped the lock; only a wrapper that is certainly there says that it was lost otherwise."""
    assert found(tmp_path / "state", CASES[case][0]) is not CASES[case][1]


@pytest.mark.parametrize("case", CASES)
def test_without_locks_only_the_dead_are_lost(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that knows no locks the process decides, and doubt spares."""

    def no_locks(fd: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)

    assert found(tmp_path / "state", CASES[case][0]) is CASES[case][2]
