"""A command on a terminal has one to itself, and its user's terminal is afterwards as it was."""

from __future__ import annotations

import os
import signal
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.process.support import (
    PATIENCE_S,
    PROGRAM,
    child,
    children_of,
    is_stopped,
    only,
    text,
    wait_until,
    wrapped,
)
from tests.process.terminals import end_of, hang_up, open_terminal

if TYPE_CHECKING:
    from tests.process.conftest import Launch
    from tests.process.terminals import Terminal


def _words(command: list[str | bytes]) -> str:
    """The command line as a shell reads it."""
    return " ".join("'" + os.fsdecode(word).replace("'", "'\\''") + "'" for word in command)


def _python(launch: Launch, script: str) -> list[str | bytes]:
    return launch(sys.executable, "-u", "-c", script)


def _script(*lines: str) -> Terminal:
    return pexpect.spawn("bash", ["-c", "\n".join(lines)], echo=False, timeout=PATIENCE_S)


def _is_raw(terminal: Terminal) -> bool:
    return not termios.tcgetattr(terminal.child_fd)[3] & termios.ICANON


def test_controlling_terminal(launch: Launch) -> None:
    """/dev/tty is the terminal of all three streams, and the command is in its foreground."""
    script = (
        "import os\n"
        "tty = os.open('/dev/tty', os.O_RDWR)\n"
        "print(len({os.ttyname(fd) for fd in (0, 1, 2)}), os.tcgetpgrp(tty) == os.getpgrp())\n"
        "os.write(tty, b'by name\\n')\n"
    )

    shown = end_of(open_terminal(_python(launch, script)))

    assert shown == b"1 True\r\nby name\r\n"


def test_settings_that_the_command_finds(launch: Launch) -> None:
    """The command's terminal has the settings of the user's, output flags included."""
    shown = end_of(open_terminal(launch("stty", "-a")))

    assert shown == end_of(open_terminal(["stty", "-a"]))


def test_password_prompt(launch: Launch, state_directory: Path) -> None:
    """A password is read from /dev/tty without an echo, and is in no report."""
    terminal = _script("stty echo", _words(_python(launch, "import getpass; print(len(getpass.getpass()))")))
    terminal.expect_exact("Password: ")

    terminal.sendline("open sesame")

    assert end_of(terminal) == b"\r\n11\r\n"
    assert not any(b"sesame" in path.read_bytes() for path in state_directory.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "how", ["exit 3", "kill -TERM $$", "kill -KILL $$", "stty raw -echo", "exec <&- >&- 2>&-", "kill -KILL $PPID"]
)
def test_settings_afterwards(how: str) -> None:
    """However the command ends, or its monitor, and whatever it sets, the user's terminal is as it was."""
    shown = end_of(_script("stty -a >before", _words(wrapped("sh", "-c", how)), "stty -a >after"))

    assert Path("after").read_text() == Path("before").read_text(), shown


def test_settings_after_our_death() -> None:
    """If we are killed, the terminal is put right, and the command hears that its own is gone."""
    command = "trap 'echo hung >heard; exit' HUP; echo ready; while :; do sleep 0.05; done"
    terminal = _script("stty -a >before", _words(wrapped("sh", "-c", command)), "echo over; read -r line")
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
    command = _words(wrapped("sh", "-c", "echo ready; read -r line; echo got $line"))
    terminal = _script("stty -a >before", f"PYTHONPATH={tmp_path} {command}", "stty -a >after")
    terminal.expect_exact("ready\r\n")

    terminal.sendline("typed")

    terminal.expect_exact("got typed\r\n")
    terminal.expect(pexpect.EOF)
    assert Path("after").read_text() == Path("before").read_text()


def test_newlines_in_a_long_report(state_directory: Path) -> None:
    """No carriage return of the terminal's is in the report, wherever a read of ours cut the output."""
    end_of(open_terminal(wrapped("seq", "9000")))

    facts = only(state_directory)
    assert text(facts, "output") == "".join(f"{n}\n" for n in range(1, 9001))
    assert facts.output.bytes == {"output": len(text(facts, "output"))}


def test_interactive_shell_with_jobs(shell: Terminal, launch: Launch) -> None:
    """A shell below us stops and continues jobs of its own, interrupts them, and lives on."""
    shell.sendline(_words(launch("bash", "--norc", "--noprofile", "-i")) + "; echo outer status $?")
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
    shell.sendline("stty -a >before; " + _words(_python(launch, script)))
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
    shell.sendline(_words(_python(launch, script)) + " &")
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
    loop = _words(launch("sh", "-c", "echo turn; exec sleep 60"))
    terminal = _script(f"for n in 1 2 3; do {loop}; done; echo went on")
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


def test_typed_ahead(launch: Launch) -> None:
    """What is typed while the command does not read is there for whoever reads next."""
    sysctl = Path("/proc/sys/dev/tty/legacy_tiocsti")
    if os.geteuid() and sysctl.exists() and sysctl.read_text().strip() == "0":
        pytest.skip("this system lets nobody type for the user")
    terminal = _script(
        _words(launch("sh", "-c", "echo ready; while ! test -e go; do :; done")), 'read -r x; echo "<$x>"'
    )
    terminal.expect_exact("ready\r\n")

    terminal.sendline("for the script")
    terminal.sendline("")
    Path("go").touch()

    terminal.expect_exact("<for the script>\r\n")


def test_typed_before_the_start(launch: Launch) -> None:
    """Lines and the end of input that were typed before we started are the command's, and are shown once."""
    terminal = _script("stty echo; echo ready; read -r go; read -r on", _words(launch("cat")))
    terminal.expect_exact("ready\r\n")

    terminal.send("go\non\na line\n\x04")

    assert end_of(terminal) == b"go\r\non\r\na line\r\n" + b"a line\r\n"


def test_end_of_input_after_a_hang_up(launch: Launch) -> None:
    """A command that ignores HUP reads the end of its input once the terminal is gone."""
    script = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nprint('ready')\n"
        "try: end = input()\nexcept (EOFError, OSError): end = 'the end'\nopen('read', 'w').write(end)"
    )
    terminal = open_terminal(_python(launch, script))
    terminal.expect_exact("ready\r\n")

    hang_up(terminal)

    wait_until(lambda: Path("read").exists() and Path("read").read_text())
    assert Path("read").read_text() == "the end"


def test_keyboard_is_left_to_a_pager(launch: Launch) -> None:
    """In a pipeline the keyboard is the other program's."""
    reader = "sh -c 'cat; read -r line </dev/tty; echo \"pager: $line\"'"
    terminal = _script(_words(launch("sh", "-c", "echo ready; echo error >&2")) + f" | {reader}")
    terminal.expect_exact("ready\r\n")

    terminal.sendline("key")

    terminal.expect_exact("pager: key\r\n")


@pytest.mark.parametrize("redirection", [">file", "2>file"])
def test_redirected_stream_stays_redirected(redirection: str, launch: Launch) -> None:
    """With one stream to a file the other is a terminal that has the keyboard."""
    script = "echo out; echo err >&2; read -r line </dev/tty; echo $line >/dev/tty"
    terminal = _script(_words(launch("sh", "-c", script)) + " " + redirection)
    terminal.expect_exact("err\r\n" if redirection == ">file" else "out\r\n")

    terminal.sendline("typed")

    assert end_of(terminal) == b"typed\r\n"
    assert Path("file").read_text() == ("out\n" if redirection == ">file" else "err\n")


def test_process_left_behind_writes_on(launch: Launch) -> None:
    """What the command leaves behind is not hung up on, and reaches the terminal."""
    script = "(until test -e go; do sleep 0.02; done; echo late; echo words) & echo ready"
    terminal = _script(_words(launch("sh", "-c", script)), "echo back; read -r line")
    terminal.expect_exact("ready\r\nback\r\n")

    Path("go").touch()

    terminal.expect_exact("late\r\nwords\r\n")


def test_never(state_directory: Path) -> None:
    """With `--pty never` the command gets the very terminal, and pipes are still kept."""
    script = "test $(tty) = $(tty </proc/$PPID/fd/0) && echo same; echo kept >&2"
    terminal = _script(_words(wrapped("sh", "-c", script, options=["--pty", "never", "--quiet"])) + " 2>file")

    assert end_of(terminal) == b"same\r\n"
    assert text(only(state_directory), "stderr") == "kept\n"
    assert text(only(state_directory), "stdout") == ""


def test_always(state_directory: Path) -> None:
    """With `--pty always` both outputs are terminals where ours are none, apart, with plain newlines."""
    script = "test -t 1 && test -t 2 && echo out; echo err >&2; stty size <&1"
    done = _script(_words([*PROGRAM, "--pty", "always", "--", "sh", "-c", script]) + " >out 2>err </dev/null")

    end_of(done)

    assert (Path("out").read_bytes(), Path("err").read_bytes()) == (b"out\n24 80\n", b"err\n")
    assert text(only(state_directory), "stdout") == "out\n24 80\n"


def test_not_found_on_a_terminal() -> None:
    """A command that cannot be started is told as without a terminal, and the terminal is as it was."""
    shown = end_of(_script("stty -a >before", _words(wrapped("no-such-command")), "echo $?", "stty -a >after"))

    assert shown.endswith(b"command not found\r\n127\r\n")
    assert Path("after").read_text() == Path("before").read_text()


def test_script_without_interpreter_line(launch: Launch) -> None:
    """The shell runs it, with its arguments."""
    Path("script").write_text('echo "$1"\n')
    Path("script").chmod(0o755)
    if launch.__name__ == "_bare":
        pytest.skip("execvp(3) alone does not")

    assert end_of(open_terminal(launch("./script", "a b"))) == b"a b\r\n"


def test_stop_by_our_pid(launch: Launch) -> None:
    """TSTP to our pid stops the command and the whole job; CONT lets it go on."""
    terminal = pexpect.spawn(
        "bash", ["--norc", "-i"], echo=False, timeout=PATIENCE_S, env={**os.environ, "PS1": "$ "}
    )
    terminal.expect_exact("$ ")
    terminal.sendline(_words(launch("sh", "-c", "echo ready; exec cat")))
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
