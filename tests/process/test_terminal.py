"""On a terminal the command has a terminal: its size, its keys, and a shell's job control."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PROGRAM, child, only, text, wrapped

if TYPE_CHECKING:
    from tests.process.conftest import Launch

from tests.process.terminals import end_of, hang_up, open_terminal


def test_command_sees_a_terminal(launch: Launch) -> None:
    """stdin, stdout and stderr are terminals, with the size of the real one."""
    script = "test -t 0 && test -t 1 && test -t 2 && echo yes; stty size <&1"

    shown = end_of(open_terminal(launch("sh", "-c", script)))

    assert shown == b"yes\r\n31 97\r\n"


@pytest.mark.parametrize("redirect", ["1", "2"])
def test_only_what_was_a_terminal_is_one(redirect: str, launch: Launch) -> None:
    """With one of the two redirected to a file the other is still a terminal."""
    inner = [
        os.fsdecode(word) for word in launch("sh", "-c", "for fd in 1 2; do test -t $fd && echo $fd >> seen; done")
    ]

    end_of(open_terminal(["sh", "-c", f'"$@" {redirect}>file', "sh", *inner]))

    assert Path("seen").read_text() == {"1": "2\n", "2": "1\n"}[redirect]


def test_newlines_once(launch: Launch, state_directory: Path) -> None:
    """The reader of the terminal sees `\\r\\n`, not `\\r\\r\\n`; a bare carriage return stays one."""
    shown = end_of(open_terminal(launch("printf", "one\\ntwo\\r\\nbar\\r")))

    assert shown == b"one\r\ntwo\r\r\nbar\r"


def test_report_has_plain_newlines(state_directory: Path) -> None:
    """What is kept has `\\n` where the program wrote `\\n`, under the name `output` for both streams."""
    end_of(open_terminal(wrapped("sh", "-c", "echo one; echo two >&2")))

    facts = only(state_directory)
    assert text(facts, "output") == "one\ntwo\n"
    assert facts.place.terminals == ("stdin", "stdout", "stderr")
    assert facts.place.interactive


def test_exit_status_on_a_terminal(launch: Launch) -> None:
    """Statuses and deaths come back from a terminal as from a pipe."""
    terminal = open_terminal(launch("sh", "-c", "kill -TERM $$"))

    end_of(terminal)

    assert (terminal.exitstatus, terminal.signalstatus) == (None, signal.SIGTERM)


def test_large_output_on_a_terminal(launch: Launch) -> None:
    """Nothing is lost between the two terminals."""
    shown = end_of(open_terminal(launch("seq", "20000")))

    assert shown.split() == [b"%d" % n for n in range(1, 20001)]


def test_resize_reaches_the_command(launch: Launch) -> None:
    """When the command has heard of a new window size for the last time, the new size is there."""
    # Woken through a pipe: a signal between the last look and a blocking read would be heard only after it.
    script = (
        "import os, select, signal\n"
        "mine, theirs = os.pipe()\n"
        "os.set_blocking(theirs, False)\n"
        "signal.set_wakeup_fd(theirs)\n"
        "signal.signal(signal.SIGWINCH, lambda *_: None)\n"
        "print('ready', flush=True)\n"
        "while 0 not in select.select([0, mine], [], [])[0]:\n"
        "    os.read(mine, 64)\n"
        "    os.write(1, b'%d %d\\n' % tuple(os.get_terminal_size(1)))\n"
    )
    terminal = open_terminal(launch(sys.executable, "-c", script))
    terminal.expect_exact("ready\r\n")

    terminal.setwinsize(50, 120)

    terminal.expect_exact("120 50\r\n")
    terminal.sendline("")
    assert set(end_of(terminal).split(b"\r\n")) <= {b"", b"120 50"}


@pytest.mark.parametrize("key", [("c", "SIGINT"), ("\\", "SIGQUIT")], ids=["Ctrl-C", "Ctrl-backslash"])
def test_keys_reach_the_command_once(key: tuple[str, str], launch: Launch) -> None:
    """Ctrl-C is one SIGINT, and so is the second Ctrl-C."""
    letter, name = key
    terminal = open_terminal(launch(*child("print_signals")))
    terminal.expect("ready \\d+\r\n")

    for _ in range(2):
        terminal.sendcontrol(letter)
        terminal.expect_exact(f"{name}\r\n")
    # Signals to us alone, in our order: a late copy would stand between them.
    for fence in (signal.SIGUSR1, signal.SIGUSR2):
        os.kill(terminal.pid, fence)
        terminal.expect_exact(f"{fence.name}\r\n")
        assert terminal.before == b""
    terminal.sendeof()

    assert end_of(terminal) == b"end\r\n"


def test_interrupt_of_a_plain_command(launch: Launch, state_directory: Path) -> None:
    """Ctrl-C ends a command that does not catch it, and our parent sees the same death."""
    terminal = open_terminal(launch("sh", "-c", "echo ready; exec sleep 60"))
    terminal.expect_exact("ready\r\n")

    terminal.sendcontrol("c")
    end_of(terminal)

    assert terminal.signalstatus == signal.SIGINT


def test_command_reads_the_terminal(launch: Launch) -> None:
    """The command reads what is typed, in the foreground, a line at a time, and the end of it."""
    terminal = open_terminal(launch("cat"))

    terminal.sendline("typed")
    terminal.expect_exact("typed\r\n")
    terminal.sendeof()

    assert end_of(terminal) == b""
    assert terminal.exitstatus == 0


def test_hang_up_of_the_terminal() -> None:
    """When the terminal goes, the command gets HUP once and its status is still recorded."""
    terminal = open_terminal(
        wrapped("sh", "-c", "trap 'echo hung >> heard; exit 8' HUP; echo ready; while :; do sleep 0.1; done")
    )
    terminal.expect_exact("ready\r\n")

    hang_up(terminal)

    assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 8
    assert Path("heard").read_text() == "hung\n"


def test_dry_run_runs_nothing(work: Path) -> None:
    """`--dry-run` prints a plan and the command does not run."""
    shown = end_of(open_terminal([*PROGRAM, "--dry-run", "--", "touch", "ran"]))

    assert b"touch" in shown
    assert list(work.iterdir()) == []


def test_terminal_settings_of_stdout_are_those_of_the_keyboard(launch: Launch) -> None:
    """A full-screen program (curses sets the terminal of its stdout) gets each key at once, and none is echoed."""
    script = "import sys, tty; tty.setraw(1); print('ready', flush=True); print(sys.stdin.read(1).encode().hex())"
    terminal = open_terminal(launch(sys.executable, "-c", script))
    terminal.expect_exact("ready")

    terminal.timeout = 2
    terminal.send("k")

    terminal.expect_exact("6b")
