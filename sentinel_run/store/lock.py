"""Locks that the kernel drops when their holder dies, however it dies (flock(2))."""

from __future__ import annotations

import fcntl
import os
import time

from sentinel_run.errors import StoreError
from sentinel_run.own_fd import above_standard
from sentinel_run.store import paths

_LOOK_EVERY_S = 0.01
# No step of a healthy holder takes so long; it shows after each one that it lives.
NEGLECTED_S = 60.0


def take(path: str) -> int | None:
    """An open descriptor that holds the lock of the file `path`, or None while somebody else holds it.

    The lock belongs to the open file, not to the process: a program that inherits the descriptor holds it on.
    """
    fd = _open(path)
    if hold(fd):
        return fd
    os.close(fd)
    return None


def await_(path: str, patience_s: float) -> int:
    """The same as `take`, waiting for it. Raises `StoreError` when the time is over."""
    deadline = time.monotonic() + patience_s
    while (fd := take(path)) is None:
        if time.monotonic() > deadline:
            raise StoreError(f"{path} is held by another process that does not let go")
        time.sleep(_LOOK_EVERY_S)
    return fd


def hold(fd: int) -> bool:
    """Try to lock the open file `fd`. On a file system without locks it counts as held by us."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def is_held(fd: int) -> bool | None:
    """Whether somebody holds the lock of the open file `fd`; None on a file system without locks.

    Leaves it unlocked.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(fd, fcntl.LOCK_UN)
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def is_neglected(path: str) -> bool:
    """Whether the holder has not touched its lock's file for long: it is stopped, or it hangs.

    A time far in the future is as strange as one far back: then the clock was set.
    """
    return abs(time.time() - os.stat(path).st_mtime) > NEGLECTED_S


def _open(path: str) -> int:
    try:
        return paths.create(path)
    except FileExistsError:
        return above_standard(os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC))
