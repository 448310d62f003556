"""File descriptors of our own, kept out of the command's way."""

from __future__ import annotations

import errno
import fcntl
import os

from sentinel_run.own_fd import above_standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

# Where open ones cannot be listed; few programs have more, and each costs a system call.
_MOST_TRIED = 4096


def is_writable(fd: int) -> bool:
    """Whether descriptor `fd` is open, and for writing."""
    try:
        return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    except OSError:
        return False


def is_regular(fd: int) -> bool:
    """Whether descriptor `fd` is open, and a regular file."""
    try:
        return _is_regular(os.fstat(fd))
    except OSError:
        return False


def is_appended(fd: int) -> bool:
    """Whether each write to descriptor `fd`, which is open, goes to the end of the file."""
    return bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_APPEND)


def is_conversation(fd: int) -> bool:
    """Whether the socket `fd` does what no pipe can do in its place.

    It keeps messages apart (datagrams), or is a client's connection that stdin is too (inetd, systemd's
    `Accept=yes`): programs read from either end of that. A pair without a name is how some shells and servers
    make pipes (sshd).
    """
    from _socket import SOCK_STREAM, socket  # Only here: `socket` takes as long to import as Python to start.

    connection = socket(fileno=os.dup(fd))
    try:
        if connection.type != SOCK_STREAM:
            return True
        return same_file(0, fd) and connection.getsockname() not in ("", b"")
    finally:
        connection.close()


def pipe() -> tuple[int, int]:
    """A pipe of our own: (read end, write end), the read end never blocks."""
    # Both ends are taken before one is moved, or the second could land where the first just was.
    ends = os.pipe()
    read_end, write_end = (above_standard(fd) for fd in ends)
    os.set_blocking(read_end, False)
    return read_end, write_end


def inherited() -> list[int]:
    """Descriptors above 2 that a program started now would get: a lock, a pipe, a socket of our caller's."""
    found = []
    for fd in _open_ones():
        try:
            if fd > 2 and os.get_inheritable(fd):
                found.append(fd)
        except OSError:  # The one that listed the directory.
            continue
    return found


def close_all_but(kept: Container[int]) -> None:
    """Close every descriptor of this process that is not in `kept`; for a fork of ours with a small duty."""
    for fd in _open_ones():
        if fd not in kept:
            try:
                os.close(fd)
            except OSError:  # The one that listed the directory is gone already.
                continue


def _open_ones() -> Sequence[int]:
    """All open descriptors; in a room without /proc, or one where it is not ours to read, all that may be."""
    try:
        return [int(name) for name in os.listdir("/dev/fd")]
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        return range(min(os.sysconf("SC_OPEN_MAX"), _MOST_TRIED))


def same_file(first: int, second: int) -> bool:
    """Whether two descriptors are one open file, so that what is written to either keeps its order.

    Pipes, sockets, terminals and files that are appended to (`>>log 2>>log`) have no position that matters: there
    the same file is enough. Two opens of another regular file have a position each; a status flag that shows up on
    both tells that they share it (fcntl(2), F_SETFL).
    """
    try:
        one, other = os.fstat(first), os.fstat(second)
    except OSError:
        return False
    if (one.st_dev, one.st_ino, one.st_rdev) != (other.st_dev, other.st_ino, other.st_rdev):
        return False
    are_appended = is_appended(first) and is_appended(second)
    return not _is_regular(one) or are_appended or _share_flags(first, second)


def _is_regular(status: os.stat_result) -> bool:
    return status.st_mode & 0o170000 == 0o100000


def _share_flags(first: int, second: int) -> bool:
    """Toggle O_NONBLOCK, which means nothing for a regular file, on one and look for it on the other."""
    before = fcntl.fcntl(first, fcntl.F_GETFL)
    fcntl.fcntl(first, fcntl.F_SETFL, before ^ os.O_NONBLOCK)
    try:
        return bool((fcntl.fcntl(second, fcntl.F_GETFL) ^ before) & os.O_NONBLOCK)
    finally:
        fcntl.fcntl(first, fcntl.F_SETFL, before)
