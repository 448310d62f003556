"""`--timeout` ends the whole tree: TERM, then KILL for who ignores it; the status is 124."""

from __future__ import annotations

import os
import shlex
import signal
import time
from typing import TYPE_CHECKING

import pytest

from sentinel_run.records import SERVER
from tests.process.support import (
    child,
    is_alive,
    is_stopped,
    line,
    marked,
    only,
    rest,
    run,
    start,
    wait_until,
    wrapped,
)

if TYPE_CHECKING:
    from pathlib import Path

OVER = ["--timeout=700ms", "--kill-after=30s"]
OVER_AT_ONCE = ["--timeout=1500ms", "--kill-after=100ms"]


def test_status_and_record(state_directory: Path) -> None:
    """A command whose time is over dies of TERM; we end with 124 and the record has both."""
    done = run(wrapped("sleep", "60", options=OVER))

    assert (done.returncode, done.stdout, done.stderr) == (124, b"", b"")
    facts = only(state_directory)
    assert facts.ending is not None
    assert facts.ending.timed_out
    assert facts.ending.signal == signal.SIGTERM
    assert facts.ending.duration_s >= 0.7
    assert [step.message for step in facts.steps] == ["timed out after 0.7 s, sent TERM to 1 process (sleep)"]


@pytest.mark.parametrize("options", [["--timeout=60s"], ["--timeout=0"], []], ids=str)
def test_command_in_time_is_untouched(options: list[str]) -> None:
    """A command that ends in time has its own status; a timeout of 0 is none, as with timeout(1)."""
    assert run(wrapped("sh", "-c", "exit 3", options=options)).returncode == 3


def test_command_may_clean_up(state_directory: Path) -> None:
    """After TERM the command has its grace; the status is 124 whatever it ends with."""
    done = run(wrapped("sh", "-c", "trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done", options=OVER))

    assert (done.returncode, done.stdout) == (124, b"bye\n")


def test_our_own_deliver_is_spared(state_directory: Path) -> None:
    """One that a run inside this one has started, and waits for, serves other runs too."""
    inner = f"env -u SENTINEL_RUN_ID {SERVER}=1 sh -c 'echo $$; exec sleep 60 >&- 2>&-' & exec sleep 60"

    done = run(wrapped("sh", "-c", inner, options=OVER))

    served = int(done.stdout)
    assert (done.returncode, is_alive(served)) == (124, True)
    os.kill(served, signal.SIGKILL)


def test_kill_after_the_grace(state_directory: Path) -> None:
    """Who ignores TERM is killed when the grace is over."""
    process = start(wrapped(*child("ignore_term"), options=OVER_AT_ONCE))
    pid = int(line(process).split()[1])

    rest(process)

    assert process.returncode == 124
    assert not is_alive(pid)
    facts = only(state_directory)
    assert facts.ending is not None
    assert facts.ending.signal == signal.SIGKILL


def test_tree_of_those_who_ignore_term() -> None:
    """A grandchild that ignores TERM does not survive, though the command itself ended at TERM."""
    stubborn = shlex.join(child("ignore_term"))
    process = start(wrapped("sh", "-c", f"{stubborn} & wait", options=OVER_AT_ONCE))
    pid = int(line(process).split()[1])

    rest(process)

    assert process.returncode == 124
    assert not is_alive(pid)


def test_process_that_left_the_tree(state_directory: Path) -> None:
    """A daemon of its own session, whose parent is gone, is found by the mark in its environment."""
    daemon = f"({shlex.join(child('ignore_term', '--setsid'))} &) ; sleep 60"
    process = start(wrapped("sh", "-c", daemon, options=OVER_AT_ONCE))
    pid = int(line(process).split()[1])

    rest(process)

    assert process.returncode == 124
    assert not is_alive(pid)
    assert marked(f"SENTINEL_RUN_ID={only(state_directory).identity.run_id}") == []


def test_stopped_command() -> None:
    """A command that is stopped when its time is over goes on to receive the TERM."""
    process = start(wrapped("sh", "-c", "echo $$; kill -STOP $$; echo never", options=OVER))
    pid = int(line(process))
    wait_until(lambda: is_stopped(pid) or not is_alive(pid))

    assert rest(process) == ""
    assert process.returncode == 124


def test_others_are_not_touched() -> None:
    """A process of our caller's in the same group is none of the command's."""
    script = 'sleep 60 >&- 2>&- & "$@"; echo $?; kill $! && echo lived'

    done = run(["sh", "-c", script, "sh", *wrapped("sleep", "60", options=OVER)])

    assert done.stdout == b"124\nlived\n"


def test_nested_run() -> None:
    """A run inside a run whose time is over ends at once, with all below it."""
    inner = wrapped("sh", "-c", "echo $$; exec sleep 60")
    process = start(wrapped(*inner, options=["--timeout=1500ms"]))
    pid = int(line(process))

    begun = time.monotonic()
    rest(process)

    assert process.returncode == 124
    assert not is_alive(pid)
    assert time.monotonic() - begun < 9  # The grace is ten seconds: nobody had to be killed.


def test_output_until_the_end_is_kept(state_directory: Path) -> None:
    """What the command said before its time was over, and while it cleaned up, has arrived."""
    script = "trap 'echo last words; exit' TERM; echo first; while :; do sleep 0.05; done"

    done = run(wrapped("sh", "-c", script, options=OVER))

    assert done.stdout == b"first\nlast words\n"
    assert only(state_directory).output.lines["stdout"] == 2


def test_time_runs_while_we_are_stopped() -> None:
    """A STOP of the command does not stop our clock, and our own stop does not lose the timeout."""
    process = start(wrapped("sleep", "60", options=OVER), group=0)

    os.kill(process.pid, signal.SIGSTOP)
    wait_until(lambda: is_stopped(process.pid))
    os.kill(process.pid, signal.SIGCONT)

    rest(process)
    assert process.returncode == 124
