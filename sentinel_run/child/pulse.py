"""A timer beside the command: what is to be done when it has run for some time, and ever again after that."""

from __future__ import annotations

import os
import time

from sentinel_run.child import poller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Pulse:
    """Calls `beat` at `first_s` (`time.monotonic`) and then every `every_s`.

    `beat` returns the pid of a process that it has started, or 0. That process is not waited for, but buried.
    """

    def __init__(self, beat: Callable[[], int], *, first_s: float, every_s: float) -> None:
        self._beat, self._due_s, self._every_s = beat, first_s, every_s
        self.helper = 0

    def wait_ms(self, otherwise: int | None) -> int | None:
        """How long the loop may sleep; `otherwise` is what others want."""
        return poller.until_ms(self._due_s, otherwise)

    def act(self) -> None:
        """Beat, if it is time."""
        if time.monotonic() >= self._due_s:
            self._due_s += self._every_s
            self.bury()
            self.helper = self._beat()

    def bury(self) -> None:
        """Leave no zombie of a helper that has ended."""
        if self.helper and os.waitpid(self.helper, os.WNOHANG)[0]:
            self.helper = 0
