"""Takes the place of a `deliver` that is at work in the background: asked first, then killed if it hangs."""

from __future__ import annotations

import os
import signal
import time

from sentinel_run.errors import StoreError
from sentinel_run.store import lock

_LOOK_EVERY_S = 0.02
_MOST_HOLDERS = 3
# After TERM a healthy one ends its step; the second number leaves room for a kernel that is busy.
_LADDER = ((signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0))


def take(path: str) -> int:
    """The held lock `path`. Raises `StoreError` if whoever holds it cannot be made to go."""
    for _ in range(_MOST_HOLDERS):
        held = lock.take(path) or _take_from(_holder(path), path)
        if held is not None:
            return held
    raise StoreError(f"another deliver (pid {_holder(path)}) is at work and does not end")


def take_from_neglectful(path: str) -> int | None:
    """The held lock, taken from a `deliver` that hangs or is stopped; None once a healthy one holds it."""
    for _ in range(_MOST_HOLDERS):
        if not lock.is_neglected(path):
            return None
        held = lock.take(path) or _take_from(_holder(path), path)
        if held is not None:
            return held
    return None


def _take_from(pid: int, path: str) -> int | None:
    """Each holder is asked first: one that came between must not pay for the one before. None if it stays."""
    for number, patience_s in _LADDER:
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline and _holder(path) == pid:
            _signal(pid, number)
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
    """Signal a process only if it calls itself deliver: by now the pid may be somebody else's."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            is_deliver = b"\0deliver\0" in file.read()
        if pid > 0 and is_deliver:
            os.kill(pid, number)
    except OSError:
        return
