"""A signal reaches the command exactly once, whoever it was sent to, and we stay until the command ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.support import (
    PATIENCE_S,
    child,
    child_of,
    is_alive,
    line,
    only,
    rest,
    run,
    start,
    status,
    wait_until,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.process.conftest import Launch

FORWARDED = sorted(
    signal.Signals(number).name.removeprefix("SIG")
    for number in range(1, 32)
    if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGTTOU)
)
FENCE = "USR2"


def _number(name: str) -> int:
    return int(getattr(signal, f"SIG{name}"))


@contextmanager
def _listening(command: list[str | bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = start(command, stdin=subprocess.PIPE, group=0)
    assert process.stdin is not None
    try:
        assert line(process).startswith("ready ")
        yield process
    finally:
        process.stdin.close()
        process.stdin = None
        process.wait(PATIENCE_S)


def _lines_after_fences(process: subprocess.Popen[bytes]) -> list[str]:
    """What else the command got: two more signals behind the first would overtake no late copy of it."""
    lines = []
    for _ in range(2):
        os.kill(process.pid, _number(FENCE))
        while (text := line(process).strip()) != f"SIG{FENCE}":
            lines.append(text)
    return lines


@pytest.mark.parametrize("name", [name for name in FORWARDED if name != FENCE])
def test_signal_to_us_reaches_the_command_once(name: str, under_us: Launch) -> None:
    """Each catchable signal that is sent to our pid comes to the command, one time."""
    with _listening(under_us(*child("print_signals"))) as process:
        os.kill(process.pid, _number(name))

        assert line(process).strip() == f"SIG{name}"
        assert _lines_after_fences(process) == []


@pytest.mark.parametrize("name", ["TERM", "HUP", "USR1"])
@pytest.mark.parametrize("options", [[], ["--retries", "1", "--retry-delay", "0s"]], ids=["once", "again"])
def test_signal_that_our_caller_blocked(name: str, options: list[str]) -> None:
    """The command has it blocked as well, and may wait for it (sigwait(3)) or let it in: it gets it."""
    number = _number(name)
    waits = f"import signal; print('ready', flush=True); print(signal.sigwait([{number}]), flush=True)"
    process = subprocess.Popen(
        wrapped(sys.executable, "-c", f"{waits}; raise SystemExit(3)", options=options),
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [number]),
    )
    for _ in range(1 + bool(options)):
        assert line(process) == "ready\n"
        os.kill(process.pid, number)
        assert line(process) == f"{number}\n"
        if name != "USR1":  # Who asked for the end wants no second attempt.
            break

    assert process.wait(PATIENCE_S) == 3


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "USR1", "WINCH", "CONT", "PIPE", "SEGV"])
def test_signal_to_the_group_reaches_the_command_once(name: str, under_us: Launch) -> None:
    """What `kill -- -PGID` sends to everyone is not sent to the command a second time, nor when it comes again."""
    with _listening(under_us(*child("print_signals"))) as process:
        for _ in range(2):
            os.killpg(process.pid, _number(name))

            assert line(process).strip() == f"SIG{name}"
            assert _lines_after_fences(process) == []


def test_signal_one_by_one_as_systemd_sends_it() -> None:
    """A manager that signals us and the command one after the other is not told twice either."""
    with _listening(wrapped(*child("print_signals"))) as process:
        members = _group(process.pid)

        for pid in members:
            os.kill(pid, signal.SIGTERM)

        assert line(process).strip() == "SIGTERM"
        assert _lines_after_fences(process) == []


def test_real_time_signals_are_not_lost() -> None:
    """Real-time signals come as often as they were sent."""
    with _listening(wrapped(*child("print_signals"))) as process:
        for _ in range(3):
            os.kill(process.pid, signal.SIGRTMIN + 2)
            assert line(process).strip() == "RT2"

        assert _lines_after_fences(process) == []


def test_we_wait_for_the_clean_up(state_directory: Path) -> None:
    """A command that takes its time after TERM is awaited, its last words arrive, and its status is ours."""
    script = "trap 'echo cleaning; read go; echo clean; exit 7' TERM; echo ready; while :; do read word; done"
    process = start(wrapped("sh", "-c", script), stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert line(process) == "ready\n"

    os.kill(process.pid, signal.SIGTERM)
    process.stdin.write(b"\n")  # A shell's `read` goes on waiting when a signal comes.
    process.stdin.flush()
    assert line(process) == "cleaning\n"
    assert process.poll() is None
    process.stdin.write(b"go\n")
    process.stdin.flush()

    assert rest(process) == "clean\n"
    assert process.returncode == 7
    ending = only(state_directory).ending
    assert ending is not None
    assert (ending.exit_status, ending.interrupted_by) == (7, "SIGTERM")


@pytest.mark.parametrize(("exit_status", "interrupted_by"), [(0, ""), (3, "SIGTERM")])
def test_a_signal_after_the_commands_end(exit_status: int, interrupted_by: str, state_directory: Path) -> None:
    """Under load we may hear of both at once. A success was not interrupted; a failure is not tried again."""
    script = f"echo $$; read go; exit {exit_status}"
    process = start(wrapped("sh", "-c", script, options=["--retries", "1"]), stdin=subprocess.PIPE)
    pid = line(process).strip()
    process.send_signal(signal.SIGSTOP)
    wait_until(lambda: status(process.pid)["State"].startswith("T"))
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    process.stdin.flush()
    wait_until(lambda: status(pid)["State"].startswith("Z"))

    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)

    assert rest(process) == ""
    facts = only(state_directory)
    assert facts.ending is not None
    assert (process.returncode, facts.ending.interrupted_by) == (exit_status, interrupted_by)
    assert "SIGTERM came when the command had ended" in [step.message for step in facts.steps]


def test_command_that_ignores_term_keeps_us() -> None:
    """We do not end before the command, however often we are asked."""
    process = start(wrapped("sh", "-c", "trap '' TERM; echo ready; read go; exit 3"), stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert line(process) == "ready\n"

    for _ in range(3):
        os.kill(process.pid, signal.SIGTERM)
    process.stdin.write(b"go\n")

    assert rest(process) == ""
    assert process.returncode == 3


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "USR1", "ALRM", "XCPU", "PWR"])
def test_death_by_a_signal_to_us(name: str, launch: Launch, state_directory: Path) -> None:
    """A command that does not catch the signal dies of it, and so do we."""
    process = start(launch(*child("echo_lines")), stdin=subprocess.PIPE)
    assert line(process) == "ready\n"

    os.kill(process.pid, _number(name))

    # Python handles INT itself, yet dies of it in the end.
    assert process.wait(PATIENCE_S) == -_number(name)
    rest(process)


def test_kill_of_us_is_a_kill_of_the_command(under_us: Launch) -> None:
    """After `kill -9` of us the command is gone, as it would be without us, and nothing else of ours is left."""
    process = start(under_us("sh", "-c", "trap '' TERM HUP INT; echo $$; exec sleep 60"))
    command = int(line(process))
    helpers = wait_until(lambda: [pid for pid in _group(process.pid, parent=True) if pid != command])

    process.kill()
    process.wait(PATIENCE_S)

    wait_until(lambda: not any(is_alive(pid) for pid in (command, *helpers)))
    assert rest(process) == ""


def test_kill_leaves_what_the_command_started(under_us: Launch) -> None:
    """Only the command itself, as without us; what it has started lives on."""
    process = start(under_us("sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!; wait"))
    background = int(line(process))
    command = child_of(process.pid)
    wait_until(lambda: len(_group(process.pid, parent=True)) == 2)

    process.kill()

    wait_until(lambda: not is_alive(command))
    assert is_alive(background)
    os.kill(background, signal.SIGKILL)
    rest(process)


def test_steps_name_the_signal(state_directory: Path) -> None:
    """The record says what we passed on, and what everyone got."""
    with _listening(wrapped(*child("print_signals"))) as process:
        os.kill(process.pid, signal.SIGUSR1)
        assert line(process) == "SIGUSR1\n"
        os.killpg(process.pid, signal.SIGHUP)
        assert line(process) == "SIGHUP\n"
        _lines_after_fences(process)

    messages = [step.message for step in only(state_directory).steps]
    assert messages[:2] == ["SIGUSR1 passed on to the command", "SIGHUP came to the whole process group"]


def _group(pid: int, *, parent: bool = False) -> list[int]:
    """Members of the process group of `pid`, or its children."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1 if parent else 2]) == pid and fields[0] != "Z":
            found.append(int(entry))
    return sorted(found)


@pytest.mark.parametrize("module", ["sentinel_run.options", "sentinel_run.run", "sentinel_run.child.signals"])
def test_interrupt_while_we_start(module: str) -> None:
    """Ctrl-C in our first moments ends us as it would end the command, without a traceback of Python's."""
    done = run([*child("interrupted_early", module), "--", "echo", "started"])

    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")
