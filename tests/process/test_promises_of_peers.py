"""What timeout(1), dumb-init and tini promise of themselves, asked of us in our own words."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.process.support import PROGRAM, child_of, line, rest, run, start, status, wait_until, wrapped

# All that a program can catch; QUIT and the like too: what they mean is the command's affair.
CATCHABLE = sorted(
    set(signal.valid_signals())
    - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
    - {
        signal.SIGTSTP,
        signal.SIGTTIN,
        signal.SIGTTOU,
        signal.SIGPIPE,
        signal.SIGXFSZ,
        signal.SIGCONT,
        signal.SIGTRAP,
    }
    - {32, 33}
)
HEARER = """
import signal, sys
for number in {numbers}:
    signal.signal(number, lambda number, _: (print(int(number), flush=True), number == signal.SIGTERM and sys.exit(9)))
print("ready", flush=True)
while True: signal.pause()
"""


@pytest.mark.parametrize(
    ("options", "script", "expected"),
    [
        (("--timeout", "0.2"), "exec sleep 60", 124),
        (("--timeout", "0.2", "--kill-after", "0.2"), "trap '' TERM; while :; do sleep 1; done", 124),
        (("--timeout", "60"), "exit 3", 3),
        (("--timeout", "0"), "sleep 0.3; exit 3", 3),
        (("--timeout", "60"), "exit 124", 124),
        (("--timeout", "soon"), "exit 3", 125),
        (("--kill-after", "-1"), "exit 3", 125),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_statuses_of_timeout(options: tuple[str, ...], script: str, expected: int) -> None:
    """124 when the time is over, 125 when it is our own fault, else the command's own; no time at all for 0."""
    assert run(wrapped("sh", "-c", script, options=options)).returncode == expected


@pytest.mark.parametrize(
    ("command", "expected"), [("/", 126), ("/etc/passwd", 126), ("no-such-program-here", 127)]
)
def test_statuses_of_env(command: str, expected: int) -> None:
    """126 for what is there and cannot be run, 127 for what is not there."""
    done = run(wrapped(command))

    assert (done.returncode, done.stdout) == (expected, b"")
    assert done.stderr.count(b"\n") == 1


def test_every_signal_is_passed_on() -> None:
    """Each that can be caught arrives once; we end as the command does."""
    source = HEARER.format(numbers=list(map(int, CATCHABLE)))
    process = start(wrapped(sys.executable, "-c", source))
    assert line(process) == "ready\n"
    others = [number for number in CATCHABLE if number != signal.SIGTERM]

    heard = []
    for number in others:
        process.send_signal(number)
        heard.append(int(line(process)))
    process.send_signal(signal.SIGTERM)

    assert heard == list(map(int, others))
    assert rest(process) == "15\n"
    assert process.returncode == 9


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGUSR1]
)
def test_a_shell_sees_what_the_command_died_of(number: signal.Signals) -> None:
    """128 and the number, as for the command itself."""
    inner = wrapped("sh", "-c", f"kill -{int(number)} $$")

    done = run(["sh", "-c", '"$@"; echo $?', "sh", *inner])

    assert done.stdout == f"{128 + number}\n".encode()


def test_stopped_with_the_command_and_continued_with_it() -> None:
    """A shell's job control sees one job."""
    process = start(wrapped("sh", "-c", "echo ready; kill -STOP $$; echo on; exit 5"))
    assert line(process) == "ready\n"
    command = child_of(process.pid)
    wait_until(lambda: status(process.pid).get("State", "").startswith("T"))
    assert status(command)["State"].startswith("T")

    process.send_signal(signal.SIGCONT)

    assert line(process) == "on\n"
    rest(process)
    assert process.returncode == 5


def test_background_processes_outlive_the_command() -> None:
    """As under tini where it is not process 1: what the command left is neither awaited nor killed."""
    process = start(wrapped("sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!; exit 4"))
    left = int(line(process))

    rest(process)

    assert process.returncode == 4
    assert status(left)["Name"] == "sleep"
    run(["kill", str(left)])


def test_no_zombie_is_left_to_our_parent() -> None:
    """Whoever inherits our children finds none that has ended."""
    script = '"$@"; read -r left < /proc/$$/task/$$/children; echo $left'

    done = run(["sh", "-c", script, "sh", *PROGRAM, "--deliver", "later", "--", "true"])

    assert done.stdout.split() == []
