"""A screen that is drawn again and again until a key or a signal ends it; the terminal is afterwards as it was."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
import tty
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

_ENDING_KEYS = frozenset(b"qQ\x03")
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT})
_HEARD = _ENDING | {signal.SIGWINCH, signal.SIGTSTP}
# What a person at the keyboard asks for is no failure; whoever sends another signal wants to see us die of it.
_BY_HAND = frozenset({signal.SIGINT, signal.SIGQUIT})


def is_possible() -> bool:
    """Whether stdout is a terminal that can be drawn on."""
    console = _console()
    return console.is_terminal and not console.is_dumb_terminal


def show(draw: Callable[[int, int], RenderableType], *, interval_s: float) -> None:
    """Draw for the columns and lines that there are, every so many seconds, until `q` or a signal."""
    with _signals_as_bytes() as wake_fd:
        ended_by = _loop(draw, wake_fd, interval_s)
    if ended_by not in (0, *_BY_HAND):
        signal.signal(ended_by, signal.SIG_DFL)
        os.kill(os.getpid(), ended_by)


def _loop(draw: Callable[[int, int], RenderableType], wake_fd: int, interval_s: float) -> int:
    """The signal that ended it, 0 for a key."""
    while True:
        console = _console()
        with (
            _keys_at_once(),
            Live(
                console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
            ) as live,
        ):
            news = 0
            while news != signal.SIGTSTP:
                live.update(draw(console.width, console.height), refresh=True)
                news = _wait(wake_fd, interval_s)
                if news in _ENDING or news == _KEY:
                    return 0 if news == _KEY else news
        os.kill(os.getpid(), signal.SIGSTOP)  # The terminal is the shell's until somebody continues us.


_KEY = -1


def _wait(wake_fd: int, interval_s: float) -> int:
    """What ends the wait: a signal, the key that ends all, or 0 after the interval."""
    deadline = time.monotonic() + interval_s
    sources = [wake_fd, *([0] if os.isatty(0) else [])]
    while (left_s := deadline - time.monotonic()) > 0:
        ready = select.select(sources, [], [], left_s)[0]
        if wake_fd in ready:
            return os.read(wake_fd, 1)[0]
        if 0 in ready:
            keys = os.read(0, 1024)
            if not keys or not _ENDING_KEYS.isdisjoint(keys):
                return _KEY
    return 0


@contextmanager
def _signals_as_bytes() -> Iterator[int]:
    """A descriptor from which the numbers of signals can be read, which do nothing else meanwhile."""
    wake_fd, write_fd = os.pipe()
    os.set_blocking(write_fd, False)
    before = {number: signal.signal(number, lambda *_: None) for number in _HEARD}
    signal.set_wakeup_fd(write_fd)
    try:
        yield wake_fd
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wake_fd)
        os.close(write_fd)


@contextmanager
def _keys_at_once() -> Iterator[None]:
    """Keys without a line's end and without an echo, where stdin is a terminal."""
    if not os.isatty(0):
        yield
        return
    before = termios.tcgetattr(0)
    tty.setcbreak(0)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _console() -> Console:
    sys.stdout.flush()
    return Console(highlight=False, markup=False, emoji=False)
