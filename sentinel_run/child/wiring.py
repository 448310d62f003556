"""Which streams the command gets, and which of them we listen to."""

from __future__ import annotations

import os

from sentinel_run.child import descriptors
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_CHARACTER_DEVICE, _PIPE, _SOCKET, _TYPE = 0o020000, 0o010000, 0o140000, 0o170000
ALWAYS, NEVER = "always", "never"


class Wire(Record):
    """One stream between the command and us: we read `source`, the command has `far_end` at `targets`."""

    name: str
    source: int
    far_end: int
    targets: tuple[int, ...]
    terminal: bool = False
    keyboard: bool = False


def connect(pty: str, *, spared: Container[int] = (), is_split: bool = False) -> tuple[Wire, ...]:
    """A wire for each stream that can be listened to and is not `spared`; `pty` is the option's value.

    stdout and stderr that are one open file share a wire called `output`, so that their order is kept, unless the
    two are to be told apart (`is_split`). A closed stream stays closed. A stream on the terminal that stdin is on
    makes a wire with a keyboard: the command's own terminal. Where no descriptors are left (ulimit -n), or a
    terminal hangs up on us, the command gets our own streams.
    """
    try:
        return _wires(pty, spared, is_split=is_split)
    except Exception:  # termios.error is no OSError.
        return ()


def _wires(pty: str, spared: Container[int], *, is_split: bool) -> tuple[Wire, ...]:
    candidates = [fd for fd in (_STDOUT, _STDERR) if fd not in spared and _can_listen(fd)]
    targets = [fd for fd in candidates if not (pty == NEVER and os.isatty(fd))]
    seated = _with_keyboard(targets)[: 1 if is_split else 2]
    if seated:
        from sentinel_run.child import terminal

        ends = terminal.open_like(_STDIN, is_whole=True)
        others = [fd for fd in targets if fd not in seated]
        first = Wire(name(seated), *ends, seated, terminal=True, keyboard=True)
        return (first, *(_wire((fd,), pty) for fd in others))
    if len(targets) == 2 and not is_split and descriptors.same_file(_STDOUT, _STDERR):
        return (_wire((_STDOUT, _STDERR), pty),)
    return tuple(_wire((fd,), pty) for fd in targets)


def _with_keyboard(targets: Sequence[int]) -> tuple[int, ...]:
    """Those that are on the terminal of stdin, if it is the one that controls us.

    Not in a pipeline: there the keyboard may belong to another program beside us (`COMMAND | less`).
    """
    if not any(map(os.isatty, targets)) or not os.isatty(_STDIN):
        return ()
    try:
        os.tcgetpgrp(_STDIN)
    except OSError:
        return ()
    from sentinel_run.child import terminal

    seated = tuple(fd for fd in targets if os.isatty(fd) and terminal.same(_STDIN, fd))
    return () if _STDOUT not in seated and _is_pipe(_STDOUT) else seated


def _is_pipe(fd: int) -> bool:
    try:
        return os.fstat(fd).st_mode & _TYPE in (_PIPE, _SOCKET)
    except OSError:
        return False


def name(targets: tuple[int, ...]) -> str:
    """What a stream to these descriptors of the command's is called."""
    return "output" if len(targets) == 2 else "stdout" if targets == (_STDOUT,) else "stderr"


def _can_listen(fd: int) -> bool:
    """A stream that answers a write with an error of its own (/dev/full, `1<file`) is left to the command.

    So is a socket that no pipe can stand for.
    """
    if not descriptors.is_writable(fd):
        return False
    status = os.fstat(fd)
    if status.st_mode & _TYPE == _SOCKET and descriptors.is_conversation(fd):
        return False
    is_device = status.st_mode & _TYPE == _CHARACTER_DEVICE
    return not is_device or os.isatty(fd) or status.st_rdev == _null_device()


def _null_device() -> int:
    try:
        return os.stat(os.devnull).st_rdev
    except OSError:
        return -1


def _wire(targets: tuple[int, ...], pty: str) -> Wire:
    if pty == ALWAYS or os.isatty(targets[0]):
        from sentinel_run.child import terminal

        source, far_end = terminal.open_like(targets[0])
        return Wire(name(targets), source, far_end, targets, terminal=True)
    source, far_end = descriptors.pipe()
    return Wire(name(targets), source, far_end, targets)
