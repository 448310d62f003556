"""What is typed reaches whoever reads the terminal then, and nothing of it is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.support import (
    wait_until,
)
from tests.process.terminals import end_of, hang_up, in_bash, open_terminal, python_line, shell_line

if TYPE_CHECKING:
    from tests.process.conftest import Launch


def test_typed_ahead(launch: Launch) -> None:
    """What is typed while the command does not read is there for whoever reads next."""
    sysctl = Path("/proc/sys/dev/tty/legacy_tiocsti")
    if os.geteuid() and sysctl.exists() and sysctl.read_text().strip() == "0":
        pytest.skip("this system lets nobody type for the user")
    terminal = in_bash(
        shell_line(launch("sh", "-c", "echo ready; while ! test -e go; do :; done")), 'read -r x; echo "<$x>"'
    )
    terminal.expect_exact("ready\r\n")

    terminal.sendline("for the script")
    terminal.sendline("")
    Path("go").touch()

    terminal.expect_exact("<for the script>\r\n")


def test_typed_before_the_start(launch: Launch) -> None:
    """Lines and the end of input that were typed before we started are the command's, and are shown once."""
    terminal = in_bash("stty echo; echo ready; read -r go; read -r on", shell_line(launch("cat")))
    terminal.expect_exact("ready\r\n")

    terminal.send("go\non\na line\n\x04")

    assert end_of(terminal) == b"go\r\non\r\na line\r\n" + b"a line\r\n"


def test_end_of_input_after_a_hang_up(launch: Launch) -> None:
    """A command that ignores HUP reads the end of its input once the terminal is gone."""
    script = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nprint('ready')\n"
        "try: end = input()\nexcept (EOFError, OSError): end = 'the end'\nopen('read', 'w').write(end)"
    )
    terminal = open_terminal(python_line(launch, script))
    terminal.expect_exact("ready\r\n")

    hang_up(terminal)

    wait_until(lambda: Path("read").exists() and Path("read").read_text())
    assert Path("read").read_text() == "the end"


def test_keyboard_is_left_to_a_pager(launch: Launch) -> None:
    """In a pipeline the keyboard is the other program's."""
    reader = "sh -c 'cat; read -r line </dev/tty; echo \"pager: $line\"'"
    terminal = in_bash(shell_line(launch("sh", "-c", "echo ready; echo error >&2")) + f" | {reader}")
    terminal.expect_exact("ready\r\n")

    terminal.sendline("key")

    terminal.expect_exact("pager: key\r\n")
