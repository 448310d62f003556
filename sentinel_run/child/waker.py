"""Stops us as the command has stopped, and lets us go on when it does, also where somebody continues it alone.

Whoever continues a stopped job continues its group, and so us. But `kill -CONT PID`, a debugger or `cpulimit`
knows only the command: we would stay stopped for ever, and with us whoever waits for us. A stopped process can
look at nothing, so a small one of ours does.
"""

from __future__ import annotations

import os
import time

from sentinel_run import kernel_file
from sentinel_run.child import pids, signals

# Whoever stops a job for a moment shall not feel us; one that is stopped over night shall not be felt.
_STEP_S, _LONGEST_STEP_S = 0.02, 1.0


def stop_with(command: int) -> None:
    """Return when we are continued: by our caller, or because `command` goes on or has ended."""
    us = os.getpid()
    is_seen = pids.are_those_of_proc() and _is_stopped(command)
    waker = signals.fork_deaf(lambda: _watch(us, command)) if is_seen else 0
    os.kill(us, signals.STOP)
    if waker:
        os.kill(waker, signals.KILL)
        try:
            os.waitpid(waker, 0)
        except ChildProcessError:  # It was taken in among the orphans of --reap.
            return


def _watch(us: int, command: int) -> None:
    """The waker's whole life. It waits for our stop first, or its CONT would come before it."""
    step_s = _STEP_S
    while os.getppid() == us and (_is_stopped(command) or not _is_stopped(us)):
        time.sleep(step_s)
        step_s = min(step_s * 1.1, _LONGEST_STEP_S)
    if os.getppid() == us:
        os.kill(us, signals.CONT)


def _is_stopped(pid: int) -> bool:
    """By proc_pid_stat(5), the state; without /proc nobody is."""
    return kernel_file.of_process(pid)[1][:1] in (["T"], ["t"])
