"""The duty of the one `deliver` that holds the lock: to show that it is alive, and to end when it is asked to."""

from __future__ import annotations

import os
import signal
import time

# Far below `lock.NEGLECTED_S`; more often would only keep the disk awake.
_SHOW_EVERY_S = 1.0


class Duty:
    """Between any two steps `goes_on` is asked. After SIGTERM the step at hand is finished, then it says no."""

    def __init__(self, lock_fd: int) -> None:
        self.is_over = False
        self._shown_s = 0.0
        signal.signal(signal.SIGTERM, lambda *_: self._call_off())
        self.take_up(lock_fd)

    def take_up(self, lock_fd: int) -> None:
        """Hold the lock from now on by this descriptor, and write our pid into its file for whoever takes over."""
        self._fd = lock_fd
        os.ftruncate(lock_fd, 0)
        os.pwrite(lock_fd, f"{os.getpid()}\n".encode(), 0)

    def goes_on(self) -> bool:
        """Whether there is to be another step. Its time in the lock's file shows others that we do not hang."""
        if time.monotonic() - self._shown_s > _SHOW_EVERY_S:
            os.utime(self._fd)
            self._shown_s = time.monotonic()
        return not self.is_over

    def _call_off(self) -> None:
        self.is_over = True
