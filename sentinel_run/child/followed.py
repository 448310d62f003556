"""The exact end of processes that are not ours to wait for, by pidfds (pidfd_open(2))."""

from __future__ import annotations

import fcntl
import os
import resource
import sys

from sentinel_run.child import poller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.poller import Poller

# Descriptors are the run's own good: a quarter of what we may have is enough.
_MOST, _SHARE = 64, 4
# ioctl PIDFD_GET_INFO of linux/pidfd.h, with the first size of its structure; Linux 6.15 knows the exit status.
_GET_INFO, _INFO_BYTES, _INFO_EXIT, _EXIT_CODE_AT = 0xC040FF0B, 64, 1 << 3, 60


class Followed:
    """Calls back at the end of a process, once, in the loop's own thread."""

    def __init__(self, poll: Poller) -> None:
        self._poll = poll
        self._open: set[int] = set()
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most = _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // _SHARE)

    def follow(self, pid: int, ended: Callable[[int], None]) -> int:
        """Call `ended(pidfd)` when the process ends; returns the pidfd, or -1 where its end will not be told."""
        if len(self._open) >= self._most:
            return -1
        try:
            fd = os.pidfd_open(pid)
        except (OSError, AttributeError):  # Gone already, or no pidfds here.
            return -1
        self._open.add(fd)
        self._poll.on(fd, poller.READABLE, lambda _: self._tell(fd, ended))
        return fd

    def leave(self) -> None:
        """Follow nobody any more."""
        for fd in list(self._open):
            self._close(fd)

    def _tell(self, fd: int, ended: Callable[[int], None]) -> None:
        ended(fd)
        self._close(fd)

    def _close(self, fd: int) -> None:
        self._poll.off(fd)
        self._open.discard(fd)
        os.close(fd)


def wait_status(pidfd: int) -> int | None:
    """The wait status of a process that somebody has waited for, where the kernel still knows it."""
    told = bytearray(_INFO_EXIT.to_bytes(8, sys.byteorder).ljust(_INFO_BYTES, b"\0"))
    try:
        fcntl.ioctl(pidfd, _GET_INFO, told)
    except OSError:  # An older kernel, or one of another numbering.
        return None
    if not int.from_bytes(told[:8], sys.byteorder) & _INFO_EXIT:
        return None
    return int.from_bytes(told[_EXIT_CODE_AT:], sys.byteorder, signed=True)
