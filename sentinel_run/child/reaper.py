"""Takes in processes whose parents have ended: the duty of process 1, and of a subreaper (prctl(2)) by choice.

Without it each of them would stay a zombie until we end. As process 1 of a container they come to us by
themselves, elsewhere only after `adopt`. They are neither awaited nor killed when the command ends, as under tini:
process 1 takes them with it, elsewhere they go to the next process above us that takes them in.
"""

from __future__ import annotations

import os

from sentinel_run.child import pids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

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
        for pid in _children() if pids.are_those_of_proc() else _ended_first():
            if pid not in self._ours():
                os.waitpid(pid, os.WNOHANG)


def _children() -> Iterable[int]:
    """All children of this process, which has one thread (proc(5), task/TID/children)."""
    try:
        with open("/proc/thread-self/children", "rb") as file:
            return [int(word) for word in file.read().split()]
    except OSError:  # A kernel without that file.
        return _ended_first()


def _ended_first() -> Iterator[int]:
    """The children that have ended, as far as they can be told without /proc.

    The kernel shows the next one only after the caller has taken the last one in (waitid(2)).
    """
    last = 0
    while (child := _ended_child()) not in (0, last):
        yield child
        last = child


def _ended_child() -> int:
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return found.si_pid if found else 0
