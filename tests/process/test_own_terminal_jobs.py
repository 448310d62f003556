"""Job control on a terminal of the command's own: stops, `fg`, and signals from the keyboard."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect

from tests.process.support import (
    PATIENCE_S,
    child,
    children_of,
    is_stopped,
    wait_until,
)
from tests.process.terminals import end_of, in_bash, open_terminal, python_line, shell_line

if TYPE_CHECKING:
    from tests.process.conftest import Launch
    from tests.process.terminals import Terminal


def test_interactive_shell_with_jobs(shell: Terminal, launch: Launch) -> None:
    """A shell below us stops and continues jobs of its own, interrupts them, and lives on."""
    shell.sendline(shell_line(launch("bash", "--norc", "--noprofile", "-i")) + "; echo outer status $?")
    shell.expect_exact("$ ")
    shell.sendline("PS1='inner> '")
    shell.expect_exact("inner> ")
    shell.sendline("sh -c 'echo on; exec cat'")
    shell.expect_exact("on\r\n")

    shell.sendcontrol("z")
    shell.expect("Stopped")
    shell.expect_exact("inner> ")
    shell.sendline("fg")
    shell.expect_exact("exec cat'")
    shell.sendline("words")
    shell.expect_exact("words\r\n")
    shell.sendcontrol("c")
    shell.expect_exact("inner> ")
    shell.sendline("exit 7")

    shell.expect_exact("outer status 7\r\n")


def test_stop_and_continue_twice(shell: Terminal, launch: Launch) -> None:
    """The shell's own settings are in force while the command is stopped; the command's come back with it."""
    script = (
        "import signal, sys, tty\n"
        "def begin(*_): tty.setcbreak(0); print('ready')\n"
        "signal.signal(signal.SIGCONT, begin)\nbegin()\n"
        "while (key := sys.stdin.read(1)) != 'q': print('key', key)"
    )
    shell.sendline("stty -a >before; " + shell_line(python_line(launch, script)))
    shell.expect_exact("ready\r\n")

    for _ in range(2):
        shell.sendcontrol("z")
        shell.expect("Stopped")
        shell.expect_exact("$ ")
        shell.sendline("stty -a >stopped; cmp before stopped && echo the same")
        shell.expect_exact("the same\r\n")
        shell.sendline("fg")
        shell.expect_exact("ready\r\n")
        shell.send("k")
        shell.expect_exact("key k\r\n")
    shell.send("q")
    shell.expect_exact("$ ")


def test_background_then_foreground(shell: Terminal, launch: Launch) -> None:
    """A job in the background writes, and leaves the terminal alone until it is in the foreground."""
    script = "import sys; print('one'); print('two'); print('read', input())"
    shell.sendline(shell_line(python_line(launch, script)) + " &")
    shell.expect_exact("one\r\ntwo\r\n")

    shell.sendline("until jobs | grep -q Stopped; do :; done; echo was stopped; stty -a >stopped")
    shell.expect_exact("was stopped\r\n")
    shell.sendline("fg")
    shell.expect_exact("input")
    shell.sendline("typed")

    shell.expect_exact("read typed\r\n")
    assert " icanon" in Path("stopped").read_text()


def test_interrupt_ends_a_script(launch: Launch) -> None:
    """Ctrl-C ends the script that called the command, as every program of the group hears of it."""
    loop = shell_line(launch("sh", "-c", "echo turn; exec sleep 60"))
    terminal = in_bash(f"for n in 1 2 3; do {loop}; done; echo went on")
    terminal.expect_exact("turn\r\n")

    terminal.sendcontrol("c")

    assert end_of(terminal) in (b"", b"^C")
    assert terminal.signalstatus == signal.SIGINT


def test_signal_to_the_group_once(launch: Launch) -> None:
    """`kill -- -PGID` of our group reaches the command, once."""
    terminal = open_terminal(launch(*child("print_signals")))
    terminal.expect("ready \\d+\r\n")

    os.killpg(terminal.pid, signal.SIGTERM)
    terminal.expect_exact("SIGTERM\r\n")
    os.kill(terminal.pid, signal.SIGUSR1)

    terminal.expect_exact("SIGUSR1\r\n")
    assert terminal.before == b""
    terminal.sendeof()
    assert end_of(terminal) == b"end\r\n"


def test_stop_by_our_pid(launch: Launch) -> None:
    """TSTP to our pid stops the command and the whole job; CONT lets it go on."""
    terminal = pexpect.spawn(
        "bash", ["--norc", "-i"], echo=False, timeout=PATIENCE_S, env={**os.environ, "PS1": "$ "}
    )
    terminal.expect_exact("$ ")
    terminal.sendline(shell_line(launch("sh", "-c", "echo ready; exec cat")))
    terminal.expect_exact("ready\r\n")
    (job,) = children_of(terminal.pid)

    os.kill(job, signal.SIGTSTP)

    wait_until(lambda: is_stopped(job))
    terminal.expect("Stopped")
    terminal.sendline("fg")
    terminal.expect_exact("exec cat")
    terminal.sendline("on")
    terminal.expect_exact("on\r\n")
    terminal.close(force=True)
