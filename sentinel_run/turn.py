"""Whether and when it is this run's turn: --splay, and --overlap with a run of the same name and user.

The turn is a lock in the state directory. The kernel frees it when we die, and the command does not inherit it,
so nothing that the command leaves behind keeps the next run waiting. Runs without --overlap take none: whoever has
the turn looks for them in the journal. A run inside another one of its name waits for others inside, not for that.
"""

from __future__ import annotations

import os
import select
import time
from binascii import crc32

from sentinel_run import naming
from sentinel_run.child import signals, tree
from sentinel_run.errors import SkippedError
from sentinel_run.store import paths, turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.signals import Watch
    from sentinel_run.records import Plan
    from sentinel_run.store.turns import Holder, Turn

ALLOW, SKIP, WAIT, STOP_OLDER = "allow", "skip", "wait", "stop-older"
_FREE = -1
# A holder that has just come has not signed yet; there is nothing to wait for but a moment.
_MOMENT_S = 0.01
_AFTER_KILL_S = 2.0
# What is over when the command has ended, and not only when its sentinel-run has: no descriptor tells of it.
_LOOK_EVERY_S = 0.2
_INSIDE = "\0inside"


def await_(plan: Plan, watch: Watch) -> int:
    """Wait until the command may start. A descriptor that holds the turn until it is closed, or -1 for none.

    Raises `SkippedError` where it is not to start at all, and OSError or `StoreError` if the lock cannot be used.
    """
    _sleep(splay_s(plan), watch)
    if plan.value("overlap") == ALLOW:
        return _FREE
    state = paths.state_directory(plan.environ)
    paths.prepare(state)
    name = plan.value("name") or naming.command_name(plan.command, plan.environ)
    return _Queue(state, name, plan, watch).wait()


def splay_s(plan: Plan) -> float:
    """The share of --splay that this host waits: the same each time, another on each host and for each command."""
    key = "\0".join((os.uname().nodename, str(os.getuid()), *plan.command)).encode("utf-8", "surrogateescape")
    return float((plan.value("splay") or 0.0) * (crc32(key) / 2**32))


class _Queue:
    """One run in front of the lock of its name."""

    def __init__(self, state: str, name: str, plan: Plan, watch: Watch) -> None:
        self._state, self._name, self._environ = state, name, plan.environ
        self._turn, self._path = name, turns.path(state, name)
        self._run_id, self._watch = plan.run_id, watch
        self._policy, self._kill_after_s = plan.value("overlap"), plan.value("kill-after")
        self._came_s = time.monotonic()
        self._ladders: dict[int, _Ladder] = {}

    def wait(self) -> int:
        while (held := turns.take(self._path, self._came_s, self._run_id)) is None:
            self._wait_behind(turns.holder(self._path))
        while (other := self._without_turn(held)) is not None:
            self._wait_for(other, at_most_s=_LOOK_EVERY_S)
        return held.fd

    def _wait_behind(self, holder: Holder | None) -> None:
        if holder is None:
            _sleep(_MOMENT_S, self._watch)
        elif self._is_around_us(holder):
            self._turn += _INSIDE
            self._path = turns.path(self._state, self._turn)
        else:
            self._wait_for(holder)

    def _without_turn(self, held: Turn) -> Holder | None:
        """A run of our name that took no turn. The one that had ours before is at most closing its books."""
        from sentinel_run import others

        return others.going(
            self._state, self._name, lambda found: found.run_id == held.after or self._is_around_us(found)
        )

    def _is_around_us(self, holder: Holder) -> bool:
        from sentinel_run import others

        return others.is_around(holder, self._environ)

    def _wait_for(self, holder: Holder, *, at_most_s: float | None = None) -> None:
        try:
            end = os.pidfd_open(holder.pid)
        except OSError:  # It has just ended.
            return
        try:
            patience_s = self._patience_s(holder)
            _wait_until_readable(end, self._watch, _shorter(patience_s, at_most_s))
        finally:
            os.close(end)

    def _patience_s(self, holder: Holder) -> float | None:
        """What the policy says of a run that is going: how long it is waited for, None for as long as it takes."""
        if self._policy == SKIP:
            raise SkippedError(f"a run of that name is still going (pid {holder.pid})")
        if self._policy == WAIT:
            return None
        if holder.came_s > self._came_s:
            raise SkippedError(f"a newer run of that name is going (pid {holder.pid})")
        return self._ladder(holder).climb()

    def _ladder(self, holder: Holder) -> _Ladder:
        if holder.pid not in self._ladders:
            self._ladders[holder.pid] = _Ladder(holder, self._kill_after_s)
            turns.note_successor(self._path, holder.run_id, self._run_id)
        return self._ladders[holder.pid]


class _Ladder:
    """Stops an older run: TERM through its wrapper, then KILL for its processes, then for the wrapper too."""

    def __init__(self, holder: Holder, kill_after_s: float) -> None:
        self._pid, self._run_id, self._due_s = holder.pid, holder.run_id, 0.0
        self._rungs = [(self._ask, kill_after_s), (self._kill, _AFTER_KILL_S), (self._kill_all, _AFTER_KILL_S)]

    def climb(self) -> float:
        """Take the step that is due; returns the seconds until the next one."""
        now = time.monotonic()
        if now >= self._due_s and self._rungs:
            step, patience_s = self._rungs.pop(0)
            step()
            self._due_s = now + patience_s
        return max(_MOMENT_S, self._due_s - now)

    def _ask(self) -> None:
        signals.send(self._pid, signals.TERM)

    def _kill(self) -> None:
        """It lives to report what became of its command."""
        for pid in tree.members(self._pid, self._run_id):
            if pid != self._pid:
                signals.send(pid, signals.KILL)

    def _kill_all(self) -> None:
        signals.send(self._pid, signals.KILL)


def _shorter(one_s: float | None, other_s: float | None) -> float | None:
    return min((length_s for length_s in (one_s, other_s) if length_s is not None), default=None)


def _sleep(length_s: float, watch: Watch) -> None:
    if length_s:
        _wait_until_readable(-1, watch, length_s)


def _wait_until_readable(fd: int, watch: Watch, patience_s: float | None) -> None:
    """Wait for `fd` (-1 for nothing), at most so long. Raises `SkippedError` when somebody asks us to end."""
    deadline = None if patience_s is None else time.monotonic() + patience_s
    while True:
        rest_s = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready = select.select([watch.wake_fd, *([fd] if fd >= 0 else [])], [], [], rest_s)[0]
        if watch.wake_fd in ready:
            _obey(watch)
        if fd in ready or not ready:
            return


def _obey(watch: Watch) -> None:
    for number in watch.arrived():
        if number in signals.ENDING:
            raise SkippedError(f"{signals.name(number)} came before it had begun", signal=number)
        if number in signals.JOB_CONTROL_STOPS:
            signals.stop_here(number)
