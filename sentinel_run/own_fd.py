"""Keeps the descriptors that we open out of the command's way."""

from __future__ import annotations

import fcntl
import os

_FIRST_FREE = 3


def above_standard(fd: int) -> int:
    """`fd`, moved to 3 or higher, not inherited by programs.

    Where our caller closed descriptors 0 to 2, the kernel hands their numbers to the next file opened. The
    command must find them closed, so nothing of ours may stay there.
    """
    if fd >= _FIRST_FREE:
        return fd
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE)
    os.close(fd)
    return moved
