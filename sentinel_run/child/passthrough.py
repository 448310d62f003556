"""The one poll loop between the start and the end of the command: bytes, signals, timers. No thread, no regex."""

from __future__ import annotations

import os
import time

from sentinel_run.child import exit_status, poller, signals, usage
from sentinel_run.child.exit_status import Ended
from sentinel_run.child.poller import Poller
from sentinel_run.child.sampler import Sampler
from sentinel_run.child.stop import Ladder
from sentinel_run.child.stream import Stream
from sentinel_run.facts import Step
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from resource import struct_rusage

    from sentinel_run.child.canary import Canary
    from sentinel_run.child.held import Held
    from sentinel_run.child.process import Process
    from sentinel_run.child.pulse import Pulse
    from sentinel_run.child.signals import Watch
    from sentinel_run.child.tail import Tail
    from sentinel_run.child.wiring import Wire
    from sentinel_run.child.written import Written
    from sentinel_run.facts import Attempt, Complaint

# Chores begin when the command has been silent for so long, and do not wait for it longer than that. A command
# that is quicker ends without them.
_SILENCE_MS = 5
_CHORES_DUE_S = 0.2
# What the command itself left in a pipe fits in far fewer reads; a daemon that never stops writing does not.
_DRAIN_TURNS = 64
TIMED_OUT = 124
_SHORTEST_GRACE_S = 1.0
# A command that is sent signals all day long must not fill our memory.
_MOST_STEPS = 500


class Seen(Record):
    """What the loop saw: how the command ended, what it used, what it said, what happened on the way.

    Times are `time.monotonic`; `ended_at_s` is the end of the command itself. `asked_late` is a signal that wanted
    an end which was there already: it changed nothing, but keeps a failure from being tried again. `limits` are
    those that the command had at its end, as the kernel shows them.
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

    The run began at `started_s`, this attempt at `began_s`. A `tail` keeps the last output, `held` all of it, and
    `pulse` beats while the command runs.
    """

    child: Process
    run_id: str
    watch: Watch
    canary: Canary
    take_in_orphans: Callable[[], None]
    wires: Sequence[Wire]
    files: Sequence[Written]
    pulse: Pulse
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
        self._child, self._watch, self._canary = charge.child, charge.watch, charge.canary
        self._take_in_orphans, self._pulse = charge.take_in_orphans, charge.pulse
        self._files, self._tail, self._held = charge.files, charge.tail, charge.held
        self._started_s, self._began_s = charge.started_s, charge.began_s
        self._poller, self._steps = Poller(), list[Step]()
        self._ladder = Ladder(charge.child.pid, charge.run_id, self._poller, self._tell_warning)
        self._sampler = Sampler(charge.child.pid, self._poller, charge.started_s)
        self._ended: Ended | None = None
        self._interrupted_by, self._interrupted_at_s, self._abandoned = "", 0.0, False
        self._asked_late, self._limits = "", ""
        self._streams = [self._stream(wire) for wire in charge.wires]
        self._listen()
        self._ladder.set(timeout_s=limit.timeout_s, kill_after_s=limit.kill_after_s, before=limit.before_stop)

    def _listen(self) -> None:
        if self._held is not None:
            self._held.wake_fd, self._held.attend = self._watch.wake_fd, self._attend
        self._poller.on(self._watch.wake_fd, poller.READABLE, lambda _: self._pass_signals(self._watch.arrived()))
        self._news_fd = self._child.open_news()
        if self._news_fd >= 0:
            self._poller.on(self._news_fd, poller.READABLE, lambda _: self._reap())
        self._child.sit_down(self._poller, self._hear_typed)

    def run(self, chores: list[Callable[[], None]]) -> None:
        while self._ended is None or self._ladder.holds():
            is_silent = not self._poller.turn(_SILENCE_MS if chores else self._wait_ms())
            if sent := signals.held_back():
                self._pass_signals(sent)
            if chores and (is_silent or time.monotonic() - self._started_s > _CHORES_DUE_S):
                chores.pop(0)()
            self._ladder.act()
            self._look_at_files()
            if self._ended is None:
                self._sampler.act()
                self._pulse.act()
        self._sampler.end()
        self._drain()
        self._look_at_files()
        self._leave_open_streams()

    def _look_at_files(self) -> None:
        for file in self._files:
            file.show(self._tail)

    def _wait_ms(self) -> int | None:
        wait_ms = self._ladder.wait_ms()
        return self._pulse.wait_ms(self._sampler.wait_ms(wait_ms)) if self._ended is None else wait_ms

    def close_sinks(self) -> None:
        """Not with the streams: to close a terminal that is being hung up may wait for whoever does that."""
        for stream in self._streams:
            stream.sink.close()

    def seen(self, *, grace_s: float) -> Seen:
        assert self._ended is not None
        return Seen(
            self._ended, self._used, self._ended_at_s, self._ladder.timed_out, self._asked_to_end_by(grace_s),
            self._tail, tuple(self._steps), self._sampler, asked_late=self._asked_late, limits=self._limits,
        )  # fmt: skip

    def _asked_to_end_by(self, grace_s: float) -> str:
        """A service takes HUP for the wish that it read its configuration anew, and goes on: that ends nothing."""
        is_outlived = self._ended_at_s - self._interrupted_at_s > grace_s
        return "" if is_outlived and self._interrupted_by == "SIGHUP" else self._interrupted_by

    def _leave_open_streams(self) -> None:
        still_open = [stream for stream in self._streams if stream.is_open]
        if still_open:
            from sentinel_run.child import forwarder

            forwarder.take_over(still_open)

    def _stream(self, wire: Wire) -> Stream:
        os.close(wire.far_end)
        if not wire.keyboard:
            return Stream(wire, self._tail, self._poller, self._held)
        from sentinel_run.child.screen import Screen

        return Screen(wire, self._tail, self._poller, self._held)

    def _drain(self) -> None:
        """Deliver what the command left in its pipes, as slowly as its reader takes it."""
        turns = 0
        while turns < _DRAIN_TURNS and not self._abandoned and any(stream.is_open for stream in self._streams):
            is_waiting = any(stream.is_waiting for stream in self._streams)
            if not self._poller.turn(None if is_waiting else 0):
                return
            turns += not is_waiting

    def _attend(self) -> bool:
        """Signals reach the command also while its held output is passed on."""
        self._pass_signals(self._watch.arrived())
        return False

    def _pass_signals(self, arrived: list[int]) -> None:
        common = set[int]()
        has_news_of_child = False
        while arrived:
            number = arrived.pop(0)
            if number == signals.CHLD:
                has_news_of_child = True
                continue
            if number not in common and (heard := self._canary.heard(number)):
                common |= heard
                arrived += self._watch.arrived()
            self._pass_signal(number, is_common=number in common)
        # Last, because it may stop us: the CONT that ends the stop takes a TSTP that was not passed on out of the
        # canary (signal(7)), and the command would be stopped a second time.
        if has_news_of_child:
            self._pulse.bury()
            self._reap()
            self._take_in_orphans()

    def _pass_signal(self, number: int, *, is_common: bool) -> None:
        name = signals.name(number)
        if number in signals.ENDING and not is_common and self._is_over():
            self._note_late_wish(name)
            return
        self._note_wish_to_end(number)
        if number == signals.WINCH and self._resize():
            return
        if is_common:
            self._tell(f"{name} came to the whole process group")
        elif self._ended is None:
            is_sent = self._child.send(number)
            self._tell(f"{name} passed on to the command" if is_sent else f"{name} could not be passed on")

    def _hear_typed(self, number: int) -> None:
        """The command's own terminal sends it the signal: we hear of it from the key alone."""
        self._note_wish_to_end(number)
        self._tell(f"{signals.name(number)} was typed at its terminal")

    def _note_wish_to_end(self, number: int) -> None:
        if number in signals.ENDING:
            self._interrupted_by, self._interrupted_at_s = signals.name(number), time.monotonic()
            self._abandoned = self._ended is not None

    def _is_over(self) -> bool:
        return self._ended is not None or self._child.has_ended()

    def _note_late_wish(self, name: str) -> None:
        """Nothing is cut short by it, but for output that waits for a slow reader."""
        self._asked_late, self._abandoned = name, self._ended is not None
        if self._abandoned and any(stream.is_waiting for stream in self._streams):
            self._interrupted_by, self._interrupted_at_s = name, time.monotonic()
        self._tell(f"{name} came when the command had ended")

    def _resize(self) -> bool:
        """Give our terminals the new size; says whether any changed.

        The programs on the real terminal heard of it together with us, and looked before the new size was there:
        they are told again, and so are we, with nothing left to change.
        """
        terminals = [stream.wire for stream in self._streams if stream.wire.terminal]
        if not terminals:
            return False
        from sentinel_run.child import terminal

        changed = [wire for wire in terminals if terminal.copy_size(wire.targets[0], wire.source)]
        for wire in changed[:1]:
            if not wire.keyboard:  # There the kernel tells the programs on it (ioctl_tty(2), TIOCSWINSZ).
                terminal.tell_foreground(wire.targets[0], signals.WINCH, otherwise=self._child.pid)
        return bool(changed)

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
            if self._news_fd >= 0:
                self._poller.off(self._news_fd)
                os.close(self._news_fd)

    def _stop_too(self, number: int) -> None:
        """A shell that waits for us must see that its job stopped, as it would have seen of the command.

        With a timeout only job control stops us: whoever sends a plain STOP must not stop the clock.
        """
        if number in signals.JOB_CONTROL_STOPS or self._ladder.wait_ms() is None:
            for stream in self._streams:
                stream.catch_up()
            self._child.stop_with(number)

    def _moment_of_end(self) -> float:
        """Of a quick command we learn late, busy with our own start; its CHLD tells when it was."""
        told_s = signals.last_news_of_children_s() if self._child.is_beside_us else 0.0
        return told_s if told_s > self._began_s else time.monotonic()

    def _tell(self, message: str, level: str = "info") -> None:
        if len(self._steps) < _MOST_STEPS:
            self._steps.append(Step(round(time.monotonic() - self._started_s, 6), message, level))

    def _tell_warning(self, message: str) -> None:
        self._tell(message, "warning")
