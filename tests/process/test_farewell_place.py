"""Where on a terminal the last word stands, and where there is no place for it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.farewells import on_screen, plain
from tests.process.support import ended, wrapped
from tests.process.terminals import end_of, open_terminal
from tests.process.test_full_screen import Screen, screen  # noqa: F401

if TYPE_CHECKING:
    from tests.process.terminals import Terminal

pytestmark = pytest.mark.usefixtures("coloured")


@pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux")
@pytest.mark.parametrize("options", [[], ["--no-capture"]], ids=["captured", "not captured"])
def test_it_begins_on_a_line_of_its_own(options: list[str], screen: Screen) -> None:  # noqa: F811
    """Also where the command's last line is not ended; and no line is left empty where it is."""
    for script in ("printf half", "echo whole"):
        command = wrapped("sh", "-c", script, options=["--name", "job", *options])
        Path("start").write_text(" ".join(f"'{os.fsdecode(word)}'" for word in command) + "\n")
        last = f"over {script.split()[1]}"
        screen.type(f"clear; . ./start; echo {last}", "Enter")
        screen.wait_for(f"\n{last}")

        lines = [line.rstrip() for line in screen.shows().splitlines()]
        assert lines[lines.index(last) - 2] == script.split()[1]
        assert lines[lines.index(last) - 1].startswith("sentinel-run: job ok")


def test_a_terminal_left_raw(work: Path) -> None:
    """Lines end where the terminal does not do it for us."""
    script = "import tty; tty.setraw(2)"

    shown = end_of(open_terminal(wrapped(sys.executable, "-c", script, options=["--no-capture"])))

    assert shown.endswith(b"B\x1b[0m\r\n")


def test_a_terminal_that_takes_nothing() -> None:
    """Output that was halted (as by Ctrl-S) holds us up for a moment only, and the status is the command's."""
    script = "import sys, termios; termios.tcflow(2, termios.TCOOFF); sys.exit(3)"
    terminal = open_terminal(wrapped(sys.executable, "-c", script, options=["--no-capture"]))

    terminal.wait()

    assert terminal.exitstatus == 3
    terminal.close()


def test_a_background_job_where_that_may_not_write(shell: Terminal, state_directory: Path) -> None:
    """Under `stty tostop` we end in silence and are not stopped."""
    words = " ".join(os.fsdecode(word) for word in wrapped("true"))
    shell.sendline(f"stty tostop; {words} & wait %1; echo status $?; stty -tostop")

    shell.expect_exact("status 0")

    assert b"sentinel-run: true" not in shell.before
    assert len(ended(state_directory)) == 1


def test_a_pager_keeps_its_screen(work: Path) -> None:
    """In a pipeline we do not write over a program that reads single keys; without one we tell as ever."""
    pager = "import sys, tty; tty.setcbreak(2); open('go', 'w'); sys.stdin.read(); print('paged')"
    command = shlex.join(map(os.fsdecode, wrapped("sh", "-c", "until test -e go; do sleep 0.02; done")))
    reader = shlex.join([sys.executable, "-c", pager])

    assert on_screen(["sh", "-c", f"{command} | {reader}"]) == "paged\n"
    assert "sentinel-run: test ok" in plain(on_screen(["sh", "-c", f"{command} | cat"]))


def test_a_background_job(shell: Terminal) -> None:
    """Elsewhere it tells as any background job would."""
    words = " ".join(os.fsdecode(word) for word in wrapped("true"))
    shell.sendline(f"{words} & wait %1")

    shell.expect_exact("sentinel-run: true ok")
