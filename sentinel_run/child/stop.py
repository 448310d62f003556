"""The ladder that stops a command whose time is over: TERM to all its processes, then KILL."""

from __future__ import annotations

import os
import time

from sentinel_run import kernel_file
from sentinel_run.child import pids, poller, signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.passthrough import Limit
    from sentinel_run.child.poller import Poller

_AFTER_KILL_S = 2.0
_MOST_NAMES = 8


class Ladder:
    """Counts down from the limit's time, beginning now. `tell` is called with a sentence for each step taken.

    After TERM it holds the run until every process of the command is gone, and kills what is left when the
    grace is over. The ends of processes that are not ours to wait for come through pidfds (pidfd_open(2)).
    """

    def __init__(self, child: int, run_id: str, limit: Limit, poll: Poller, tell: Callable[[str], None]) -> None:
        self._child, self._run_id, self._limit, self._poller, self._tell = child, run_id, limit, poll, tell
        assert limit.timeout_s is not None
        self._due: float | None = time.monotonic() + limit.timeout_s
        self._rungs = [self._ask, self._kill, self._give_up]
        self._alive: set[int] = set()
        self.timed_out = False

    def wait_ms(self, otherwise: int | None) -> int | None:
        """How long the loop may sleep; `otherwise` is what others want."""
        return otherwise if self._due is None else poller.until_ms(self._due, otherwise)

    def act(self) -> None:
        """Take the step that is due, if any."""
        if self._due is None or time.monotonic() < self._due:
            return
        self._rungs.pop(0)()

    def holds(self) -> bool:
        """Whether processes of a timed-out command still live."""
        return bool(self._alive)

    def _ask(self) -> None:
        self.timed_out = True
        self._limit.before_stop()
        self._due = time.monotonic() + self._limit.kill_after_s
        members = self._members()
        self._tell(f"timed out after {self._limit.timeout_s:g} s, sent TERM to {_count(members)}")
        for pid in members:
            self._follow(pid)
        # A stopped process acts on TERM only when it goes on, as with timeout(1).
        for number in (signals.TERM, signals.CONT):
            _send(members, number)

    def _kill(self) -> None:
        self._due = time.monotonic() + _AFTER_KILL_S
        members = self._members()
        if members:
            self._tell(f"still running {self._limit.kill_after_s:g} s after TERM, sent KILL to {_count(members)}")
        # First those that were asked, by descriptors that cannot mean another process: with their parent gone
        # and their environment changed, nothing else would tell that they belong to the run.
        for fd in list(self._alive):
            signals.send_through(fd, signals.KILL)
        _send(members, signals.KILL)

    def _give_up(self) -> None:
        """A process that even KILL does not end (not ours to kill, or stuck in the kernel) is not waited for."""
        self._due = None
        for fd in list(self._alive):
            self._gone(fd)

    def _members(self) -> list[int]:
        from sentinel_run.child import tree

        return tree.members(self._child, self._run_id)

    def _follow(self, pid: int) -> None:
        try:
            fd = os.pidfd_open(pid)
        except (OSError, AttributeError):  # Gone already, or no pidfds here: it is not waited for.
            return
        self._alive.add(fd)
        self._poller.on(fd, poller.READABLE, lambda _: self._gone(fd))

    def _gone(self, fd: int) -> None:
        self._poller.off(fd)
        self._alive.discard(fd)
        os.close(fd)


def _count(members: list[int]) -> str:
    """`2 processes (sh, sleep)`; what left the session is among them and named too."""
    nameable = members[:_MOST_NAMES] if pids.are_those_of_proc() else []
    names = [name for pid in nameable if (name := kernel_file.text(f"/proc/{pid}/comm").strip())]
    more = ", ..." if len(members) > _MOST_NAMES else ""
    return f"{len(members)} process{'' if len(members) == 1 else 'es'}" + (
        f" ({', '.join(names)}{more})" if names else ""
    )


def _send(members: list[int], number: int) -> None:
    for pid in members:
        signals.send(pid, number)
