"""Signals: which ones reach the command, and how they reach our loop.

A handler only wakes the loop through a pipe (signal.set_wakeup_fd); all acting is done in the main flow.
`_signal` is the C half of the `signal` module: the same functions without the enumerations, which take half as
long to build as Python takes to start, and the command would wait for them.
"""

from __future__ import annotations

import os
import sys
import time

from sentinel_run.child import descriptors
from sentinel_run.records import INTERRUPTIONS, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Container, Iterable
    from typing import NoReturn
else:
    import _signal as signal

# KILL and STOP cannot be caught, and CHLD tells of the command itself. TTOU says that nobody may write to the
# terminal now (`stty tostop`): if we caught it, the kernel would send it again for each new try.
_NOT_FORWARDED = frozenset(getattr(signal, f"SIG{name}", 0) for name in ("KILL", "STOP", "CHLD", "TTOU"))
# Raised by faults and writes of our own as well. A handler would return to the faulting instruction for ever; held
# back (blocked), a fault of our own still kills us at once, and one that was sent says who sent it.
_HELD_BACK = frozenset(getattr(signal, f"SIG{name}", 0) for name in ("SEGV", "BUS", "FPE", "ILL", "PIPE", "XFSZ"))
FORWARDED: tuple[int, ...] = tuple(sorted(signal.valid_signals() - _NOT_FORWARDED)) if not TYPE_CHECKING else ()
_HANDLED = tuple(number for number in FORWARDED if number not in _HELD_BACK)
# Python ignores these two for itself; a program expects them as the system has them (signal(7)).
CHANGED_BY_PYTHON = tuple(n for n in (signal.SIGPIPE, getattr(signal, "SIGXFSZ", 0)) if n)
# Second names of one number; kill(1) and everybody's logs have the other.
_SYNONYMS = {"SIGIOT": "SIGABRT", "SIGCLD": "SIGCHLD", "SIGPOLL": "SIGIO"}
JOB_CONTROL_STOPS = frozenset((signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU))
# What tells us to end where there is no command to pass it on to. QUIT does too, but a program may take it for
# something else (Java prints its threads), and one that dies of it was not merely interrupted.
ENDING = frozenset(getattr(signal, name) for name in (*INTERRUPTIONS, "SIGQUIT"))
TERM, KILL, CONT, CHLD, STOP, WINCH = (
    signal.SIGTERM, signal.SIGKILL, signal.SIGCONT, signal.SIGCHLD, signal.SIGSTOP, signal.SIGWINCH,
)  # fmt: skip
HUP, INT, QUIT, TSTP = signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP


_last_child_s = 0.0
_mask_of_caller: Iterable[int] = ()


class Watch(Record):
    """The end of the pipe that wakes the loop. A signal that was ignored when we started stays ignored."""

    wake_fd: int

    def arrived(self) -> list[int]:
        """The numbers of the signals that came since the last call, in order."""
        try:
            return list(os.read(self.wake_fd, 4096))
        except BlockingIOError:
            return []


def watch() -> Watch:
    """From here on no signal kills us before it has reached the command."""
    wake_fd, write_fd = descriptors.pipe()
    os.set_blocking(write_fd, False)
    signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
    for number in (*_HANDLED, CHLD):
        if number == CHLD or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _wake)
    return Watch(wake_fd)


def hold_back() -> None:
    """Hold back the signals that are ours to raise; after the command has started, which must not inherit that.

    And hear those that our caller blocked: the command has them blocked too, but may wait for them or let them in.
    """
    global _mask_of_caller
    _mask_of_caller = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_HANDLED, CHLD))


def let_through() -> None:
    """Undo `hold_back`, before the command is started once more."""
    restore_mask(_mask_of_caller)


def held_back() -> list[int]:
    """The signals held back that somebody has sent us since the last call. Nothing wakes the loop for them."""
    sent = []
    while info := signal.sigtimedwait(_HELD_BACK, 0):
        if info.si_pid != os.getpid():
            sent.append(info.si_signo)
    return sent


def send(pid: int, number: int) -> bool:
    """Send a signal; whether the process was there and ours to send to."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def send_through(pidfd: int, number: int) -> None:
    """Send a signal to the process behind a pidfd, if it is still there and ours to send to."""
    try:
        signal.pidfd_send_signal(pidfd, number)
    except (ProcessLookupError, PermissionError):
        return


def undo_python() -> None:
    """Give the signals that Python changed back to the system, before another program takes our place."""
    for number in CHANGED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)


def undo_watch() -> None:
    """In a fork that is to become another program: a signal that comes now acts as it would there."""
    for number in (*_HANDLED, CHLD):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    undo_python()


def hear_of_children() -> tuple[int, int]:
    """In a fork of ours that blocks all signals: a pipe of its own, readable when one of its children changes."""
    wake_fd, write_fd = descriptors.pipe()
    os.set_blocking(write_fd, False)
    signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (CHLD,))
    return wake_fd, write_fd


def stop_here(number: int) -> None:
    """Stop until somebody continues us: by a job-control signal with our whole group, as the keyboard does it.

    Where nobody is there to continue the group, the kernel takes no notice of the signal (setpgid(2)). The CONT
    that ends the stop does not come up in the loop.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, (CONT,))
    if number in JOB_CONTROL_STOPS and (before := signal.getsignal(number)) != signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
        os.kill(0, number)
        signal.signal(number, before)
    else:
        os.kill(os.getpid(), STOP)
    signal.sigtimedwait((CONT,), 0)
    restore_mask(mask)


def tell_our_group(number: int) -> None:
    """Send a signal to all of our process group but us."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, (number,))
    os.kill(0, number)
    signal.sigtimedwait((number,), 0)
    restore_mask(mask)


def block_all() -> Iterable[int]:
    """Block every signal in this process; returns the mask that was in force, for `restore_mask`."""
    return signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def restore_mask(mask: Iterable[int]) -> None:
    """Put a mask from `block_all` back in force."""
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def forget_wakeups() -> None:
    """Stop writing to the wake pipe; for a fork of ours that has another duty."""
    signal.set_wakeup_fd(-1)


def fork_deaf(life: Callable[[], None], keep: Container[int] = ()) -> int:
    """Start a small process of ours whose whole life is `life`: its pid, 0 if none is to be had (ulimit -u).

    It blocks every signal, and holds no descriptor open but those to `keep`.
    """
    mask = block_all()
    try:
        return os.fork() or _live(life, keep)
    except OSError:
        return 0
    finally:
        restore_mask(mask)


def _live(life: Callable[[], None], keep: Container[int]) -> NoReturn:
    """Nothing that goes wrong in here may come back to the caller, who would go on in two processes."""
    try:
        forget_wakeups()
        descriptors.close_all_but(keep)
        life()
    finally:
        os._exit(0)


def die_of(number: int) -> None:
    """End this process by signal `number`. Returns if that signal does not kill."""
    if number != KILL:  # Nobody may set what KILL does, not even to the default (sigaction(2)).
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (number,))
    os.kill(os.getpid(), number)


def name(number: int) -> str:
    """`SIGTERM` for 15; `SIGRTMIN+3` or `signal 99` where there is no name of its own."""
    for candidate, value in vars(signal).items():
        if value == number and candidate.startswith("SIG") and "_" not in candidate and candidate[3:6] != "RTM":
            return _SYNONYMS.get(candidate, candidate)
    first = getattr(signal, "SIGRTMIN", sys.maxsize)
    return f"SIGRTMIN+{number - first}" if number >= first else f"signal {number}"


def last_news_of_children_s() -> float:
    """When the last CHLD came (`time.monotonic`), 0 before the first: also while we were busy importing."""
    return _last_child_s


def _wake(number: int, frame: object) -> None:
    """The wake pipe has the number already; only the moment of a CHLD is worth more than the pipe can tell."""
    global _last_child_s
    if number == CHLD:
        _last_child_s = time.monotonic()
