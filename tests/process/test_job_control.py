"""A shell's job control works around us as around the command."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PATIENCE_S, child, is_stopped, wait_until

if TYPE_CHECKING:
    from tests.process.conftest import Launch
    from tests.process.terminals import Terminal


def test_stop_and_continue_from_a_shell(shell: Terminal, launch: Launch) -> None:
    """Ctrl-Z gives the shell back, `fg` goes on where it was."""
    shell.sendline(" ".join(os.fsdecode(word) for word in launch(*child("echo_lines"))))
    shell.expect_exact("ready\r\n")

    shell.sendcontrol("z")
    shell.expect("Stopped")
    shell.expect_exact("$ ")
    shell.sendline("fg")
    shell.sendline("hello")

    shell.expect("hello\r\n")
    shell.sendeof()
    shell.expect_exact("$ ")
    shell.sendline("echo status $?")
    shell.expect_exact("status 0")


def test_background_reader_is_stopped(shell: Terminal, launch: Launch) -> None:
    """A background job that reads the terminal is stopped, as without us, and goes on in the foreground."""
    shell.sendline(" ".join(os.fsdecode(word) for word in launch("head", "-1")) + " &")
    shell.expect_exact("$ ")

    shell.sendline("until jobs | grep -q Stopped; do :; done; echo was stopped")
    shell.expect_exact("was stopped\r\n")
    shell.sendline("fg")
    shell.sendline("line")

    shell.expect_exact("line\r\n")


def test_background_writer_under_tostop(shell: Terminal, launch: Launch) -> None:
    """Where background jobs are to be stopped when they write (`stty tostop`), they are, and no loop spins."""
    shell.sendline(
        "stty tostop; " + " ".join(os.fsdecode(word) for word in launch("echo", "late", "words")) + " &"
    )
    shell.expect_exact("$ ")

    shell.sendline("until jobs | grep -q Stopped; do :; done; echo was stopped")
    shell.expect_exact("was stopped\r\n")
    shell.sendline("fg")

    shell.expect_exact("late words\r\n")


def test_stop_signal_to_us_stops_the_command(under_us: Launch) -> None:
    """TSTP sent to our pid stops the command and us; CONT lets both go on."""
    process = subprocess.Popen(
        under_us(*child("print_signals", "--stop")), stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    )
    assert process.stdout is not None
    command = int(process.stdout.readline().split()[1])

    os.kill(process.pid, signal.SIGTSTP)
    wait_until(lambda: is_stopped(command) and is_stopped(process.pid))
    os.kill(process.pid, signal.SIGCONT)

    wait_until(lambda: not is_stopped(command) and not is_stopped(process.pid))
    assert process.stdout.readline() == b"SIGCONT\n"
    assert process.communicate(timeout=PATIENCE_S)[0] == b"end\n"


@pytest.mark.parametrize("name", ["STOP", "TSTP", "TTIN"])
def test_command_that_stops_itself(name: str, under_us: Launch) -> None:
    """Our parent sees us stop when the command stops, and the command goes on when we do."""
    process = subprocess.Popen(
        under_us("sh", "-c", f"kill -{name} $$; echo on; exit 4"), stdout=subprocess.PIPE, process_group=0
    )

    assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
    os.kill(process.pid, signal.SIGCONT)

    assert process.communicate(timeout=PATIENCE_S)[0] == b"on\n"
    assert process.returncode == 4


def test_command_that_is_continued_alone(under_us: Launch) -> None:
    """`kill -CONT` of the command, as by `cpulimit` or a debugger, lets us go on too."""
    process = subprocess.Popen(
        under_us("sh", "-c", "echo $$; kill -STOP $$; echo on; exit 4"),
        stdout=subprocess.PIPE,
        process_group=0,
    )
    assert process.stdout is not None
    command = int(process.stdout.readline())

    wait_until(lambda: is_stopped(command) and is_stopped(process.pid))
    os.kill(command, signal.SIGCONT)

    assert process.communicate(timeout=PATIENCE_S)[0] == b"on\n"
    assert process.returncode == 4
