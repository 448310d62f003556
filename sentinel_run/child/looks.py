"""The looks at a process tree: which processes there are, their CPU time and their memory, and all that over time.

What a process of the tree started and waited for is in its CPU time, also where no look has met it.
"""

from __future__ import annotations

import os
import sys
import time

from sentinel_run.child.members import Members
from sentinel_run.child.timeline import Timeline
from sentinel_run.facts import Moment, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from sentinel_run.child.poller import Poller
    from sentinel_run.child.procfs import Glimpse

# Bytes and signals are passed on after so many processes, a third of a millisecond.
_AT_ONCE = 8
# A look ends there, and what is beyond it is not seen.
_MOST_AT_A_LOOK = 1000


class Looks:
    """All looks of a run. `changed` is called when one of the processes has ended."""

    def __init__(self, root: int, poll: Poller, started_s: float, *, changed: Callable[[], None]) -> None:
        self._started_s = started_s
        self._source = where_to_look()
        self._members = Members(root, poll, source=self._source, clock=self._clock, changed=changed)
        self._timeline = Timeline()
        self._look: Iterator[Glimpse] | None = None
        self._cpu_s, self.peak_rss_bytes = 0.0, 0

    @property
    def processes_seen(self) -> int:
        """How many different processes were there at any look, the command among them."""
        return self._members.count

    def go_on(self) -> bool:
        """Begin a look or go on with it, for a few processes; whether it is over."""
        if self._look is None:
            self._look = self._source.walk(self._members.living())
            self._met, self._rss_bytes = set[int](), 0
        if not self._meet_some(self._look):
            return False
        self._look = None
        self._members.miss(self._met)
        if self._met:  # Else the command has ended, and we are about to learn it.
            self._note()
        return True

    def end(self) -> None:
        """The command has ended."""
        self._members.leave()

    def unwaited_cpu_s(self) -> float:
        """After the end: CPU time of those processes that the command did not wait for."""
        return self._members.cpu_s()

    def tree(self) -> Tree:
        """After the end: all that was seen."""
        kept = self._members.kept()
        return Tree(kept, self._members.count - 1 - len(kept), self._timeline.points())

    def _meet_some(self, look: Iterator[Glimpse]) -> bool:
        """Whether these were the last."""
        for _ in range(_AT_ONCE):
            glimpse = next(look, None)
            if glimpse is None:
                return True
            self._members.meet(glimpse)
            self._met.add(glimpse.pid)
            self._rss_bytes += glimpse.rss_bytes
        return len(self._met) >= _MOST_AT_A_LOOK

    def _note(self) -> None:
        # Between the end of a process and its parent's wait(2) its time is with neither.
        self._cpu_s = max(self._cpu_s, self._members.cpu_s())
        self.peak_rss_bytes = max(self.peak_rss_bytes, self._rss_bytes)
        self._timeline.add(Moment(round(self._clock(), 3), round(self._cpu_s, 3), self._rss_bytes, len(self._met)))

    def _clock(self) -> float:
        return time.monotonic() - self._started_s


def where_to_look() -> ModuleType:
    """/proc, or psutil on systems that have none: modules with the same functions.

    On Linux psutil reads /proc too. Where that is missing, as in a bare chroot, nothing is seen by either.
    """
    if sys.platform == "linux" or os.path.isdir("/proc/self/task"):
        from sentinel_run.child import procfs

        return procfs
    from sentinel_run.child import by_psutil

    return by_psutil
