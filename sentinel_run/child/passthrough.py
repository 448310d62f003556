"""The one poll loop between the start and the end of the command: bytes, signals, timers. No thread, no regex."""

from __future__ import annotations

import os
import time

from sentinel_run.child import exit_status, poller, signals, usage
from sentinel_run.child.exit_status import Ended
from sentinel_run.child.poller import Poller
from sentinel_run.child.relay import Relay
from sentinel_run.child.sampler import Sampler
from sentinel_run.child.stream import Stream
from sentinel_run.facts import TIMED_OUT, Step
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from resource import struct_rusage
    from typing import Protocol

    from sentinel_run.child.canary import Canary
    from sentinel_run.child.held import Held
    from sentinel_run.child.process import Process
    from sentinel_run.child.pulse import Pulse
    from sentinel_run.child.signals import Watch
    from sentinel_run.child.stop import Ladder
    from sentinel_run.child.tail import Tail
    from sentinel_run.child.wiring import Wire
    from sentinel_run.child.written import Written
    from sentinel_run.facts import Attempt, Complaint

    class Timer(Protocol):
        """Something that is to be done at its time."""

        def wait_ms(self, otherwise: int | None) -> int | None:
            """How long the loop may sleep; `otherwise` is what others want."""

        def act(self) -> None:
            """Do it, if it is time."""


# Chores begin when the command has been silent for so long, and do not wait for it longer than that. A command
# that is quicker ends without them.
_SILENCE_MS = 5
_CHORES_DUE_S = 0.2
# What the command itself left in a pipe fits in far fewer reads; a daemon that never stops writing does not.
_DRAIN_TURNS = 64
_SHORTEST_GRACE_S = 1.0
# A command that is sent signals all day long must not fill our memory.
_MOST_STEPS = 500


class Seen(Record):
    """What the loop saw: how the command ended, what it used, what it said, what happened on the way.

    Times are `time.monotonic`; `ended_at_s` is the end of the command itself. `asked_late` is a signal that wanted
    an end which was there already: it changed nothing, but keeps a failure from being tried again. `successor` is
    the id of the run that has stopped this one to have its turn. `limits` are those that the command had at the
    end, as the kernel shows them.
    """

    ended: Ended
    used: struct_rusage
    ended_at_s: float
    timed_out: bool
    interrupted_by: str
    tail: Tail
    steps: tuple[Step, ...]
    sampler: Sampler
    is_failure: bool = False
    complaint: Complaint | None = None
    attempts: tuple[Attempt, ...] = ()
    instead: Ended | None = None
    asked_late: str = ""
    successor: str = ""
    limits: str = ""

    @property
    def exit(self) -> Ended:
        """How we are to end: as the command did, with 124 when its time was over, or `instead` by --strict."""
        return Ended(TIMED_OUT) if self.timed_out else self.instead or self.ended

    def after(self, before: Seen) -> Seen:
        """This attempt together with what was seen of those before it."""
        return self._replace(
            used=usage.together(before.used, self.used),
            steps=before.steps + self.steps,
            sampler=self.sampler.include(before.sampler),
        )


class Charge(Record):
    """The command of one attempt and all that is in the loop's care with it.

    The run began at `started_s`, this attempt at `began_s`. A `tail` keeps the last output, `held` all of it. The
    `pulse` beats while the command runs, if it is to be heard; `undertakers` take in other processes of
    ours that have ended.
    """

    child: Process
    run_id: str
    watch: Watch
    canary: Canary
    undertakers: Sequence[Callable[[], None]]
    wires: Sequence[Wire]
    files: Sequence[Written]
    pulse: Pulse | None
    tail: Tail
    held: Held | None
    started_s: float
    began_s: float


class Limit(Record):
    """The time that an attempt has, if it has one, and how it is stopped after that.

    `before_stop` is called when it is over, before any of the command's processes hears of it.
    """

    timeout_s: float | None
    kill_after_s: float
    before_stop: Callable[[], None]


def until_end(charge: Charge, limit: Limit, chores: list[Callable[[], None]]) -> Seen:
    """Pass everything on until the command has ended and its output is delivered.

    `chores` are done one by one while nothing is to be passed on, and left out if the command is quicker. A
    process that the command left behind and that still holds a stream is not waited for: a forwarder keeps passing
    on what it writes.
    """
    loop = _Loop(charge, limit)
    try:
        loop.run(chores)
    finally:
        charge.canary.dismiss()
    charge.child.stand_up()
    loop.close_sinks()
    return loop.seen(grace_s=max(limit.kill_after_s, _SHORTEST_GRACE_S))


class _Loop:
    def __init__(self, charge: Charge, limit: Limit) -> None:
        self._child, self._watch = charge.child, charge.watch
        self._files, self._tail, self._held = charge.files, charge.tail, charge.held
        self._started_s, self._began_s, self._undertakers = charge.started_s, charge.began_s, charge.undertakers
        self._poller, self._steps = Poller(), list[Step]()
        self._ended: Ended | None = None
        self._limits = ""
        self._streams = [self._stream(wire) for wire in charge.wires]
        self._relay = Relay(charge, self._streams, self._tell)
        self._listen()
        self._ladder = self._set_clock(charge, limit)
        self._sampler = Sampler(charge.child.pid, self._poller, charge.started_s)
        timers: tuple[Timer | None, ...] = (self._ladder, self._sampler, charge.pulse)
        self._timers = [timer for timer in timers if timer is not None]

    def _listen(self) -> None:
        if self._held is not None:
            self._held.wake_fd, self._held.attend = self._watch.wake_fd, self._attend
        self._poller.on(self._watch.wake_fd, poller.READABLE, lambda _: self._pass_signals(self._watch.arrived()))
        self._news_fd = self._child.open_news()
        if self._news_fd >= 0:
            self._poller.on(self._news_fd, poller.READABLE, lambda _: self._reap())
        self._child.sit_down(self._poller, self._relay.hear_typed)

    def _set_clock(self, charge: Charge, limit: Limit) -> Ladder | None:
        if not limit.timeout_s:
            return None
        from sentinel_run.child.stop import Ladder

        return Ladder(charge.child.pid, charge.run_id, limit, self._poller, self._tell_warning)

    def run(self, chores: list[Callable[[], None]]) -> None:
        while self._ended is None or (self._ladder is not None and self._ladder.holds()):
            is_silent = not self._poller.turn(_SILENCE_MS if chores else self._wait_ms())
            if sent := signals.held_back():
                self._pass_signals(sent)
            if chores and (is_silent or time.monotonic() - self._started_s > _CHORES_DUE_S):
                chores.pop(0)()
            for timer in self._timers:
                timer.act()
            self._look_at_files()
        self._sampler.end()
        self._drain()
        self._look_at_files()
        self._leave_open_streams()

    def _look_at_files(self) -> None:
        for file in self._files:
            file.show(self._tail)

    def _wait_ms(self) -> int | None:
        wait_ms: int | None = None
        for timer in self._timers:
            wait_ms = timer.wait_ms(wait_ms)
        return wait_ms

    def close_sinks(self) -> None:
        """Apart from the streams: closing a terminal that is being hung up waits for whoever hangs it up."""
        for stream in self._streams:
            stream.sink.close()

    def seen(self, *, grace_s: float) -> Seen:
        assert self._ended is not None
        return Seen(
            self._ended, self._used, self._ended_at_s, self._ladder is not None and self._ladder.timed_out,
            self._relay.interrupted_by(ended_at_s=self._ended_at_s, grace_s=grace_s),
            self._tail, tuple(self._steps), self._sampler, asked_late=self._relay.asked_late,
            limits=self._limits,
        )  # fmt: skip

    def _leave_open_streams(self) -> None:
        still_open = [stream for stream in self._streams if stream.is_open]
        if still_open:
            from sentinel_run.child import forwarder

            forwarder.take_over(still_open, self._held)

    def _stream(self, wire: Wire) -> Stream:
        os.close(wire.far_end)
        if not wire.keyboard:
            return Stream(wire, self._tail, self._poller, self._held)
        from sentinel_run.child.screen import Screen

        return Screen(wire, self._tail, self._poller, self._held)

    def _drain(self) -> None:
        """Deliver what the command left in its pipes, as slowly as its reader takes it."""
        turns = 0
        while (
            turns < _DRAIN_TURNS
            and not self._relay.is_abandoned
            and any(stream.is_open for stream in self._streams)
        ):
            is_waiting = any(stream.is_waiting for stream in self._streams)
            if not self._poller.turn(None if is_waiting else 0):
                return
            turns += not is_waiting

    def _attend(self) -> bool:
        """Signals reach the command also while its held output is passed on."""
        self._pass_signals(self._watch.arrived())
        return False

    def _pass_signals(self, arrived: list[int]) -> None:
        # News of the child last, because it may stop us: the CONT that ends the stop takes a TSTP that was not
        # passed on out of the canary (signal(7)), and the command would be stopped a second time.
        if self._relay.pass_on(arrived):
            self._reap()
            for bury in self._undertakers:
                bury()

    def _reap(self) -> None:
        if self._ended is None and self._child.has_ended():  # A shell's `ulimit` is gone with it.
            self._limits = usage.limits_of(self._child.pid)
        while self._ended is None and (news := self._child.news()):
            status, used = news
            if os.WIFSTOPPED(status):
                self._stop_too(os.WSTOPSIG(status))
                continue
            self._child.wait_status = status
            self._ended_at_s = self._moment_of_end()
            self._ended, self._used = exit_status.decode(status), used
            self._relay.hear_of_end()
            # The clock ticks on for processes that the command has left.
            self._timers = [timer for timer in self._timers if timer is self._ladder]
            if self._news_fd >= 0:
                self._poller.off(self._news_fd)
                os.close(self._news_fd)

    def _stop_too(self, number: int) -> None:
        """A shell that waits for us must see that its job stopped, as it would have seen of the command.

        With a timeout only job control stops us: whoever sends a plain STOP must not stop the clock.
        """
        if number in signals.JOB_CONTROL_STOPS or self._ladder is None or self._ladder.wait_ms(None) is None:
            for stream in self._streams:
                stream.catch_up()
            self._child.stop_with(number)

    def _moment_of_end(self) -> float:
        """We learn late of the end of a quick command, busy with our own start; its CHLD tells when it was."""
        told_s = signals.last_news_of_children_s() if self._child.is_beside_us else 0.0
        return told_s if told_s > self._began_s else time.monotonic()

    def _tell(self, message: str, level: str = "info") -> None:
        if len(self._steps) < _MOST_STEPS:
            self._steps.append(Step(round(time.monotonic() - self._started_s, 6), message, level))

    def _tell_warning(self, message: str) -> None:
        self._tell(message, "warning")
