"""Output that is held back until it is known whether the command fails.

It lies in a memory file: raw output must not reach a disk. Both streams share it, so it comes out in the order in
which it came in.
"""

from __future__ import annotations

import os
import select

from sentinel_run.child.sink import Sink
from sentinel_run.own_fd import above_standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Beyond this it is passed on after all, from its beginning: memory is not ours to fill.
LIMIT_BYTES = 256 * 1024 * 1024
_HEADER_BYTES, _PIECE_BYTES = 5, 64 * 1024
_UNWANTED = b"-"


class Held:
    """What the command has said so far. `is_holding` ends with the limit, `let_go` or `forget`."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._fd = above_standard(os.memfd_create("sentinel-run", os.MFD_CLOEXEC))
        self._room = limit_bytes
        self.is_holding = True
        self.attend: Callable[[], bool] = lambda: False
        self.wake_fd = -1
        self._told: list[int] = []

    def hear(self) -> int:
        """A descriptor on which a forwarder hears whether its output is wanted: a byte comes if it is not.

        It ends without one if it is, and also if we are killed: output is passed on where nobody knows better.
        The caller closes it; -1 if output is not held any more.
        """
        if not self.is_holding:
            return -1
        heard, told = os.pipe()
        self._told.append(above_standard(told))
        return above_standard(heard)

    def sink(self, fd: int) -> Sink:
        """In place of the sink of our stream `fd`."""
        return _HoldingSink(fd, self)

    def keep(self, fd: int, data: bytes) -> None:
        """Hold `data` for our stream `fd`. Over the limit everything is passed on."""
        os.write(self._fd, bytes((fd,)) + len(data).to_bytes(_HEADER_BYTES - 1, "big"))
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._fd, rest) :]
        self._room -= _HEADER_BYTES + len(data)
        if self._room < 0:
            self.let_go()

    def let_go(self) -> None:
        """Pass on all that is held, in order, as slowly as its reader takes it.

        While it waits, `attend` is called for each signal; it says whether to give up.
        """
        if not self.is_holding:
            return
        self.is_holding = False
        os.lseek(self._fd, 0, os.SEEK_SET)
        sinks: dict[int, Sink | None] = {}
        cooked = {fd for fd in (1, 2) if _makes_newlines(fd)}
        while header := os.read(self._fd, _HEADER_BYTES):
            fd, left = header[0], int.from_bytes(header[1:], "big")
            while left:
                data = os.read(self._fd, min(left, _PIECE_BYTES))
                left -= len(data)
                # The command's own terminal has made these already, and the user's is not raw any more.
                if not self._write(sinks, fd, data.replace(b"\r\n", b"\n") if fd in cooked else data):
                    return
        self._end(b"")

    def forget(self) -> None:
        """The command has succeeded: nobody is to see it, nor what comes of it later."""
        self.is_holding = False
        self._end(_UNWANTED)

    def _end(self, word: bytes) -> None:
        os.ftruncate(self._fd, 0)
        while self._told:
            fd = self._told.pop()
            try:
                os.write(fd, word)
            except OSError:  # Somebody has killed the forwarder.
                pass
            os.close(fd)

    def _write(self, sinks: dict[int, Sink | None], fd: int, data: bytes) -> bool:
        """Whether to go on. A stream whose reader went away gets no more; the other one does."""
        if fd not in sinks:
            sinks[fd] = Sink(fd)
        sink = sinks[fd]
        if sink is None:
            return True
        try:
            sink.put(data)
            while sink.waiting:
                if not self._wait_for(sink):
                    return False
                sink.put(sink.waiting)
        except OSError:
            sinks[fd] = None
        return True

    def _wait_for(self, sink: Sink) -> bool:
        listened = [self.wake_fd] if self.wake_fd >= 0 else []
        ready = select.select(listened, [sink.fd], [], None)
        return not (ready[0] and self.attend())


def _makes_newlines(fd: int) -> bool:
    if not os.isatty(fd):
        return False
    from sentinel_run.child import terminal

    return terminal.translates_newlines(fd)


class _HoldingSink(Sink):
    def __init__(self, fd: int, held: Held) -> None:
        super().__init__(fd)
        self._held = held

    def put(self, data: bytes) -> None:
        if self._held.is_holding:
            self._held.keep(self._target, data)
        else:
            super().put(data)
