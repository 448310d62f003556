"""Takes the place of a `deliver` that is at work in the background: asked first, then killed if it hangs."""

from __future__ import annotations

import os
import signal
import time

from sentinel_run.errors import StoreError
from sentinel_run.store import lock

_LOOK_EVERY_S = 0.02
# After TERM a healthy one goes at once; the second number leaves room for a kernel that is busy.
_LADDER = ((signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0))


def take(path: str) -> int:
    """The held lock `path`. Raises `StoreError` if whoever holds it cannot be made to go."""
    held = lock.take(path)
    for number, patience_s in _LADDER:
        if held is None:
            held = _wait(path, number, patience_s)
    if held is None:
        raise StoreError(f"another deliver (pid {_holder(path)}) is at work and does not end")
    return held


def _wait(path: str, number: int, patience_s: float) -> int | None:
    """Asked again with each look: one that has just begun has not written its pid yet."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        _signal(_holder(path), number)
        held = lock.take(path)
        if held is not None:
            return held
        time.sleep(_LOOK_EVERY_S)
    return None


def _holder(path: str) -> int:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read() or 0)
    except (OSError, ValueError):
        return 0


def _signal(pid: int, number: int) -> None:
    """Only to a process that is ours to stop and calls itself deliver: the pid may be somebody else's by now."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            is_deliver = b"\0deliver\0" in file.read()
        if pid > 0 and is_deliver:
            os.kill(pid, number)
    except OSError:
        return
