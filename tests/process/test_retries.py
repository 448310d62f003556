"""A failure is tried again, and told once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel_run.diagnose.cause import diagnose
from tests.process.support import line, only, rest, run, start, text, wrapped

QUICK = ("--retry-delay", "10ms")
# Fails until it has been called so often; says which call it is, without a line break.
UNTIL = 'n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count; printf "try $n"; echo " err $n" >&2; [ $n -ge %d ]'


def test_the_third_time_succeeds(work: Path, state_directory: Path) -> None:
    """Status 0, everything printed, three attempts in one run, the output of each on lines of its own."""
    done = run(wrapped("sh", "-c", UNTIL % 3, options=["--retries", "5", *QUICK]))

    facts = only(state_directory)
    assert (done.returncode, done.stdout) == (0, b"try 1try 2try 3")
    assert [attempt.exit_status for attempt in facts.attempts] == [1, 1, 0]
    assert [attempt.is_failure for attempt in facts.attempts] == [True, True, False]
    assert text(facts, "stdout") == "try 1\ntry 2\ntry 3"
    assert facts.output.bytes["stdout"] == 15
    assert facts.output.lines["stdout"] == 3
    starts = [attempt.at_s for attempt in facts.attempts]
    assert starts == sorted(starts)
    assert facts.ending is not None
    assert facts.ending.duration_s >= facts.attempts[-1].at_s


def test_the_last_failure_counts(work: Path, state_directory: Path) -> None:
    """Its status is returned, and its output is where the reason is looked for."""
    done = run(wrapped("sh", "-c", UNTIL % 9, options=["--retries", "2", *QUICK]))

    facts = only(state_directory)
    assert done.returncode == 1
    assert len(facts.attempts) == 3
    assert diagnose(facts).reason == "err 3"
    assert "in the last of 3 attempts" in diagnose(facts).sentence


@pytest.mark.parametrize(
    "options",
    [[], ["--retries", "0"], ["--retries", "3", "--ok-exit", "1"]],
    ids=["not asked for", "none", "a success by --ok-exit"],
)
def test_tried_once(options: list[str], work: Path) -> None:
    """Only failures are tried again, and only where it is wanted."""
    done = run(wrapped("sh", "-c", UNTIL % 3, options=[*options, *QUICK]))

    assert (done.returncode, done.stdout) == (1, b"try 1")


def test_a_signal_of_the_command_is_a_failure_too(work: Path, state_directory: Path) -> None:
    """A crash may be over the next time; we die of the last one's signal."""
    done = run(wrapped("sh", "-c", "kill -ABRT $$", options=["--retries", "1", *QUICK]))

    assert done.returncode == -signal.SIGABRT
    assert [attempt.signal_name for attempt in only(state_directory).attempts] == ["SIGABRT", "SIGABRT"]


def test_each_attempt_has_the_timeout(work: Path, state_directory: Path) -> None:
    """One that hangs does not take the time of the next."""
    script = "if [ -e tried ]; then echo done; else touch tried; exec sleep 60; fi"

    done = run(wrapped("sh", "-c", script, options=["--retries", "1", "--timeout", "1s", *QUICK]))

    assert (done.returncode, done.stdout) == (0, b"done\n")
    assert [attempt.timed_out for attempt in only(state_directory).attempts] == [True, False]


def test_an_interrupted_run_is_not_tried_again(state_directory: Path) -> None:
    """Who stops a job does not want it to come back."""
    process = start(wrapped("sh", "-c", "echo ready; exec sleep 60", options=["--retries", "9", *QUICK]))
    assert line(process) == "ready\n"

    process.send_signal(signal.SIGTERM)
    assert rest(process) == ""

    assert process.returncode == -signal.SIGTERM
    assert len(only(state_directory).attempts) == 1


def test_a_reload_is_no_interruption(state_directory: Path) -> None:
    """A service that was sent HUP, went on and failed later is tried again, as it is without that."""
    script = "import signal, time\nsignal.signal(signal.SIGHUP, lambda *_: None)\nprint('ready', flush=True)\nsignal.pause()"
    command = [sys.executable, "-c", f"{script}\ntime.sleep(1.2)\nraise SystemExit(3)"]
    process = start(wrapped(*command, options=["--retries", "1", "--kill-after", "1s", *QUICK]))

    for _ in range(2):
        assert line(process) == "ready\n"
        process.send_signal(signal.SIGHUP)

    assert rest(process) == ""
    facts = only(state_directory)
    assert facts.ending is not None
    assert (facts.ending.exit_status, facts.ending.interrupted_by, len(facts.attempts)) == (3, "", 2)
    assert [step.message for step in facts.steps].count("SIGHUP passed on to the command") == 2


def test_a_pause_can_be_interrupted(state_directory: Path) -> None:
    """We end at once, with the status of the attempt that failed."""
    process = start(wrapped("sh", "-c", "echo ready; exit 7", options=["--retries", "9", "--retry-delay", "1h"]))
    assert line(process) == "ready\n"

    process.send_signal(signal.SIGTERM)
    rest(process)

    facts = only(state_directory)
    assert process.returncode == 7 or process.returncode == -signal.SIGTERM
    assert facts.ending is not None
    assert facts.ending.interrupted_by == "SIGTERM"


def test_stdin_and_descriptors_do_not_leak(work: Path) -> None:
    """Twenty attempts need no more descriptors than one, whether we pass the output on or read a file back."""
    script = "import os, sys; print(len(os.listdir('/proc/%d/fd' % os.getppid()))); sys.exit(1)"
    command = wrapped("python3", "-c", script, options=["--retries", "20", "--retry-delay", "0"])

    through_us = run(command).stdout
    with (work / "out").open("wb") as file:
        subprocess.run(command, stdout=file, stderr=file, check=False)

    for said in (through_us, (work / "out").read_bytes()):
        counts = [int(word) for word in said.split()]
        assert len(counts) == 21
        assert max(counts) <= counts[0] + 3  # The entry and the last words are opened in a quiet moment.


def test_a_program_that_vanishes_ends_the_attempts(work: Path, state_directory: Path) -> None:
    """The status is that of the attempt that could be made."""
    (work / "job").write_text("#!/bin/sh\nrm job\nexit 4\n")
    (work / "job").chmod(0o755)

    done = run(wrapped("./job", options=["--retries", "3", *QUICK]))

    assert done.returncode == 4
    assert any("could not be started again" in step.message for step in only(state_directory).steps)
    assert os.listdir(work) == []
