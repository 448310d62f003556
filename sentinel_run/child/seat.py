"""The user's terminal while the command has one of its own: raw, so that every key goes there unchanged."""

from __future__ import annotations

import os
import termios

from sentinel_run.child import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.terminal import Settings


class Seat:
    """The terminal `fd`, touched only while we are in its foreground, as job control demands (tcsetattr(3))."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.before: Settings | None = None

    def is_ours(self) -> bool:
        """Whether our process group is in the foreground."""
        try:
            return os.tcgetpgrp(self.fd) == os.getpgrp()
        except OSError:
            return False

    def is_gone(self) -> bool:
        """Whether it was hung up: it is nobody's terminal any more."""
        try:
            os.tcgetpgrp(self.fd)
        except OSError:
            return True
        return False

    def take(self) -> bool:
        """Make it raw; says whether it is ours. What a shell changed in between becomes the new before."""
        if not self.is_ours():
            return False
        try:
            now = termios.tcgetattr(self.fd)
            if now != terminal.raw(now):
                self.before = now
                termios.tcsetattr(self.fd, termios.TCSADRAIN, terminal.raw(now))
        except (OSError, termios.error):
            return False
        return True

    def leave(self) -> None:
        """Put the settings back that it had before."""
        before, self.before = self.before, None
        if before is not None and self.is_ours():
            try:
                termios.tcsetattr(self.fd, termios.TCSADRAIN, before)
            except (OSError, termios.error):  # It was hung up.
                return
