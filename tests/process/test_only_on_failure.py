"""--only-on-failure: silence for a success; for a failure the reason, then every byte, in order."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel_run.child.held import Held
from tests.process.support import PATIENCE_S, only, rest, run, running, start, text, wait_until, wrapped
from tests.process.terminals import end_of, open_terminal

HELD = ("--only-on-failure",)
MANY = "import sys\nfor n in range(50000): print('line', n, file=sys.stderr if n % 3 else sys.stdout, flush=n % 100 == 0)\n"


def test_a_success_prints_nothing(state_directory: Path) -> None:
    """Cron mails nothing; the report has the output all the same."""
    done = run(wrapped("sh", "-c", "echo out; echo err >&2", options=HELD))

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert text(only(state_directory), "stdout") == "out\n"


def test_a_failure_prints_the_reason_first() -> None:
    """Also where stderr is no terminal: the mail begins with it."""
    done = run(wrapped("sh", "-c", "echo out; echo 'disk is full' >&2; exit 3", options=[*HELD, "--name", "job"]))

    assert (done.returncode, done.stdout) == (3, b"out\n")
    assert done.stderr == b"sentinel-run: job failed with exit status 3: disk is full\ndisk is full\n"


@pytest.mark.parametrize("status", [0, 3])
def test_what_the_command_leaves_behind_says_later(status: int, work: Path) -> None:
    """After a success nobody is to see that either; after a failure it comes behind what was held back."""
    os.mkfifo(work / "gate")
    script = f"(read go <gate; echo late; echo late >&2; seq 50000 >&2; touch end) & echo held; exit {status}"
    process = start(wrapped("sh", "-c", script, options=[*HELD, "-q"]), stderr=subprocess.STDOUT)
    assert process.wait(PATIENCE_S) == status

    (work / "gate").write_text("go\n")

    printed = rest(process)
    assert printed.startswith("held\nlate\nlate\n1\n" if status else "")
    assert printed.count("\n") == (50003 if status else 0)
    wait_until((work / "end").exists)  # No broken pipe has ended it.


def test_what_comes_later_of_a_killed_run_is_passed_on(work: Path) -> None:
    """Nobody knows then whether it would have been a success."""
    os.mkfifo(work / "gate")
    options = [*HELD, "--retries", "1", "--retry-delay", "1h"]
    process = start(wrapped("sh", "-c", "(read go <gate; echo late) & exit 3", options=options))
    wait_until(lambda: _has_forwarder(process.pid))
    process.kill()
    process.wait(PATIENCE_S)

    (work / "gate").write_text("go\n")

    assert rest(process) == "late\n"


def _has_forwarder(pid: int) -> bool:
    """A child of ours that leads a session of its own."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return any(os.getsid(int(child)) == int(child) for child in children)


def test_quiet_leaves_the_reason_out() -> None:
    """Nothing of our own, as always with --quiet."""
    assert run(wrapped("sh", "-c", "echo err >&2; exit 3", options=[*HELD, "-q"])).stderr == b"err\n"


@pytest.mark.parametrize("status", [0, 1])
def test_fifty_thousand_lines_in_order(status: int) -> None:
    """On one pipe, as cron has it: what comes out is what a bare run would have printed, or nothing."""
    code = f"{MANY}sys.exit({status})"
    bare = subprocess.run(
        [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )

    done = subprocess.run(
        wrapped(sys.executable, "-u", "-c", code, options=[*HELD, "-q"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )

    assert done.returncode == status
    assert done.stdout == (bare.stdout if status else b"")
    assert bare.stdout.count(b"\n") == 50000


def test_bytes_of_any_kind_and_each_on_its_stream() -> None:
    """Binary output and a last line without a break survive."""
    code = "import os; os.write(1, bytes(range(256)) * 999); os.write(2, b'\\xff no break'); os._exit(1)"

    done = run(wrapped(sys.executable, "-c", code, options=[*HELD, "-q"]))

    assert done.stdout == bytes(range(256)) * 999
    assert done.stderr == b"\xff no break"


def test_a_slow_reader_gets_everything() -> None:
    """More than a pipe holds is passed on at the reader's pace."""
    process = start(wrapped("sh", "-c", "seq 200000; exit 1", options=[*HELD, "-q"]))
    assert process.stdout is not None
    first = os.read(process.stdout.fileno(), 10)

    content = first + process.stdout.read()

    assert hashlib.md5(content).digest() == hashlib.md5(b"".join(b"%d\n" % n for n in range(1, 200001))).digest()
    assert process.wait(PATIENCE_S) == 1


def test_a_reader_that_stops_can_be_given_up(state_directory: Path) -> None:
    """TERM while we print ends us; the facts were safe before."""
    process = start(wrapped("sh", "-c", "seq 200000; exit 1", options=[*HELD, "-q"]))
    wait_until(lambda: list((state_directory / "journal").glob("*.ended")))

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE_S) == 1
    rest(process)


def test_a_reader_that_went_away_is_no_trouble() -> None:
    """The status is the command's."""
    process = start(wrapped("sh", "-c", "seq 200000; exit 5", options=[*HELD, "-q"]))
    assert process.stdout is not None
    os.read(process.stdout.fileno(), 10)
    process.stdout.close()

    assert process.wait(PATIENCE_S) in (5, -signal.SIGPIPE)


def test_an_interrupted_run_tells(state_directory: Path) -> None:
    """What was held until the stop is printed."""
    process = start(wrapped("sh", "-c", "echo so far; exec sleep 60", options=HELD), stderr=subprocess.PIPE)
    wait_until(lambda: running(state_directory))
    wait_until(lambda: Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
    wait_until(lambda: b"sleep" in b"".join(_lines_of_children(process.pid)))

    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=PATIENCE_S)

    assert output == b"so far\n"
    assert errors.startswith(b"sentinel-run: ")
    assert b"SIGTERM" in errors


def _lines_of_children(pid: int) -> list[bytes]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]


def test_retries_that_succeed_print_nothing(work: Path) -> None:
    """Only the last attempt decides; if it fails, all that was said is printed."""
    script = "echo trying; test -e second || { touch second; exit 1; }"
    options = [*HELD, "--retries", "1", "--retry-delay", "0"]

    assert run(wrapped("sh", "-c", script, options=options)).stdout == b""
    assert run(wrapped("sh", "-c", "echo trying; exit 1", options=options)).stdout == b"trying\ntrying\n"


def test_nothing_raw_reaches_the_disk(state_directory: Path) -> None:
    """What is held lies in memory: no file of ours has the secret."""
    script = "echo password=hunter2-hunter2; exec sleep 60"
    process = start(wrapped("sh", "-c", script, options=HELD))
    wait_until(lambda: b"sleep" in b"".join(_lines_of_children(process.pid)))

    files = [os.readlink(path) for path in Path(f"/proc/{process.pid}/fd").iterdir()]
    written = b"".join(path.read_bytes() for path in state_directory.rglob("*") if path.is_file())

    assert any(name.startswith("/memfd:") for name in files)
    assert b"hunter2-hunter2" not in written
    process.terminate()
    rest(process)


def test_beyond_the_limit_it_is_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    """Memory stays bounded: from there on nothing is held, and nothing is lost or out of order."""
    held = Held(limit_bytes=100)
    out, err = held.sink(1), held.sink(2)

    out.put(b"a" * 40 + b"\n")
    silent = capfd.readouterr().out
    err.put(b"b" * 60 + b"\n")
    out.put(b"after\n")

    shown = capfd.readouterr()
    assert (silent, shown.out, shown.err) == ("", "a" * 40 + "\nafter\n", "b" * 60 + "\n")
    assert not held.is_holding


def test_without_capture_it_has_no_effect_and_says_so() -> None:
    """There is nothing to hold where the command has our own streams."""
    done = run(wrapped("echo", "seen", options=[*HELD, "--no-capture", "-v"]))

    assert done.stdout == b"seen\n"
    assert b"--only-on-failure: has no effect without the output" in done.stderr


def test_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line ends as the command's own terminal has ended it, once; the reason is in the panel below."""
    command = wrapped("sh", "-c", "echo one; echo two >&2; exit 3", options=["--only-on-failure"])
    monkeypatch.setenv("NO_COLOR", "1")

    shown = end_of(open_terminal(command))

    assert shown.startswith(b"one\r\ntwo\r\nsentinel-run: echo failed with exit status 3: two\r\n")
    assert b"\r\r" not in shown
