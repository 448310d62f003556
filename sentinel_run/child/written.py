"""What the command writes into a regular file, read back from there for the report.

The file itself is the command's: a full disk, a limit or a seek are between the two, and `pg_dump > dump` fails as
it would without us. A pipe in between would take the bytes and lose them. How far the writing has come is told by
the position, which all who share the open file share (lseek(2)). An appended file has no such position, and others
may write there too: it gets a pipe.
"""

from __future__ import annotations

import os
import time

from sentinel_run import own_fd
from sentinel_run.child import descriptors, wiring
from sentinel_run.child.tail import HEAD_BYTES, TAIL_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.tail import Tail

_STDOUT, _STDERR = 1, 2
_READ_BYTES = 64 * 1024


class Written:
    """A regular file that is our stdout or stderr or both: `targets`."""

    def __init__(self, targets: tuple[int, ...]) -> None:
        self.targets = targets
        self._name = wiring.name(targets)
        self._at = _position(targets[0])
        self._source = own_fd.above_standard(os.open(f"/proc/self/fd/{targets[0]}", os.O_RDONLY | os.O_CLOEXEC))

    def show(self, tail: Tail) -> None:
        """Show the tail what was written since the last call."""
        until = _position(self.targets[0])
        if until - self._at > HEAD_BYTES + TAIL_BYTES:  # More than is kept need not be read.
            self._read(tail, self._at + HEAD_BYTES)
            tail.leave_out(self._name, until - TAIL_BYTES - self._at)
            self._at = until - TAIL_BYTES
        self._read(tail, until)
        self._at = until  # Also where the command went back, or cut the file.

    def close(self) -> None:
        """Nothing is shown any more: another attempt begins where this one has ended."""
        os.close(self._source)

    def _read(self, tail: Tail, until: int) -> None:
        while self._at < until and (data := os.pread(self._source, min(_READ_BYTES, until - self._at), self._at)):
            tail.add(time.monotonic(), self._name, data)
            self._at += len(data)


def find() -> tuple[Written, ...]:
    """The regular files among stdout and stderr that can be read back; one where both are one open file."""
    found = [fd for fd in (_STDOUT, _STDERR) if _is_suitable(fd)]
    groups = [tuple(found)] if len(found) == 2 and descriptors.same_file(*found) else [(fd,) for fd in found]
    files = []
    for targets in groups:
        try:
            files.append(Written(targets))
        except OSError:  # Not ours to read, or no descriptor left: a pipe will do.
            continue
    return tuple(files)


def _is_suitable(fd: int) -> bool:
    return descriptors.is_regular(fd) and descriptors.is_writable(fd) and not descriptors.is_appended(fd)


def _position(fd: int) -> int:
    return os.lseek(fd, 0, os.SEEK_CUR)
