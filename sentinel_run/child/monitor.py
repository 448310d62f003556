"""The process between us and a command that has a terminal of its own.

Job control needs it: the kernel lets a process group be stopped from the keyboard only while a parent in the same
session, but in another group, is there to continue it (setpgid(2), orphaned process groups). So a fork of ours
leads the command's session, starts the command in the foreground of its terminal, and tells us of its stops and of
its end. It also puts our terminal right if we die without having done so.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import termios

from sentinel_run.child import descriptors, signals, terminal
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import NoReturn

    from sentinel_run.child.terminal import Settings

# Orders are one byte each: a signal's number, or one of these.
BYE, FOREGROUND, BACKGROUND = 0, 254, 255
PID_BYTES = 10
CONTINUED = b"continued"


class Errand(Record):
    """What the monitor is to start, and where: `moves` are (descriptor, number that the command has it under).

    `become` turns a process of ours into the command. Raises OSError.
    """

    become: Callable[[], NoReturn]
    moves: Sequence[tuple[int, int]]
    far_end: int
    seat: int
    before: Settings
    in_foreground: bool


class Lines(Record):
    """The monitor's pid and our ends of the lines to it: news come as text, orders go as bytes."""

    pid: int
    news: int
    orders: int


def start(errand: Errand) -> Lines:
    """Start a monitor and the command below it. Raises OSError as `become` does, with nothing left behind.

    The news begin with the command's pid in PID_BYTES; each line after it is a wait status and the usage,
    or the word that it was continued.
    """
    failed, fail = descriptors.pipe()
    news, tell = descriptors.pipe()
    listen, orders = descriptors.pipe()
    mask = signals.block_all()
    try:
        pid = os.fork()
        if pid == 0:
            _run(errand, mask, fail, tell, listen)
    finally:
        signals.restore_mask(mask)
        for fd in (fail, tell, listen):
            os.close(fd)
    number = _wait_for_start(failed)
    if number:
        os.close(news)
        os.close(orders)
        os.waitpid(pid, 0)
        raise OSError(number, os.strerror(number))
    return Lines(pid, news, orders)


def _wait_for_start(failed: int) -> int:
    """The errno of a failed start; 0 once the command runs and its copy of the line is closed by the kernel."""
    os.set_blocking(failed, True)
    with open(failed, "rb", buffering=0) as line:
        return int(line.read(16) or 0)


def _run(errand: Errand, mask: Iterable[int], fail: int, tell: int, listen: int) -> NoReturn:
    try:
        signals.forget_wakeups()
        os.setsid()
        fcntl.ioctl(errand.far_end, termios.TIOCSCTTY, 0)
        wake = signals.hear_of_children()
        child = os.fork()
        if child == 0:
            _become(errand, mask, fail)
        os.write(tell, b"%*d" % (PID_BYTES, child))
        descriptors.close_all_but((errand.far_end, errand.seat, tell, listen, *wake))
        _Monitor(errand, child, tell, listen, wake[0]).run()
    except OSError as error:
        _complain(fail, error)
    finally:
        os._exit(0)


def _become(errand: Errand, mask: Iterable[int], fail: int) -> NoReturn:
    try:
        os.setpgid(0, 0)
        if errand.in_foreground:
            os.tcsetpgrp(errand.far_end, os.getpid())
        for fd, number in errand.moves:
            os.dup2(fd, number)
        signals.undo_watch()
        signals.restore_mask(mask)
        errand.become()
    except OSError as error:
        _complain(fail, error)
    finally:
        os._exit(0)


def _complain(fail: int, error: OSError) -> None:
    try:
        os.write(fail, b"%d" % (error.errno or errno.EIO))
    except OSError:  # The command runs already: nobody listens any more.
        return


class _Monitor:
    def __init__(self, errand: Errand, child: int, tell: int, listen: int, wake: int) -> None:
        self._errand, self._child, self._tell = errand, child, tell
        self._listen, self._wake = listen, wake
        self._terminal = errand.far_end

    def run(self) -> None:
        poll = select.poll()
        for fd in (self._listen, self._wake):
            poll.register(fd, select.POLLIN)
        while True:
            ready = [fd for fd, _ in poll.poll()]
            if self._wake in ready:
                os.read(self._wake, 512)
                self._report()
            if self._listen in ready and not self._obey():
                return

    def _report(self) -> None:
        """Tell of each stop and of the end."""
        while self._child:
            pid, status, used = os.wait4(self._child, os.WNOHANG | os.WUNTRACED)
            if not pid:
                return
            if not os.WIFSTOPPED(status):
                self._child = 0
                self._let_go()
            words = [str(status), *(repr(number) for number in used)]
            os.write(self._tell, " ".join(words).encode() + b"\n")

    def _let_go(self) -> None:
        """Take the foreground: the kernel hangs up on it when we end, and what the command left goes on."""
        try:
            os.tcsetpgrp(self._terminal, os.getpgrp())
        except OSError:  # We have hung up on it: nobody is in its foreground any more.
            pass
        os.close(self._terminal)

    def _obey(self) -> bool:
        """Whether more orders may come."""
        orders = os.read(self._listen, 4096)
        if not orders:
            self._see_off()
        for order in orders:
            if order == BYE:
                return False
            if self._child:
                self._carry_out(order)
        return bool(orders)

    def _carry_out(self, order: int) -> None:
        try:
            if order in (FOREGROUND, BACKGROUND):
                self._place(in_foreground=order == FOREGROUND)
                os.killpg(self._child, signals.CONT)
                os.write(self._tell, CONTINUED + b"\n")
            else:
                os.kill(self._child, order)
        except OSError:  # The command has left its group or become somebody else (setuid).
            return

    def _place(self, *, in_foreground: bool) -> None:
        """Give the command its terminal or take it away; a job of the command's own is left where it is."""
        groups = [os.getpgrp(), self._child]
        if not in_foreground:
            groups.reverse()
        if os.tcgetpgrp(self._terminal) == groups[0]:
            os.tcsetpgrp(self._terminal, groups[1])

    def _see_off(self) -> None:
        """We have died, and the command's terminal with us: it hears of that, and the user's is put right."""
        before = self._errand.before
        try:
            if termios.tcgetattr(self._errand.seat) == terminal.raw(before):
                termios.tcsetattr(self._errand.seat, termios.TCSANOW, before)
        except (OSError, termios.error):  # Hung up.
            pass
        if self._child:
            for number in (signals.HUP, signals.CONT):
                os.killpg(self._child, number)
