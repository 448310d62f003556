"""A command with a terminal of its own, as sudo's use_pty gives one: keys, job control and window size."""

from __future__ import annotations

import os
import resource
import select
import termios

from sentinel_run import own_fd
from sentinel_run.child import descriptors, monitor, signals, terminal
from sentinel_run.child.keyboard import Keyboard
from sentinel_run.child.process import Process
from sentinel_run.child.seat import Seat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from sentinel_run.child.poller import Poller
    from sentinel_run.child.wiring import Wire

_STDIN = 0
_ENOUGH_TO_CONTINUE_S = 0.1


def spawn(become: Callable[[], NoReturn], wires: Sequence[Wire]) -> Seated:
    """Start what `become` becomes on the terminal of the one wire that has a keyboard.

    Raises OSError as `become` does.
    """
    wire = next(wire for wire in wires if wire.keyboard)
    seat = Seat(_STDIN)
    in_foreground = seat.is_ours()
    if in_foreground:
        terminal.hand_over_lines(_STDIN, wire.source, wire.far_end)
    moves = [(wire.far_end, fd) for fd in (_STDIN, *_further_on_terminal())]
    moves += [(w.far_end, fd) for w in wires for fd in w.targets]
    # Beside descriptor 0, which the monitor gives up: its only hold on our terminal.
    spare = own_fd.above_standard(os.dup(_STDIN))
    try:
        before = termios.tcgetattr(_STDIN)
        lines = monitor.start(monitor.Errand(become, moves, wire.far_end, spare, before, in_foreground))
    finally:
        os.close(spare)
    return Seated(lines, wire, seat, in_foreground=in_foreground)


def _further_on_terminal() -> list[int]:
    """Descriptors above 2 on the terminal of stdin, as `exec 3>&1` makes them: it is raw, and ours."""
    try:
        return [fd for fd in descriptors.inherited() if os.isatty(fd) and terminal.same(_STDIN, fd)]
    except OSError:  # No descriptor left to list them (ulimit -n).
        return []


class Seated(Process):
    """A command in a session of its own. Our signals and its news go through the monitor."""

    is_beside_us = False

    def __init__(self, lines: monitor.Lines, wire: Wire, seat: Seat, *, in_foreground: bool) -> None:
        self._lines, self._wire, self._seat = lines, wire, seat
        self._unread, self._is_over = b"", False
        self._has_settings = in_foreground
        os.set_blocking(lines.news, True)
        super().__init__(int(os.read(lines.news, monitor.PID_BYTES)))
        os.set_blocking(lines.news, False)
        self._keyboard = Keyboard(seat, wire.source, self.pid)
        self._take_seat()

    @property
    def made_by_us(self) -> int:
        """See `Process`: the monitor."""
        return self._lines.pid

    def open_news(self) -> int:
        """See `Process`."""
        return self._lines.news

    def news(self) -> tuple[int, resource.struct_rusage] | None:
        """See `Process`; usage is what the monitor's wait4(2) said."""
        if self._is_over:
            raise ChildProcessError
        line = self._line()
        if line is None:
            return None
        words = line.split()
        if not words:  # Somebody has killed the monitor, and the kernel the session with it.
            self._is_over = True
            return signals.KILL, resource.getrusage(resource.RUSAGE_CHILDREN)
        if words[0] == monitor.CONTINUED:
            return self.news()
        status = int(words[0])
        self._is_over = not os.WIFSTOPPED(status)
        numbers = [float(word) if b"." in word or b"e" in word else int(word) for word in words[1:]]
        return status, resource.struct_rusage(numbers)

    def has_ended(self) -> bool:
        """Only the monitor could know, and tells it by `news`."""
        return False

    def send(self, number: int) -> bool:
        """See `Process`. CONT also tells that a shell may have given us the terminal or taken it."""
        if number == signals.CONT:
            self._take_seat()
        self._order(number)
        return True

    def stop_with(self, number: int) -> None:
        """Stop our process group as the keyboard's signal would have, and go on where the shell then puts us.

        A command that stopped because it wants a terminal that we have meanwhile just gets it.
        """
        if number in signals.JOB_CONTROL_STOPS and number != signals.TSTP and self._take_seat():
            self._order(monitor.FOREGROUND)
            return
        self._keyboard.rest()
        self._seat.leave()
        signals.stop_here(number)
        self._order(monitor.FOREGROUND if self._seat.is_ours() else monitor.BACKGROUND)
        # A CONT takes back a stop that was typed just before it (signal(7)): no key may get there first.
        select.select([self._lines.news], [], [], _ENOUGH_TO_CONTINUE_S)
        self._take_seat()

    def sit_down(self, poll: Poller, heard: Callable[[int], None]) -> None:
        """See `Process`."""
        self._keyboard.join(poll, heard)
        self._take_seat()

    def serve(self) -> None:
        """See `Process`."""
        self._keyboard.serve()

    def stand_up(self) -> None:
        """See `Process`. What was typed and not read is for whoever reads the terminal next."""
        self._keyboard.rest()
        unread = self._keyboard.unread()
        if self._seat.is_ours():
            terminal.type_in(self._seat.fd, unread)
        self._seat.leave()

    def reap(self) -> None:
        """See `Process`."""
        self._order(monitor.BYE)
        try:
            os.waitpid(self._lines.pid, 0)
        except ChildProcessError:
            pass
        if self._lines.orders >= 0:
            os.close(self._lines.orders)
            self._lines = self._lines._replace(orders=-1)

    def _take_seat(self) -> bool:
        if not self._seat.take():
            # The CONT that comes with a hang-up may be here before the end of the keys is.
            if self._seat.is_gone():
                self._keyboard.hang_up()
            else:
                self._keyboard.rest()
            return False
        if not self._has_settings:  # What a background job finds there is its shell's line editor.
            terminal.copy_settings(self._seat.before, self._wire.source)
            self._has_settings = True
        terminal.copy_size(self._seat.fd, self._wire.source)
        self._keyboard.listen()
        return True

    def _order(self, order: int) -> None:
        try:
            os.write(self._lines.orders, bytes([order]))
        except OSError:  # The monitor is gone; the next news say so.
            return

    def _line(self) -> bytes | None:
        """The next line of the news; None if there is none yet, empty after the last."""
        while b"\n" not in self._unread:
            try:
                data = os.read(self._lines.news, 4096)
            except BlockingIOError:
                return None
            if not data:
                return b""
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line
