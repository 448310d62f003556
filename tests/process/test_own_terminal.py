"""A command on a terminal has one to itself, and its user's terminal is afterwards as it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.support import (
    PROGRAM,
    only,
    text,
    wrapped,
)
from tests.process.terminals import end_of, in_bash, open_terminal, python_line, shell_line

if TYPE_CHECKING:
    from tests.process.conftest import Launch


def test_controlling_terminal(launch: Launch) -> None:
    """/dev/tty is the terminal of all three streams, and the command is in its foreground."""
    script = (
        "import os\n"
        "tty = os.open('/dev/tty', os.O_RDWR)\n"
        "print(len({os.ttyname(fd) for fd in (0, 1, 2)}), os.tcgetpgrp(tty) == os.getpgrp())\n"
        "os.write(tty, b'by name\\n')\n"
    )

    shown = end_of(open_terminal(python_line(launch, script)))

    assert shown == b"1 True\r\nby name\r\n"


def test_newlines_in_a_long_report(state_directory: Path) -> None:
    """No carriage return of the terminal's is in the report, wherever a read of ours cut the output."""
    end_of(open_terminal(wrapped("seq", "9000")))

    facts = only(state_directory)
    assert text(facts, "output") == "".join(f"{n}\n" for n in range(1, 9001))
    assert facts.output.bytes == {"output": len(text(facts, "output"))}


@pytest.mark.parametrize("redirection", [">file", "2>file"])
def test_redirected_stream_stays_redirected(redirection: str, launch: Launch) -> None:
    """With one stream to a file the other is a terminal that has the keyboard."""
    script = "echo out; echo err >&2; read -r line </dev/tty; echo $line >/dev/tty"
    terminal = in_bash(shell_line(launch("sh", "-c", script)) + " " + redirection)
    terminal.expect_exact("err\r\n" if redirection == ">file" else "out\r\n")

    terminal.sendline("typed")

    assert end_of(terminal) == b"typed\r\n"
    assert Path("file").read_text() == ("out\n" if redirection == ">file" else "err\n")


def test_process_left_behind_writes_on(launch: Launch) -> None:
    """What the command leaves behind is not hung up on, and reaches the terminal."""
    script = "(until test -e go; do sleep 0.02; done; echo late; echo words) & echo ready"
    terminal = in_bash(shell_line(launch("sh", "-c", script)), "echo back; read -r line")
    terminal.expect_exact("ready\r\nback\r\n")

    Path("go").touch()

    terminal.expect_exact("late\r\nwords\r\n")


def test_never(state_directory: Path) -> None:
    """With `--pty never` the command gets the very terminal, and pipes are still kept."""
    script = "test $(tty) = $(tty </proc/$PPID/fd/0) && echo same; echo kept >&2"
    terminal = in_bash(shell_line(wrapped("sh", "-c", script, options=["--pty", "never", "--quiet"])) + " 2>file")

    assert end_of(terminal) == b"same\r\n"
    assert text(only(state_directory), "stderr") == "kept\n"
    assert text(only(state_directory), "stdout") == ""


def test_always(state_directory: Path) -> None:
    """With `--pty always` both outputs are terminals where ours are none, apart, with plain newlines."""
    script = "test -t 1 && test -t 2 && echo out; echo err >&2; stty size <&1"
    done = in_bash(shell_line([*PROGRAM, "--pty", "always", "--", "sh", "-c", script]) + " >out 2>err </dev/null")

    end_of(done)

    assert (Path("out").read_bytes(), Path("err").read_bytes()) == (b"out\n24 80\n", b"err\n")
    assert text(only(state_directory), "stdout") == "out\n24 80\n"


def test_not_found_on_a_terminal() -> None:
    """A command that cannot be started is told as without a terminal, and the terminal is as it was."""
    shown = end_of(in_bash("stty -a >before", shell_line(wrapped("no-such-command")), "echo $?", "stty -a >after"))

    assert shown.endswith(b"command not found\r\n127\r\n")
    assert Path("after").read_text() == Path("before").read_text()


def test_script_without_interpreter_line(launch: Launch) -> None:
    """The shell runs it, with its arguments."""
    Path("script").write_text('echo "$1"\n')
    Path("script").chmod(0o755)
    if launch.__name__ == "_bare":
        pytest.skip("execvp(3) alone does not")

    assert end_of(open_terminal(launch("./script", "a b"))) == b"a b\r\n"
