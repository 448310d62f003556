"""What the wrapper costs while the command runs: wakeups, and memory before and after much output."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks import contenders
from benchmarks.record import Goal, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.contenders import Contender
    from benchmarks.stage import Stage

_WAKEUPS, _MEMORY = "wakeups of the wrapper while the command is idle", "memory of the wrapper (PSS)"
_SETTLED_S = 1.0
# The sampler looks at the processes once a second; nothing else may wake us.
_SAMPLER_ALONE, _SMALL = Goal(1.2), Goal(8.0)


def measure(stage: Stage, idle_s: float, megabytes: int) -> list[Row]:
    """Rows for sentinel-run and for the peers that stay while the command runs."""
    ours = contenders.ours("later", stage.good)._replace(name="sentinel-run")
    stayers = [
        one for one in contenders.peers(stage) if one.name.startswith(("timeout", "chronic", "sentry-cli, good"))
    ]
    everyone = [ours, *stayers]
    wakeups = [_wakeups(stage, one, idle_s) for one in everyone]
    idle = [row for one in everyone for row in _memory(stage, one, "idle", 0)]
    full = [row for one in everyone for row in _memory(stage, one, f"after {megabytes} MB", megabytes)]
    return [*wakeups, *idle, *full]


def _wakeups(stage: Stage, runner: Contender, idle_s: float) -> Row:
    with _running(stage, runner, 0) as pid:
        before = _switches(pid)
        time.sleep(idle_s)
        per_second = (_switches(pid) - before) / idle_s
    goal = _SAMPLER_ALONE if runner.name == "sentinel-run" else None
    return Row(_WAKEUPS, "per second", runner.name, per_second, goal=goal, remark=f"over {idle_s:g} s")


def _memory(stage: Stage, runner: Contender, when: str, megabytes: int) -> list[Row]:
    goal = _SMALL if runner.name == "sentinel-run" else None
    with _running(stage, runner, megabytes) as pid:
        family = [pid, *_helpers(pid)]
        sizes = [_pss_mb(one) for one in family]
    remark = f"of {len(family)} processes, the first {sizes[0]:.2f}" if len(family) > 1 else ""
    return [Row(_MEMORY, "MB", f"{runner.name}, {when}", sum(sizes), goal=goal, remark=remark)]


@contextmanager
def _running(stage: Stage, runner: Contender, megabytes: int) -> Iterator[int]:
    """The pid of a wrapper whose command has written that much, and now sleeps."""
    flood = stage.python("flood", str(megabytes))
    script = '"$@"; exec 1>&- 2>&-; exec sleep 1000'
    command = runner.command(("sh", "-c", script, "sh", *flood))
    process = subprocess.Popen(
        command, env=stage.environ(runner.dsn), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        _swallow(process, megabytes)
        time.sleep(_SETTLED_S)
        yield process.pid
    finally:
        _end(process)


def _swallow(process: subprocess.Popen[bytes], megabytes: int) -> None:
    """Read what comes; a wrapper that holds output back never gives it."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    left, deadline = megabytes << 20, time.monotonic() + 3 + megabytes / 100
    while left > 0 and time.monotonic() < deadline:
        data = process.stdout.read(1 << 20)
        left -= len(data or b"")
        time.sleep(0 if data else 0.001)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command, which ends its wrapper."""
    for pid in _children(process.pid):
        if _executable(pid) != _executable(process.pid):
            os.kill(pid, signal.SIGKILL)
    process.communicate()


def _helpers(pid: int) -> list[int]:
    """Processes of the wrapper's own beside it: children that run the same program."""
    return [child for child in _children(pid) if _executable(child) == _executable(pid)]


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def _executable(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/exe")


def _switches(pid: int) -> int:
    return _number(f"/proc/{pid}/status", "voluntary_ctxt_switches")


def _pss_mb(pid: int) -> float:
    return _number(f"/proc/{pid}/smaps_rollup", "Pss") / 1024


def _number(path: str, name: str) -> int:
    with open(path, encoding="ascii", errors="replace") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(f"{name}:"))
