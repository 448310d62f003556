"""The settings of the user's terminal: the command's while it runs, and as before afterwards."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.process.support import (
    children_of,
    wait_until,
    wrapped,
)
from tests.process.terminals import end_of, in_bash, open_terminal, python_line, shell_line

if TYPE_CHECKING:
    from tests.process.conftest import Launch
    from tests.process.terminals import Terminal


def _is_raw(terminal: Terminal) -> bool:
    return not termios.tcgetattr(terminal.child_fd)[3] & termios.ICANON


def test_settings_that_the_command_finds(launch: Launch) -> None:
    """The command's terminal has the settings of the user's, output flags included."""
    shown = end_of(open_terminal(launch("stty", "-a")))

    assert shown == end_of(open_terminal(["stty", "-a"]))


def test_password_prompt(launch: Launch, state_directory: Path) -> None:
    """A password is read from /dev/tty without an echo, and is in no report."""
    terminal = in_bash(
        "stty echo", shell_line(python_line(launch, "import getpass; print(len(getpass.getpass()))"))
    )
    terminal.expect_exact("Password: ")

    terminal.sendline("open sesame")

    assert end_of(terminal) == b"\r\n11\r\n"
    assert not any(b"sesame" in path.read_bytes() for path in state_directory.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "how", ["exit 3", "kill -TERM $$", "kill -KILL $$", "stty raw -echo", "exec <&- >&- 2>&-", "kill -KILL $PPID"]
)
def test_settings_afterwards(how: str) -> None:
    """However the command ends, or its monitor, and whatever it sets, the user's terminal is as it was."""
    shown = end_of(in_bash("stty -a >before", shell_line(wrapped("sh", "-c", how)), "stty -a >after"))

    assert Path("after").read_text() == Path("before").read_text(), shown


def test_settings_after_our_death() -> None:
    """If we are killed, the terminal is put right, and the command hears that its own is gone."""
    command = "trap 'echo hung >heard; exit' HUP; echo ready; while :; do sleep 0.05; done"
    terminal = in_bash("stty -a >before", shell_line(wrapped("sh", "-c", command)), "echo over; read -r line")
    terminal.expect_exact("ready\r\n")
    wait_until(lambda: _is_raw(terminal))

    os.kill(children_of(terminal.pid)[0], signal.SIGKILL)
    terminal.expect_exact("over")

    wait_until(lambda: not _is_raw(terminal))
    wait_until(Path("heard").exists)
    terminal.sendline("")
    terminal.expect(pexpect.EOF)


def test_fault_of_ours(tmp_path: Path) -> None:
    """After an exception of ours keys still reach the command, and the terminal is put right at its end."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif any('sentinel' in word for word in sys.argv[:1] + sys.orig_argv[:3]):\n"
        "    import sentinel_run.child.poller as poller\n"
        "    def fail(*_): raise RuntimeError('a fault')\n"
        "    poller.Poller.turn = fail\n"
    )
    command = shell_line(wrapped("sh", "-c", "echo ready; read -r line; echo got $line"))
    terminal = in_bash("stty -a >before", f"PYTHONPATH={tmp_path} {command}", "stty -a >after")
    terminal.expect_exact("ready\r\n")

    terminal.sendline("typed")

    terminal.expect_exact("got typed\r\n")
    terminal.expect(pexpect.EOF)
    assert Path("after").read_text() == Path("before").read_text()
