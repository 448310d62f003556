"""Looks at real processes, by /proc and by psutil alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from sentinel_run.child import by_psutil, procfs
from sentinel_run.child.procfs import Glimpse
from tests.process.support import wait_until

SOURCES = pytest.mark.parametrize("source", [procfs, by_psutil], ids=["procfs", "psutil"])
_FAMILY = """
import subprocess, sys, threading
child = subprocess.Popen(["sleep", "60"])
threading.Thread(target=lambda: subprocess.run(["sleep", "61"]), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
child.kill()
"""


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    """A process with two children, one of them started by its second thread."""
    command = [sys.executable, "-c", _FAMILY]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
    assert parent.stdout is not None
    parent.stdout.readline()
    yield parent
    os.killpg(parent.pid, 9)
    parent.communicate()


@SOURCES
def test_a_family(source: ModuleType, family: subprocess.Popen[bytes]) -> None:
    """The parent first, then its children, also those of other threads; their starts are just now."""
    glimpses = wait_until(lambda: _three(source, family.pid))
    parent, *children = glimpses
    words = {source.words(child.pid) for child in children}

    assert (parent.pid, parent.parent) == (family.pid, os.getpid())
    assert [child.parent for child in children] == [family.pid] * 2
    assert words == {("sleep", "60"), ("sleep", "61")}
    assert all(0 <= source.now_s() - glimpse.start_s < 60 for glimpse in glimpses)
    assert all(0 < glimpse.rss_bytes <= source.peak_bytes(glimpse) for glimpse in source.walk({family.pid: 0.0}))


def _three(source: ModuleType, pid: int) -> list[Glimpse]:
    found = list(source.walk({pid: 0.0}))
    is_complete = len(found) == 3 and all(source.words(glimpse.pid)[0] == "sleep" for glimpse in found[1:])
    return found if is_complete else []


@SOURCES
def test_a_pid_of_another_process(source: ModuleType, family: subprocess.Popen[bytes]) -> None:
    """A pid that was used again is not taken for the process that had it, and its children are not ours."""
    (glimpse, *_) = source.walk({family.pid: 0.0})

    assert list(source.walk({family.pid: glimpse.start_s + 1.0})) == []
    assert next(source.walk({family.pid: glimpse.start_s})).pid == family.pid


@SOURCES
def test_zombies_are_gone(source: ModuleType) -> None:
    """A process that has ended is not met, waited for or not."""
    process = subprocess.Popen(["sh", "-c", "exit 5"])
    start_s = next((glimpse.start_s for glimpse in source.walk({process.pid: 0.0})), 0.0)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert list(source.walk({process.pid: start_s})) == []
    process.wait()
    assert list(source.walk({process.pid: start_s})) == []


def test_the_status_of_a_zombie() -> None:
    """Readable until its parent has waited, and only of the process that is meant."""
    process = subprocess.Popen(["sh", "-c", "read x; exit 5"], stdin=subprocess.PIPE)
    (glimpse,) = procfs.walk({process.pid: 0.0})
    assert procfs.zombie_status(process.pid, glimpse.start_s) is None
    assert process.stdin is not None
    process.stdin.close()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert procfs.zombie_status(process.pid, glimpse.start_s) == 5 << 8
    assert procfs.zombie_status(process.pid, glimpse.start_s + 1.0) is None
    process.wait()
    assert procfs.zombie_status(process.pid, glimpse.start_s) is None


def test_both_see_the_same(family: subprocess.Popen[bytes]) -> None:
    """Parents, memory and CPU time agree between the two, once the processes have settled."""

    def agree() -> bool:
        ours, theirs = _three(procfs, family.pid), _three(by_psutil, family.pid)
        return len(ours) == len(theirs) == 3 and all(map(_are_alike, ours, theirs))

    assert wait_until(agree)


def _are_alike(one: Glimpse, other: Glimpse) -> bool:
    """The same parent, and numbers within a clock tick or two, wherever the boundaries of units fall."""
    is_close = abs(one.rss_bytes - other.rss_bytes) <= 1 << 20 and abs(one.cpu_s - other.cpu_s) <= 0.05
    return one[1] == other[1] and is_close
