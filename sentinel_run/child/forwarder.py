"""Keeps passing output on for a process that the command left behind, after we are gone.

The process still holds our pipe: closing it would kill it by SIGPIPE, and waiting for it would hang our caller.
A fork of ours pumps on, in a session of its own, and ends with the last writer.
"""

from __future__ import annotations

import os
import select

from sentinel_run.child import signals
from sentinel_run.child.stream import READ_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.child.held import Held
    from sentinel_run.child.stream import Stream

_NOBODY = -1


def take_over(streams: Sequence[Stream], held: Held | None = None) -> None:
    """Leave a forwarder for `streams`, if there are any. Returns at once; nothing is awaited.

    Where no process can be had, the writer meets a broken pipe: its own loss, but our caller is not kept. What
    comes of output that is `held` is told to it later.
    """
    if not streams:
        return
    told = held.hear() if held is not None else _NOBODY
    signals.fork_deaf(
        lambda: _forward(streams, told), {told, *(fd for s in streams for fd in (s.wire.source, s.sink.fd))}
    )
    if told != _NOBODY:
        os.close(told)
    for stream in streams:
        stream.close()


def _forward(streams: Sequence[Stream], told: int) -> None:
    """The forwarder's whole life. Signals stay blocked: whoever is to be stopped, it is not this process."""
    os.setsid()
    os.chdir("/")
    if told != _NOBODY:
        _await_word(told, [stream.sink.fd for stream in streams])
    _Pump([(stream.wire.source, stream.sink.fd, stream.sink.waiting) for stream in streams]).run()


def _await_word(told: int, sinks: Sequence[int]) -> None:
    """Let go of our caller's streams, and pass on to nobody, if the output is not wanted (`Held.hear`)."""
    is_wanted = not os.read(told, 1)
    os.close(told)
    if not is_wanted:
        nobody = os.open(os.devnull, os.O_WRONLY)
        for sink in sinks:
            os.dup2(nobody, sink)


class _Pump:
    def __init__(self, routes: list[tuple[int, int, bytes]]) -> None:
        self._sinks = {source: sink for source, sink, _ in routes}
        self._sources = {sink: source for source, sink, _ in routes}
        self._poll = select.poll()
        for source, sink, waiting in routes:
            os.set_blocking(source, True)
            self._poll.register(source, select.POLLIN)
            self._poll.register(sink, 0)
            self._write(sink, waiting)

    def run(self) -> None:
        while self._sinks:
            for fd, _ in self._poll.poll():
                if fd in self._sinks and not self._pass_on(fd):
                    self._drop(fd)
                elif fd in self._sources:  # Only reported when its reader is gone.
                    self._drop(self._sources[fd])

    def _pass_on(self, source: int) -> bool:
        """Whether there may be more to pass on."""
        try:
            data = os.read(source, READ_BYTES)
        except OSError:
            return False
        return bool(data) and self._write(self._sinks[source], data)

    @staticmethod
    def _write(sink: int, data: bytes) -> bool:
        while data:
            select.select([], [sink], [])
            try:
                data = data[os.write(sink, data[:4096]) :]
            except BlockingIOError:
                continue
            except OSError:
                return False
        return True

    def _drop(self, source: int) -> None:
        if source in self._sinks:
            sink = self._sinks.pop(source)
            self._sources.pop(sink)
            self._poll.unregister(source)
            self._poll.unregister(sink)
            os.close(source)
