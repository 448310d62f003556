"""Tells a signal sent to everyone from one sent to us alone.

Ctrl-C, `kill -- -PGID` and systemd's stop signal every process of a group or unit, the command among them. It must
not get the signal a second time from us: many programs take the second as "at once". So a tiny process lives
beside us, in the same group and the same cgroup, blocks all signals and sleeps. A signal that we got and that
is pending there too (proc(5), SigPnd and ShdPnd) was sent to all.

It also sees us die. Whoever kills what he has started by KILL means the command, and would have killed it without
us; living on, it would meet a closed pipe at its next word. If that comes before the run is in the journal, the
canary, which knows all that we knew, notes it in our place.
"""

from __future__ import annotations

import os
import time

from sentinel_run.child import descriptors, pids, signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# systemd signals the processes of a unit one after the other; this is ample for a unit of hundreds.
_PATIENCE_S = 0.004
_STEP_S = 0.0005
_NOTED = b"."


_dismissed: list[int] = []


def reap() -> None:
    """Leave no zombie of a canary that was dismissed to whoever inherits our children.

    Last of all: the end of a process takes as long as a third of what we have to do meanwhile.
    """
    while _dismissed:
        try:
            os.waitpid(_dismissed.pop(), 0)
        except ChildProcessError:  # It was taken in among the orphans of --reap.
            continue


class Canary:
    """A sleeping process beside us; `pid` is 0 where there is none: without a /proc of ours, or if fork fails.

    Then every signal counts as ours alone. That is true where the command is in another group, on a terminal of
    its own: then there is no need for one. `mourn` is what it does if we are killed before `noted`.
    """

    def __init__(self, command: int, *, is_needed: bool, mourn: Callable[[], None] | None = None) -> None:
        self.pid = 0
        self._line = self._command = -1
        self._mourn = mourn
        if is_needed and pids.are_those_of_proc():
            # Taken before the command can be waited for: afterwards its pid may be another's.
            self._command = _pidfd(command)
            self._hatch()

    def heard(self, number: int) -> set[int]:
        """The signals that everyone got since the last call, if `number`, which we just got, is among them."""
        deadline = time.monotonic() + _PATIENCE_S
        while self.pid:
            if number in _pending(self.pid):
                return self._replace()
            if time.monotonic() >= deadline:
                break
            time.sleep(_STEP_S)
        return set()

    def noted(self) -> None:
        """The run is in the journal: if we are killed now, the next delivery finds it there."""
        self._mourn = None
        if self._line >= 0:
            os.write(self._line, _NOTED)

    def dismiss(self) -> None:
        """End the canary, without waiting for it."""
        if self.pid:
            os.kill(self.pid, signals.KILL)
            os.close(self._line)
            self._line = -1
            _dismissed.append(self.pid)
        if self._command >= 0:
            os.close(self._command)
            self._command = -1

    def _replace(self) -> set[int]:
        """A pending signal stays pending; only a new canary can hear the next one of its kind.

        The old one listens until the new one is there, so that none is missed in between.
        """
        heard: set[int] = set()
        while self.pid and (pending := _pending(self.pid)):
            pid, line = self.pid, self._line
            self.pid, self._line = 0, -1
            self._hatch()
            heard |= pending | _pending(pid)
            _end(pid, line)
        return heard

    def _hatch(self) -> None:
        try:
            mine, theirs = descriptors.pipe()
        except OSError:  # No descriptors left (ulimit -n): the run is worth more than the canary.
            return
        self.pid = signals.fork_deaf(lambda: self._live(mine), (mine, self._command))
        os.close(mine)
        if self.pid:
            self._line = theirs
        else:
            os.close(theirs)

    def _live(self, line: int) -> None:
        """Its whole life, without a file of the command's. If we go first, by KILL, so does the command."""
        os.set_blocking(line, True)
        is_noted = os.read(line, 1) == _NOTED and not os.read(line, 1)
        if self._command >= 0:
            signals.send_through(self._command, signals.KILL)
        if self._mourn and not is_noted:
            self._mourn()


def _pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):  # No descriptor left, or an old kernel: the command outlives our KILL.
        return -1


def _pending(pid: int) -> set[int]:
    """Signals that wait in the process `pid`, sent to its thread or to all of it."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return set()
    masks = [int(line.split()[1], 16) for line in lines if line.startswith((b"SigPnd", b"ShdPnd"))]
    return {number for number in signals.FORWARDED for mask in masks if mask >> (number - 1) & 1}


def _end(pid: int, line: int) -> None:
    os.kill(pid, signals.KILL)
    os.waitpid(pid, 0)
    os.close(line)
