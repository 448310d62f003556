"""Sees a run through: one attempt, or as many as --retries allows until one succeeds."""

from __future__ import annotations

import os
import select
import time

from sentinel_run import verdict
from sentinel_run.child import passthrough, signals
from sentinel_run.child.canary import Canary
from sentinel_run.child.exit_status import Ended
from sentinel_run.child.passthrough import Charge, Limit
from sentinel_run.errors import SpawnError
from sentinel_run.facts import Attempt, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.passthrough import Seen
    from sentinel_run.child.signals import Watch
    from sentinel_run.going import Going
    from sentinel_run.recorder import Recorder
    from sentinel_run.records import Plan

# A delay is doubled after each failure, up to this, unless it is longer itself.
_LONGEST_PAUSE_S = 300.0
_STRICT_STATUS = 1


def see_through(plan: Plan, going: Going, canary: Canary, watch: Watch, recorder: Recorder) -> Seen:
    """What was seen of all attempts: the last one's ending, and the output, steps and usage of all."""
    run = _Run(plan, going, watch, recorder)
    seen = run.attempt(canary)
    while run.is_worth_another(seen) and run.pause():
        try:
            run.start()
        except (SpawnError, OSError) as error:
            run.tell(f"could not be started again: {error}")
            break
        run.tell(f"attempt {run.count + 1} of {plan.value('retries') + 1} at most")
        seen = run.attempt(Canary(going.child.pid, is_needed=going.child.is_beside_us)).after(seen)
    return run.finished(seen)


class _Run:
    def __init__(self, plan: Plan, going: Going, watch: Watch, recorder: Recorder) -> None:
        self._plan, self._going, self._watch = plan, going, watch
        self._started_s = going.began_s
        self._chores, self._pulse = recorder.chores(), recorder.pulse()
        self._limit = Limit(plan.value("timeout"), plan.value("kill-after"), recorder.stops)
        self._tail = recorder.tail
        self._attempts: list[Attempt] = []
        self._steps: list[Step] = []
        self._interrupted_by = ""

    @property
    def count(self) -> int:
        """How many attempts have ended."""
        return len(self._attempts)

    def attempt(self, canary: Canary) -> Seen:
        """See the attempt that has started through to its end."""
        going = self._going
        seen = passthrough.until_end(self._charge(canary), self._limit, self._chores)
        going.child.reap()
        duration_s = seen.ended_at_s - going.began_s
        complaint = verdict.complaint(self._plan, seen, duration_s)
        is_failure = complaint is not None or not verdict.is_success(self._plan, seen)
        asked = seen.interrupted_by or (seen.asked_late if is_failure else "")
        seen = seen._replace(complaint=complaint, is_failure=is_failure, interrupted_by=asked)
        self._attempts.append(_attempt(seen, going.began_s - self._started_s, duration_s))
        return seen

    def _charge(self, canary: Canary) -> Charge:
        going = self._going
        return Charge(
            going.child, self._plan.run_id, self._watch, canary, self._undertakers(canary),
            going.wires, going.files, self._pulse, self._tail, going.held, self._started_s, going.began_s,
        )  # fmt: skip

    def start(self) -> None:
        """Start the next attempt, which must not inherit that we hold signals back. Raises as `Going.start`."""
        signals.let_through()
        try:
            self._going.start()
        finally:
            signals.hold_back()

    def is_worth_another(self, seen: Seen) -> bool:
        """A failure is, unless somebody wanted the run to end."""
        return seen.is_failure and self.count <= self._plan.value("retries") and not seen.interrupted_by

    def pause(self) -> bool:
        """Wait before the next attempt; False if somebody asks us to end meanwhile."""
        self._tail.begin_attempt()
        deadline = time.monotonic() + self._pause_s()
        while (rest_s := deadline - time.monotonic()) > 0 and not self._interrupted_by:
            if select.select([self._watch.wake_fd], [], [], rest_s)[0]:
                self._obey()
        return not self._interrupted_by

    def tell(self, message: str) -> None:
        """Note a step between the attempts."""
        self._steps.append(Step(round(time.monotonic() - self._started_s, 6), message, "warning"))

    def finished(self, seen: Seen) -> Seen:
        """What was seen of the whole run, given the last attempt."""
        is_lie = seen.complaint is not None and seen.ended.exit_status == 0
        return seen._replace(
            attempts=tuple(self._attempts) if self._plan.value("retries") else (),
            steps=tuple(sorted((*seen.steps, *self._steps), key=lambda step: step.at_s)),
            instead=Ended(_STRICT_STATUS) if is_lie and self._plan.value("strict") else None,
            interrupted_by=seen.interrupted_by or self._interrupted_by,
        )

    def _undertakers(self, canary: Canary) -> list[Callable[[], None]]:
        """What takes in processes that have ended: the helper of the pulse, and orphans where that is our duty."""
        pulse = self._pulse
        undertakers = [pulse.bury] if pulse else []
        if self._plan.value("reap") or os.getpid() == 1:
            from sentinel_run.child.reaper import Reaper

            reaper = Reaper(lambda: (self._going.child.made_by_us, canary.pid, pulse.helper if pulse else 0))
            undertakers.append(reaper.act)
        return undertakers

    def _pause_s(self) -> float:
        """The delay, doubled with each failure, and a little random, so that hosts do not come back in step."""
        delay_s: float = self._plan.value("retry-delay")
        chance = 0.75 + int.from_bytes(os.urandom(2), "big") / 2**17
        return min(delay_s * float(2 ** min(self.count - 1, 20)), max(delay_s, _LONGEST_PAUSE_S)) * chance

    def _obey(self) -> None:
        for number in self._watch.arrived():
            if number in signals.ENDING:
                self._interrupted_by = signals.name(number)
                self.tell(f"{self._interrupted_by} came between two attempts")
            elif number in signals.JOB_CONTROL_STOPS:
                signals.stop_here(number)


def _attempt(seen: Seen, at_s: float, duration_s: float) -> Attempt:
    ended = seen.ended
    return Attempt(
        at_s=round(at_s, 6),
        duration_s=round(duration_s, 6),
        exit_status=ended.exit_status,
        signal_name=signals.name(ended.signal) if ended.signal else "",
        timed_out=seen.timed_out,
        is_failure=seen.is_failure,
    )
