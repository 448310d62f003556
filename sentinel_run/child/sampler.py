"""When to look at the command's process tree: often at its start and after the end of a process, then ever rarer.

The end of a process that is known is told by the kernel, and often something new begins then. What lives shorter
than the time between two looks may not be seen.
"""

from __future__ import annotations

import time

from sentinel_run.child import poller
from sentinel_run.facts import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.looks import Looks
    from sentinel_run.child.poller import Poller

_FIRST_S, _LONGEST_S, _SLOWER = 0.1, 1.0, 1.5
_AFTER_AN_END_S = 0.02
# However large the tree and however lively, all looks together take a third of a percent of one core; beyond that
# only what was saved before, since the first look at many new processes is dear.
_SHARE, _MOST_SAVED_S = 1 / 300, 0.02


class Sampler:
    """The first look after 100 ms, then ever slower to one a second. Times are `time.monotonic`.

    Nothing that a look needs is loaded before the first one: a quick command never pays for it.
    """

    def __init__(self, root: int, poll: Poller, started_s: float) -> None:
        self._root, self._poll, self._started_s = root, poll, started_s
        self._looks: Looks | None = None
        self._earlier: Sampler | None = None
        self._pause_s, self._spent_s = _FIRST_S, 0.0
        self._rested_s = time.monotonic()
        self._due_s = self._earliest_s = self._rested_s + _FIRST_S
        self._saved_s = _MOST_SAVED_S

    def include(self, other: Sampler) -> Sampler:
        """Tell what an earlier one has seen too."""
        self._earlier = other
        return self

    def wait_ms(self, otherwise: int | None) -> int | None:
        """How long the loop may sleep; `otherwise` is what others want."""
        return poller.until_ms(self._due_s, otherwise)

    def act(self) -> None:
        """Do a part of the look that is due, if any: output that comes meanwhile waits no longer than that."""
        if time.monotonic() < self._due_s:
            return
        if self._looks is None:
            from sentinel_run.child.looks import Looks

            self._looks = Looks(self._root, self._poll, self._started_s, changed=self._hasten)
        began_s = time.thread_time()
        is_over = self._looks.go_on()
        self._spent_s += time.thread_time() - began_s
        if is_over:
            self._rest()

    def end(self) -> None:
        """Stop looking, and leave the poller alone: the command has ended."""
        if self._looks is not None:
            self._looks.end()

    @property
    def processes_seen(self) -> int:
        """How many different processes were there at any look, the command among them."""
        return (self._looks.processes_seen if self._looks else 1) + (
            self._earlier.processes_seen if self._earlier else 0
        )

    @property
    def peak_rss_bytes(self) -> int:
        """The most memory of all of them together at any look."""
        earlier = self._earlier.peak_rss_bytes if self._earlier else 0
        return max(earlier, self._looks.peak_rss_bytes if self._looks else 0)

    def unwaited_cpu_s(self) -> float:
        """After the end: CPU time of those processes that the command did not wait for."""
        earlier = self._earlier.unwaited_cpu_s() if self._earlier else 0.0
        return earlier + (self._looks.unwaited_cpu_s() if self._looks else 0.0)

    def tree(self) -> Tree:
        """After the end: all that was seen. The command lines are not redacted."""
        own = self._looks.tree() if self._looks else Tree()
        if self._earlier is None:
            return own
        earlier = self._earlier.tree()
        return Tree(
            earlier.members + own.members, earlier.not_kept + own.not_kept, earlier.timeline + own.timeline
        )

    def _rest(self) -> None:
        now_s = time.monotonic()
        earned_s = (now_s - self._rested_s) * _SHARE
        self._saved_s = min(self._saved_s + earned_s, _MOST_SAVED_S) - self._spent_s
        self._rested_s, self._spent_s = now_s, 0.0
        self._pause_s = min(self._pause_s * _SLOWER, _LONGEST_S)
        self._earliest_s = now_s + max(0.0, -self._saved_s / _SHARE)
        self._due_s = max(now_s + self._pause_s, self._earliest_s)

    def _hasten(self) -> None:
        self._pause_s = _AFTER_AN_END_S
        self._due_s = min(self._due_s, max(time.monotonic() + self._pause_s, self._earliest_s))
