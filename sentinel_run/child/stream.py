"""One stream on its way from the command to where it would have gone."""

from __future__ import annotations

import os
import time

from sentinel_run.child import poller
from sentinel_run.child.sink import Sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.held import Held
    from sentinel_run.child.poller import Poller
    from sentinel_run.child.tail import Tail
    from sentinel_run.child.wiring import Wire

# Larger buffers gained nothing in measurements; a pipe holds this much.
READ_BYTES = 64 * 1024
_FLOOD_TURNS = 8


class Stream:
    """Passes bytes on as they come and shows them to the tail.

    It stops reading while its sink is full, so memory stays bounded and the command feels the slow reader.
    """

    def __init__(self, wire: Wire, tail: Tail, poll: Poller, held: Held | None = None) -> None:
        self.wire = wire
        self.sink = Sink(wire.targets[0]) if held is None else held.sink(wire.targets[0])
        self._tail, self._poller = tail, poll
        self.is_open = True
        self._listen()

    @property
    def is_waiting(self) -> bool:
        """Whether bytes are held that the sink has not taken."""
        return self.is_open and bool(self.sink.waiting)

    def close(self) -> None:
        """Stop listening. The command's next write finds a broken pipe, as it would have without us."""
        if self.is_open:
            self.is_open = False
            self._poller.off(self.wire.source)
            self._poller.off(self.sink.fd)
            os.close(self.wire.source)

    def catch_up(self) -> None:
        """Pass on what the command has written so far, as far as the sink takes it."""

    def _listen(self) -> None:
        self._poller.on(self.wire.source, poller.READABLE, self._pump)
        self._poller.on(self.sink.fd, poller.ONLY_IF_BROKEN, lambda _: self.close())

    def _wait_for_sink(self) -> None:
        self._poller.off(self.wire.source)
        self._poller.on(self.sink.fd, poller.WRITABLE, self._flush)

    def _pump(self, _: int) -> None:
        """A full buffer means a flood: then we look at the rest of the world after a few of them only."""
        for _turn in range(_FLOOD_TURNS):
            if self._pump_once() < READ_BYTES or self.sink.waiting:
                return

    def _pump_once(self) -> int:
        try:
            data = os.read(self.wire.source, READ_BYTES)
        except BlockingIOError:
            return 0
        except OSError:  # EIO: the last holder of a pty has closed it.
            data = b""
        if not data:
            self.close()
        elif self._put(self._note(data)) and self.sink.waiting:
            self._wait_for_sink()
        return len(data) if self.is_open else 0

    def _note(self, data: bytes) -> bytes:
        """Keep `data` for the report; returns what the sink is to get."""
        self._tail.add(time.monotonic(), self.wire.name, data)
        return data

    def _flush(self, event: int) -> None:
        if event & poller.BROKEN:
            self.close()
        elif self._put(self.sink.waiting) and not self.sink.waiting:
            self._listen()

    def _put(self, data: bytes) -> bool:
        """Whether the stream is still open afterwards."""
        try:
            self.sink.put(data)
        except ConnectionError:  # Broken pipe, connection reset: the reader went away.
            self.close()
        except OSError:
            # A full disk, say. The command would have been told by its own write; the nearest thing we have is
            # a broken pipe, which kills programs that a full disk does not. So these bytes are dropped.
            self.sink.waiting = b""
        return self.is_open
