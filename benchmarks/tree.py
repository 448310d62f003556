"""What looking at the command's process tree costs: one look, and all looks of a run as a share of one core."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks import contenders, record
from benchmarks.record import Goal, Row
from sentinel_run.child import by_psutil, procfs
from sentinel_run.child.looks import Looks
from sentinel_run.child.poller import Poller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from benchmarks.stage import Stage

_LOOK, _SHARE = "one look at a process tree", "looking at process trees, share of one core"
_ONE, _FIFTY = 1, 50
_SETTLED_S = 3.0
_TREE = 'i=1; while [ $i -lt "$1" ]; do sleep 1000 & i=$((i + 1)); done; exec sleep 1000'
# A step ends twenty times a second, and each end makes a look due.
_BUSY = 'i=2; while [ $i -lt "$1" ]; do sleep 1000 & i=$((i + 1)); done; while :; do sleep 0.05; done'
_GOALS = {"/proc, 1 process": Goal(0.1)}


def measure(stage: Stage, rounds: int, watched_s: float) -> list[Row]:
    """Rows for a look at one process and at fifty, with psutil beside it, and for the wrapper's own CPU time."""
    samples = {
        f"{name}, {_named(count)}": _looks(source, count, rounds)
        for count in (_ONE, _FIFTY)
        for name, source in (("/proc", procfs), ("psutil", by_psutil))
    }
    looks = record.rows(_LOOK, "ms of CPU", samples, goals=_GOALS)
    scenes = (("idle", _TREE, _ONE), ("idle", _TREE, _FIFTY), ("20 steps a second", _BUSY, _FIFTY))
    return [*looks, *(_share(stage, watched_s, *scene) for scene in scenes)]


def _looks(source: ModuleType, count: int, rounds: int) -> list[float]:
    with _tree(["sh", "-c", _TREE, "sh", str(count)], count) as root:
        looks = Looks(root, Poller(), time.monotonic(), changed=lambda: None, source=source)
        return [_look_ms(looks) for _ in range(rounds + 1)][1:]


def _look_ms(looks: Looks) -> float:
    began_s = time.thread_time()
    while not looks.go_on():
        continue
    return (time.thread_time() - began_s) * 1000


def _share(stage: Stage, watched_s: float, what: str, script: str, count: int) -> Row:
    command = contenders.ours("later", stage.good).command(("sh", "-c", script, "sh", str(count)))
    wrapper = subprocess.Popen(command, env=stage.environ(stage.good), process_group=0)
    try:
        time.sleep(_SETTLED_S)
        before_ns = _cpu_ns(wrapper.pid)
        time.sleep(watched_s)
        percent = (_cpu_ns(wrapper.pid) - before_ns) / watched_s / 1e7
    finally:
        os.killpg(wrapper.pid, signal.SIGKILL)
        wrapper.wait()
    return Row(_SHARE, "%", f"{what}, {_named(count)}", percent, goal=Goal(0.5), remark=f"over {watched_s:g} s")


@contextmanager
def _tree(command: list[str], count: int) -> Iterator[int]:
    process = subprocess.Popen(command, process_group=0)
    try:
        while len(list(procfs.walk({process.pid: 0.0}))) < count:
            time.sleep(0.01)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _cpu_ns(pid: int) -> int:
    """CPU time of the process so far, all of it: looking is nearly all that it does here."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def _named(count: int) -> str:
    return f"{count} process{'' if count == 1 else 'es'}"
