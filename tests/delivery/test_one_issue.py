"""One failure is one issue, also for runs inside runs: a time-out, a key, a crash, a kill."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from pathlib import Path

import pytest

from tests.delivery.conftest import Report, deliver
from tests.process.support import PROGRAM, child, line, rest, run, running, start, wait_until, wrapped
from tests.process.terminals import end_of, open_terminal
from tests.servers.ingest import Ingest

_HANDLER = """
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(3))
print("ready", flush=True)
while True:
    signal.pause()
"""
_PATIENT = "trap 'exit 5' TERM; while :; do sleep 0.1; done"
_AROUND = ["--timeout", "1s"]


def _nested(*command: str, options: tuple[str, ...] = ()) -> str:
    return shlex.join([*PROGRAM, *options, "--", *command])


@pytest.mark.parametrize(
    ("script", "inner"),
    [
        (f"exec {_nested('sleep', '60')}", 1),
        (f"{_nested('sleep', '60')}; exit 1", 1),
        (f"exec {_nested(*PROGRAM, '--', 'sleep', '60')}", 2),
        (f"exec {_nested('sh', '-c', _PATIENT)}", 1),
        (f"exec {_nested('sleep', '60', options=('--timeout', '1s'))}", 1),
        (f"trap '' TERM; {_nested(*child('ignore_term'))}", 1),
    ],
    ids=["exec", "script", "three deep", "handled", "its own time", "killed"],
)
def test_a_time_out_around_is_one_issue(script: str, inner: int, report: Report, server: Ingest) -> None:
    """What the outer run stops has not failed by itself, however it ends of that."""
    done = report("sh", "-c", script, options=["--name", "outer", "--kill-after", "500ms", *_AROUND])

    assert done.returncode == 124
    wait_until(lambda: len(server.transactions) == 1 + inner)
    assert [event["fingerprint"] for event in server.events] == [["outer", "timeout"]]


def test_who_stopped_it_is_shown(report: Report) -> None:
    """The inner run's page names the outer one, which reports."""
    report(*PROGRAM, "--", "sleep", "60", options=["--name", "outer", *_AROUND])

    outer, inner = sorted(
        json.loads(run([*PROGRAM, "history", "--json"]).stdout), key=lambda row: row["name"] != "outer"
    )
    shown = json.loads(run([*PROGRAM, "show", inner["run_id"], "--json"]).stdout)
    assert (
        shown["signal_sender"] == f"by sentinel-run, as the time of the run around it, {outer['run_id']}, was over"
    )


def test_a_failure_before_that_is_another_issue(report: Report, server: Ingest) -> None:
    """An inner run that failed while the outer one went on."""
    report("sh", "-c", f"{_nested('sh', '-c', 'exit 3')}; sleep 60", options=["--name", "outer", *_AROUND])

    wait_until(lambda: len(server.events) == 2)
    assert sorted(event["fingerprint"] for event in server.events) == [
        ["outer", "timeout"],
        ["sh", "exit status 3"],
    ]


def test_another_project_hears_of_its_own_run(report: Report, server: Ingest) -> None:
    """The outer run reports to somebody else."""
    elsewhere = server.dsn.rpartition("/")[0] + "/777"

    report(*PROGRAM, "--dsn", elsewhere, "--", "sleep", "60", options=["--name", "outer", *_AROUND])

    assert sorted(event["fingerprint"] for event in server.events) == [["outer", "timeout"], ["sleep", "SIGTERM"]]


@pytest.mark.usefixtures("report")
def test_ctrl_c_around_and_inside_is_one_issue(server: Ingest) -> None:
    """The key reaches both, and each ends with a status of its own."""
    inner = _nested(sys.executable, "-c", _HANDLER)
    script = f"trap : INT; {inner}; exit 4"
    terminal = open_terminal(wrapped("sh", "-c", script, options=["--name", "outer"]))
    terminal.expect_exact("ready\r\n")
    terminal.sendcontrol("c")
    end_of(terminal)

    wait_until(lambda: len(server.transactions) == 2)
    assert terminal.exitstatus == 4
    assert [(event["level"], event["fingerprint"][1]) for event in server.events] == [("warning", "exit status 3")]


_TASK = "import os, sentinel_run\nwith sentinel_run.task('import'):\n    os.kill(os.getpid(), {number})"


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (11, "SIGSEGV")])
def test_a_crash_in_a_task_is_one_issue(number: int, name: str, report: Report, server: Ingest) -> None:
    """The task is lost with its program, whose run tells of it."""
    report(sys.executable, "-c", _TASK.format(number=number), options=["--name", "outer"])

    wait_until(lambda: len(server.transactions) == 2)
    assert [event["fingerprint"] for event in server.events] == [["outer", name]]


@pytest.mark.usefixtures("report")
def test_what_kills_all_is_one_issue(server: Ingest, state_directory: Path) -> None:
    """The outer run and the one inside it are both lost."""
    outer = start(
        wrapped("sh", "-c", _nested("sh", "-c", "echo $PPID; exec sleep 60"), options=["--name", "outer"])
    )
    inner = int(line(outer))
    wait_until(lambda: len(running(state_directory)) == 2)

    for pid in (outer.pid, inner):
        os.kill(pid, signal.SIGKILL)
    rest(outer)
    deliver()

    wait_until(lambda: len(server.transactions) == 2)
    assert [event["fingerprint"] for event in server.events] == [["outer", "lost"]]


@pytest.mark.usefixtures("report")
def test_what_was_lost_before_another_failure_is_told(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outer run only passes on what a later step has reported; nobody else speaks for the first one."""
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "later")
    lost = "echo ready; until test -e go; do :; done; kill -9 $PPID; exec sleep 60"
    script = f"{_nested('sh', '-c', lost)}; exec {_nested('sh', '-c', 'exit 3')}"
    outer = start(wrapped("sh", "-c", script, options=["--name", "outer"]))
    assert line(outer) == "ready\n"
    wait_until(lambda: len(running(state_directory)) == 2)
    Path("go").touch()
    rest(outer)
    deliver()

    wait_until(lambda: len(server.transactions) == 3)
    assert sorted(event["fingerprint"][1] for event in server.events) == ["exit status 3", "lost"]
