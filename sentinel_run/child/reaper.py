"""Takes in processes whose parents have ended: the duty of process 1, and of a subreaper (prctl(2)) by choice.

Without it each of them would stay a zombie until we end. As process 1 of a container they come to us by
themselves, elsewhere only after `adopt`. They are neither awaited nor killed when the command ends, as under tini:
process 1 takes them with it, elsewhere they go to the next process above us that takes them in.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container

_SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h.


def adopt() -> bool:
    """Ask the kernel for the orphans below us; whether it gives them."""
    try:
        import ctypes

        done: int = ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):  # A Python without ctypes; another system than Linux.
        return False
    return done == 0


class Reaper:
    """Waits for ended children that are not of our making."""

    def __init__(self, ours: Callable[[], Container[int]]) -> None:
        self._ours = ours

    def act(self) -> None:
        """Take in the orphans that have ended. Those of our making are left to who waits for them by pid."""
        for pid in _children():
            if pid not in self._ours():
                os.waitpid(pid, os.WNOHANG)


def _children() -> list[int]:
    """All children of this process, which has one thread (proc(5), task/TID/children)."""
    try:
        with open("/proc/thread-self/children", "rb") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
