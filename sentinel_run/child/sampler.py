"""Looks at the command's process tree now and then: which processes there are, their CPU time and their memory.

The end of a process that is known is told by the kernel, and often something new begins then: looks are frequent
again. What lives shorter than the time between two looks may not be seen. What a process of the tree started and
waited for is in its CPU time all the same.
"""

from __future__ import annotations

import os
import time

from sentinel_run.child.members import Members
from sentinel_run.child.timeline import Timeline
from sentinel_run.facts import Moment, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from sentinel_run.child.poller import Poller
    from sentinel_run.child.procfs import Glimpse

_FIRST_S, _LONGEST_S, _SLOWER = 0.1, 1.0, 1.5
_AFTER_AN_END_S = 0.02
# However large the tree: after a look, so many times as long as it took is taken off. That is 0.4 % of one core.
_PAUSE_FACTOR = 250
# Bytes and signals are passed on after so many processes, a third of a millisecond.
_AT_ONCE = 8
# A look ends there, and what is beyond it is not seen.
_MOST_AT_A_LOOK = 1000


class Sampler:
    """The first look after 100 ms, then ever slower to one a second. Times are `time.monotonic`."""

    def __init__(self, root: int, poll: Poller, started_s: float) -> None:
        self._started_s = started_s
        self._source = _source()
        self._members = Members(root, poll, source=self._source, clock=self._clock, changed=self._hasten)
        self._timeline = Timeline()
        self._pause_s, self._due_s = _FIRST_S, time.monotonic() + _FIRST_S
        self._earliest_s = self._due_s
        self._look: Iterator[Glimpse] | None = None
        self._cpu_s, self.peak_rss_bytes = 0.0, 0

    @property
    def processes_seen(self) -> int:
        """How many different processes were there at any look, the command among them."""
        return self._members.count

    def wait_ms(self, otherwise: int | None) -> int | None:
        """How long the loop may sleep; `otherwise` is what others want."""
        own = max(0, int((self._due_s - time.monotonic()) * 1000) + 1)
        return own if otherwise is None else min(own, otherwise)

    def act(self) -> None:
        """Take a part of the look that is due, if any: what the command says meanwhile waits for no more."""
        if time.monotonic() < self._due_s:
            return
        began_s = time.thread_time()
        if self._look is None:
            self._look = self._source.walk(self._members.living())
            self._met, self._rss_bytes, self._spent_s = set[int](), 0, 0.0
        is_over = self._go_on(self._look)
        if is_over:
            self._finish()
        self._spent_s += time.thread_time() - began_s
        if is_over:
            self._rest()

    def end(self) -> None:
        """The command has ended: no look and no call to our poller any more."""
        self._members.leave()

    def unwaited_cpu_s(self) -> float:
        """After the end: CPU time of those processes that the command did not wait for."""
        return self._members.cpu_s()

    def tree(self) -> Tree:
        """After the end: all that was seen. The command lines are not redacted."""
        kept = self._members.kept()
        return Tree(kept, self._members.count - 1 - len(kept), self._timeline.points())

    def _go_on(self, look: Iterator[Glimpse]) -> bool:
        """Meet some processes; whether they were the last."""
        for _ in range(_AT_ONCE):
            glimpse = next(look, None)
            if glimpse is None:
                return True
            self._members.meet(glimpse)
            self._met.add(glimpse.pid)
            self._rss_bytes += glimpse.rss_bytes
        return len(self._met) >= _MOST_AT_A_LOOK

    def _finish(self) -> None:
        self._members.miss(self._met)
        self._look = None
        if not self._met:  # The command has ended, and we are about to learn it.
            return
        # Between the end of a process and its parent's wait(2) its time is with neither.
        self._cpu_s = max(self._cpu_s, self._members.cpu_s())
        self.peak_rss_bytes = max(self.peak_rss_bytes, self._rss_bytes)
        self._timeline.add(Moment(round(self._clock(), 3), round(self._cpu_s, 3), self._rss_bytes, len(self._met)))

    def _rest(self) -> None:
        now_s = time.monotonic()
        self._pause_s = min(self._pause_s * _SLOWER, _LONGEST_S)
        self._earliest_s = now_s + self._spent_s * _PAUSE_FACTOR
        self._due_s = max(now_s + self._pause_s, self._earliest_s)

    def _hasten(self) -> None:
        self._pause_s = _AFTER_AN_END_S
        self._due_s = min(self._due_s, max(time.monotonic() + self._pause_s, self._earliest_s))

    def _clock(self) -> float:
        return time.monotonic() - self._started_s


def _source() -> ModuleType:
    if os.path.isdir("/proc/self/task"):
        from sentinel_run.child import procfs

        return procfs
    from sentinel_run.child import by_psutil

    return by_psutil
