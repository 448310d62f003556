"""Signals that reach us, on their way to the command; and whether whoever sent one wanted the run to end."""

from __future__ import annotations

import time

from sentinel_run.child import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentinel_run.child.passthrough import Charge
    from sentinel_run.child.stream import Stream


class Relay:
    """Passes each signal on once, also one that the command got together with us, and tells of it.

    `asked_late` is one that wanted an end which was there already. When that is wished after the end, the run
    `is_abandoned`: what the command left in its pipes is not waited for.
    """

    def __init__(self, charge: Charge, streams: Sequence[Stream], tell: Callable[[str], None]) -> None:
        self._child, self._watch, self._canary = charge.child, charge.watch, charge.canary
        self._streams, self._tell = streams, tell
        self._has_ended = self.is_abandoned = False
        self._interrupted_by, self._interrupted_at_s = "", 0.0
        self.asked_late = ""

    def pass_on(self, arrived: list[int]) -> bool:
        """Pass them on, in order; returns whether one of them was news of a child."""
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
        return has_news_of_child

    def hear_typed(self, number: int) -> None:
        """A key: the command's own terminal sends it the signal."""
        self._note_wish_to_end(number)
        self._tell(f"{signals.name(number)} was typed at its terminal")

    def hear_of_end(self) -> None:
        """The command has ended: what comes now is for us."""
        self._has_ended = True

    def interrupted_by(self, *, ended_at_s: float, grace_s: float) -> str:
        """The signal that the run ended of, if any.

        A service takes HUP as a request to read its configuration again, and goes on: that ends nothing.
        """
        is_outlived = ended_at_s - self._interrupted_at_s > grace_s
        return "" if is_outlived and self._interrupted_by == "SIGHUP" else self._interrupted_by

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
        elif not self._has_ended:
            is_sent = self._child.send(number)
            self._tell(f"{name} passed on to the command" if is_sent else f"{name} could not be passed on")

    def _note_wish_to_end(self, number: int) -> None:
        if number in signals.ENDING:
            self._interrupted_by, self._interrupted_at_s = signals.name(number), time.monotonic()
            self.is_abandoned = self._has_ended

    def _is_over(self) -> bool:
        return self._has_ended or self._child.has_ended()

    def _note_late_wish(self, name: str) -> None:
        """It cuts nothing short but output that waits for a slow reader."""
        self.asked_late, self.is_abandoned = name, self._has_ended
        if self.is_abandoned and any(stream.is_waiting for stream in self._streams):
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
