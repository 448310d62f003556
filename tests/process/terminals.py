"""A real terminal around a command, by pexpect."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pexpect

from tests.process.support import PATIENCE_S

if TYPE_CHECKING:
    from tests.process.conftest import Launch

Terminal = Any
LINES_AND_COLUMNS = (31, 97)


def open_terminal(command: list[str | bytes], *, echo: bool = False) -> Terminal:
    """A command on a terminal of its own; with `echo` the keys are shown, as on everybody's."""
    words = [os.fsdecode(word) for word in command]
    return pexpect.spawn(words[0], words[1:], dimensions=LINES_AND_COLUMNS, echo=echo, timeout=PATIENCE_S)


def end_of(terminal: Terminal) -> bytes:
    """The rest of what the terminal shows, and the end of the program.

    A program may close its terminal before it ends (cat does); hanging up at once would kill it by SIGHUP.
    """
    terminal.expect(pexpect.EOF)
    terminal.wait()
    terminal.close()
    return bytes(terminal.before)


def hang_up(terminal: Terminal) -> None:
    """The terminal goes away. Nobody is sent anything but what the kernel sends; pexpect's close goes on to INT."""
    os.close(terminal.child_fd)
    terminal.closed = True


def shell_line(command: list[str | bytes]) -> str:
    """The command line as a shell reads it."""
    return " ".join("'" + os.fsdecode(word).replace("'", "'\\''") + "'" for word in command)


def python_line(launch: Launch, program: str) -> list[str | bytes]:
    """The command line that runs a Python program, its output unbuffered."""
    return launch(sys.executable, "-u", "-c", program)


def in_bash(*lines: str) -> Terminal:
    """A shell script on a terminal of its own."""
    return pexpect.spawn("bash", ["-c", "\n".join(lines)], echo=False, timeout=PATIENCE_S)
