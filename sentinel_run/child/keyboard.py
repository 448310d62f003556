"""Keys on their way from the user's terminal to the command's."""

from __future__ import annotations

import os
import select
import termios

from sentinel_run import own_fd
from sentinel_run.child import poller, signals, terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.poller import Poller
    from sentinel_run.child.seat import Seat

_READ_BYTES = 4096


class Keyboard:
    """Passes keys on while it listens, and no more than the command's terminal takes."""

    def __init__(self, seat: Seat, pty: int, child: int) -> None:
        self._seat, self._child = seat, child
        # A number of its own, because the loop knows the pty's as the source of output.
        self._to_command = own_fd.above_standard(os.dup(pty))
        self._waiting = b""
        self._poller: Poller | None = None
        self._heard: Callable[[int], None] = lambda number: None
        self._is_listening = False

    def join(self, poll: Poller, heard: Callable[[int], None]) -> None:
        """Use `poll` from now on, and tell `heard` of each signal that is typed."""
        self._poller, self._heard = poll, heard
        if self._is_listening:
            self.listen()

    def listen(self) -> None:
        """Read keys as they come; only while the terminal is ours, or reading would stop us (termios(3))."""
        self._is_listening = self._to_command >= 0
        if self._poller is None or not self._is_listening:
            return
        if self._waiting:
            self._poller.off(self._seat.fd)
            self._poller.on(self._to_command, poller.WRITABLE, lambda _: self._write(b""))
        else:
            self._poller.off(self._to_command)
            self._poller.on(self._seat.fd, poller.READABLE, self._read)

    def rest(self) -> None:
        """Read nothing until `listen`."""
        self._is_listening = False
        if self._poller is not None:
            self._poller.off(self._seat.fd)
            self._poller.off(self._to_command)

    def serve(self) -> None:
        """Pass on what is there now."""
        if self._is_listening and select.select([self._seat.fd], [], [], 0)[0]:
            self._read(poller.READABLE)

    def unread(self) -> bytes:
        """Take back what the command has not read."""
        return terminal.unread(self._to_command) + self._waiting if self._to_command >= 0 else b""

    def _read(self, event: int) -> None:
        if not event & poller.BROKEN and not self._seat.is_ours():  # A shell took it without a word.
            self.rest()
            return
        try:
            keys = os.read(self._seat.fd, _READ_BYTES)
        except OSError:
            keys = b""
        if keys:
            self._write(keys)
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """Together with the stream that writes there, which notices too, this is a hang-up for the command."""
        self.rest()
        if self._to_command < 0:
            return
        os.close(self._to_command)
        self._to_command = -1

    def _write(self, keys: bytes) -> None:
        numbers = self._typed_signals(keys)
        data = self._waiting + keys
        try:
            written = os.write(self._to_command, data)
        except BlockingIOError:
            written = 0
        except OSError:
            self.hang_up()
            return
        self._waiting = data[written:]
        for number in numbers:
            self._heard(number)
            signals.tell_our_group(number)
        self.listen()

    def _typed_signals(self, keys: bytes) -> set[int]:
        """Signals that the user's terminal would have sent to our whole group, the script that called us included.

        Not where the command has put a job of its own into the foreground: it has the terminal's say then.
        """
        try:
            wanted = terminal.signal_keys(self._to_command)
            if not any(key in keys for key in wanted) or os.tcgetpgrp(self._to_command) != self._child:
                return set()
        except (OSError, termios.error):
            return set()
        return {number for key, number in wanted.items() if key in keys}
