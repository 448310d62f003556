"""One poll(2) set with a callback for each descriptor."""

from __future__ import annotations

import select
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

READABLE, WRITABLE = select.POLLIN, select.POLLOUT
# Reported whether asked for or not: a pipe whose reader is gone polls as POLLERR even while nothing is written.
BROKEN = select.POLLERR | select.POLLHUP | select.POLLNVAL
ONLY_IF_BROKEN = 0
_LONGEST_WAIT_MS = 3_600_000


def until_ms(due_s: float, otherwise: int | None) -> int | None:
    """How long the loop may sleep before `due_s` (`time.monotonic`); `otherwise` is what others want.

    poll(2) takes milliseconds as a C int; for a far-off moment an hour at a time will do.
    """
    if due_s == float("inf"):
        return otherwise
    own = min(_LONGEST_WAIT_MS, max(0, int((due_s - time.monotonic()) * 1000) + 1))
    return own if otherwise is None else min(own, otherwise)


class Poller:
    """Who is to be called when a descriptor is ready."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._callbacks: dict[int, Callable[[int], None]] = {}

    def on(self, fd: int, events: int, callback: Callable[[int], None]) -> None:
        """Call `callback(events)` whenever `fd` is ready for `events`; replaces what was set for `fd`."""
        self._callbacks[fd] = callback
        self._poll.register(fd, events)

    def off(self, fd: int) -> None:
        """Forget `fd`; call it before closing."""
        if self._callbacks.pop(fd, None):
            self._poll.unregister(fd)

    def turn(self, wait_ms: int | None) -> int:
        """Wait at most `wait_ms` (None: forever), call who is ready, return how many were."""
        ready = self._poll.poll(wait_ms)
        for fd, event in ready:
            callback = self._callbacks.get(fd)  # An earlier callback of this turn may have dropped it.
            if callback is not None:
                callback(event)
        return len(ready)
