"""Where a stream's bytes go: our own stdout or stderr, never waited for inside a write.

The descriptor is shared with the programs around us, so its O_NONBLOCK is not ours to set. A pipe or a terminal
is opened once more through /proc for a description of our own; a socket is written with MSG_DONTWAIT; where
neither can be, each write is small enough to fit once poll(2) says that there is room.
"""

from __future__ import annotations

import os
import select

from sentinel_run import own_fd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SAFE_WRITE_BYTES = 4096  # PIPE_BUF: what a pipe that polls writable takes at once (pipe(7)).
_TYPE, _PIPE, _SOCKET, _TERMINAL = 0o170000, 0o010000, 0o140000, 0o020000


class Sink:
    """One of our own streams. `waiting` are bytes that it has not taken yet."""

    def __init__(self, fd: int) -> None:
        self.fd = self._target = fd
        self.waiting: bytes = b""
        self._write = self._writer()

    def put(self, data: bytes) -> None:
        """Write what can be written now; the rest waits. Raises BrokenPipeError when the reader is gone."""
        try:
            written = self._write(data)
        except BlockingIOError:
            written = 0
        self.waiting = data[written:] if written < len(data) else b""

    def close(self) -> None:
        """Give back what was opened for it; our own stream stays open."""
        if self.fd != self._target:
            os.close(self.fd)
            self.fd = self._target

    def _writer(self) -> Callable[[bytes], int]:
        kind = os.fstat(self.fd).st_mode & _TYPE
        if kind == _SOCKET:
            return _socket_writer(self.fd)
        if kind == _PIPE or (kind == _TERMINAL and os.isatty(self.fd)):
            return self._pipe_writer()
        return lambda data: os.write(self.fd, data)

    def _pipe_writer(self) -> Callable[[bytes], int]:
        try:
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            self.fd = own_fd.above_standard(os.open(f"/proc/self/fd/{self.fd}", flags))
        except OSError:
            return self._write_what_fits
        return lambda data: os.write(self.fd, data)

    def _write_what_fits(self, data: bytes) -> int:
        has_room = select.select([], [self.fd], [], 0)[1]
        return os.write(self.fd, data[:_SAFE_WRITE_BYTES]) if has_room else 0


def _socket_writer(fd: int) -> Callable[[bytes], int]:
    import socket

    connection = socket.socket(fileno=os.dup(fd))
    return lambda data: connection.send(data, socket.MSG_DONTWAIT)
