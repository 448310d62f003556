"""A pseudo-terminal in place of the one that the command would have written to."""

from __future__ import annotations

import fcntl
import os
import select
import termios

from sentinel_run import own_fd
from sentinel_run.child import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Settings = list[Any]

# Indexes in the list of tcgetattr (termios(3)).
_INPUT, OUTPUT, CONTROL, LOCAL, KEYS = 0, 1, 2, 3, 6
_ROWS_AND_COLUMNS = b"\x18\0\x50\0\0\0\0\0"  # 24 and 80 as struct winsize, where there is no terminal to ask.
_NO_KEY = b"\0"  # _POSIX_VDISABLE of Linux.
_MOST_TYPED_BYTES = 4096  # What a line discipline holds (termios(3), N_TTY_BUF_SIZE).
_ENOUGH_FOR_A_LINE_S = 0.1  # The kernel passes on what is typed within microseconds, but not within the call.
_OTHER_END = 0x5441  # TIOCGPTPEER (ioctl_tty(2)): opens the other end, whatever /dev/pts is mounted where.
_DEVICE_OF_TERMINAL = 0x80045432  # TIOCGDEV (ioctl_tty(2)): /dev/tty tells here which terminal it stands for.


def open_like(fd: int, *, is_whole: bool = False) -> tuple[int, int]:
    """A pty with the size and settings of the terminal `fd`: (our end, never blocking; the command's end).

    Unless it is to be the command's `whole` terminal, output processing is off on it: the real terminal does that
    once. Where `fd` is none, it is one of 24 rows and 80 columns.
    """
    ours, theirs = (own_fd.above_standard(end) for end in os.openpty())
    settings = termios.tcgetattr(fd if os.isatty(fd) else theirs)
    if not is_whole:
        settings[OUTPUT] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    if os.isatty(fd):
        copy_size(fd, ours)
    else:
        fcntl.ioctl(ours, termios.TIOCSWINSZ, _ROWS_AND_COLUMNS)
    os.set_blocking(ours, False)
    return ours, theirs


def copy_settings(settings: Settings | None, target: int) -> None:
    """Give the terminal `target` these settings, if there are any."""
    if settings is not None:
        termios.tcsetattr(target, termios.TCSANOW, settings)


def copy_size(source: int, target: int) -> bool:
    """Give `target` the rows and columns of `source`; says whether they were others before.

    Nothing happens if either is no terminal any more.
    """
    try:
        size = fcntl.ioctl(source, termios.TIOCGWINSZ, b"\0" * 8)
        if size == fcntl.ioctl(target, termios.TIOCGWINSZ, b"\0" * 8):
            return False
        fcntl.ioctl(target, termios.TIOCSWINSZ, size)
    except OSError:
        return False
    return True


def tell_foreground(fd: int, number: int, *, otherwise: int) -> None:
    """Send a signal to the foreground process group of the terminal `fd`; to `otherwise` if it is not ours."""
    try:
        os.killpg(os.tcgetpgrp(fd), number)
    except OSError:
        signals.send(otherwise, number)


def same(first: int, second: int) -> bool:
    """Whether two descriptors are one terminal, by whatever name each was opened."""
    try:
        return _device(first) == _device(second)
    except OSError:
        return False


def signal_keys(fd: int) -> dict[bytes, int]:
    """The keys that send a signal now, as the program has them set."""
    settings = termios.tcgetattr(fd)
    if not settings[LOCAL] & termios.ISIG:
        return {}
    keys = {settings[KEYS][termios.VINTR]: signals.INT, settings[KEYS][termios.VQUIT]: signals.QUIT}
    return {key: number for key, number in keys.items() if key != _NO_KEY}


def translates_newlines(fd: int) -> bool:
    """Whether the terminal `fd` makes `\\r\\n` of a `\\n` that is written to it."""
    try:
        flags = termios.tcgetattr(fd)[OUTPUT]
    except (OSError, termios.error):
        return False
    return bool(flags & termios.OPOST and flags & termios.ONLCR)


def hand_over_lines(fd: int, ours: int, theirs: int) -> None:
    """Type into a pty the lines and ends of input that were typed at `fd` already, without a second echo.

    They are taken while `fd` still keeps lines: once it is raw, an end of input would be read as a NUL.
    """
    settings = termios.tcgetattr(fd)
    if not settings[LOCAL] & termios.ICANON or not (typed := _typed_lines(fd, settings[KEYS][termios.VEOF])):
        return
    silent = [*settings]
    silent[LOCAL] &= ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(theirs, termios.TCSANOW, silent)
    os.write(ours, typed)
    select.select([theirs], [], [], _ENOUGH_FOR_A_LINE_S)
    termios.tcsetattr(theirs, termios.TCSANOW, settings)


def unread(pty: int) -> bytes:
    """Take what was typed into our end of a pty and not read at the other, complete lines or not.

    The pty is raw afterwards, and stays so: what a process left behind writes goes to a terminal that is not.
    """
    try:
        far_end = fcntl.ioctl(pty, _OTHER_END, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        termios.tcsetattr(far_end, termios.TCSANOW, raw(termios.tcgetattr(far_end)))
        data = os.read(far_end, _MOST_TYPED_BYTES)
    except (OSError, termios.error):
        data = b""
    os.close(far_end)
    return data


def type_in(fd: int, data: bytes) -> None:
    """Type `data` at our own terminal, for whoever reads it next. Many a system forbids it: then it is lost."""
    try:
        for byte in data:
            fcntl.ioctl(fd, termios.TIOCSTI, bytes([byte]))
    except OSError:
        return


def raw(settings: Settings) -> Settings:
    """`settings` with nothing interpreted in either direction (cfmakeraw, termios(3))."""
    changed = [*settings[:KEYS], list(settings[KEYS])]
    changed[_INPUT] &= ~(
        termios.IGNBRK | termios.BRKINT | termios.PARMRK | termios.ISTRIP
        | termios.INLCR | termios.IGNCR | termios.ICRNL | termios.IXON
    )  # fmt: skip
    changed[OUTPUT] &= ~termios.OPOST
    changed[LOCAL] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    changed[CONTROL] = changed[CONTROL] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    changed[KEYS][termios.VMIN], changed[KEYS][termios.VTIME] = 1, 0
    return changed


def _typed_lines(fd: int, end_of_input: bytes) -> bytes:
    """An end of input ends the reading of a line, or is an empty one (termios(3), VEOF)."""
    typed = b""
    while len(typed) < _MOST_TYPED_BYTES and select.select([fd], [], [], 0)[0]:
        line = os.read(fd, _MOST_TYPED_BYTES)
        typed += line if line.endswith(b"\n") else line + end_of_input
    return typed


def _device(fd: int) -> bytes:
    try:
        return bytes(fcntl.ioctl(fd, _DEVICE_OF_TERMINAL, b"\0" * 4))
    except OSError:  # Not on Linux.
        return str(os.fstat(fd).st_rdev).encode()
