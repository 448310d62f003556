"""What a Sentry monitor hears: pairs that match, in order, and never a wait for the job."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sentinel_run.store import own_entry
from tests.delivery.conftest import Report, deliver, outbox, until_unlocked
from tests.process.support import (
    PATIENCE_S,
    PROGRAM,
    ended,
    line,
    run,
    running,
    start,
    wait_until,
    wrapped,
)
from tests.servers.ingest import HANG, Answer, Ingest

CRONTAB = ("--monitor", "nightly", "--schedule", "0 3 * * mon-fri", "--timezone", "Europe/Berlin")


def _statuses(server: Ingest) -> list[str]:
    return [check_in["status"] for check_in in server.check_ins]


def _only(server: Ingest) -> dict[str, Any]:
    (check_in,) = server.check_ins
    assert isinstance(check_in, dict)
    return check_in


@pytest.fixture
def dsn(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's DSN, for runs that are delivered in the background."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "background")
    return server.dsn


def test_a_short_run_sends_its_closing_check_in_alone(report: Report, server: Ingest) -> None:
    """With all that the monitor is made from."""
    report("true", options=[*CRONTAB, "--check-in-margin", "5", "--max-runtime", "30",
                            "--failure-issue-threshold", "2", "--recovery-threshold", "3", "--owner", "team:infra",
                            "-e", "staging", "--release", "v1"])  # fmt: skip

    check_in = _only(server)
    (transaction,) = server.transactions
    assert (check_in["monitor_slug"], check_in["status"]) == ("nightly", "ok")
    assert (check_in["environment"], check_in["release"]) == ("staging", "v1")
    assert 0 <= check_in["duration"] < 5
    assert check_in["contexts"]["trace"]["trace_id"] == transaction["contexts"]["trace"]["trace_id"]
    assert check_in["monitor_config"] == {
        "schedule": {"type": "crontab", "value": "0 3 * * 1-5"}, "timezone": "Europe/Berlin",
        "checkin_margin": 5, "max_runtime": 30, "failure_issue_threshold": 2, "recovery_threshold": 3,
        "owner": "team:infra",
    }  # fmt: skip
    assert check_in.keys() == {
        "check_in_id", "monitor_slug", "status", "environment", "release", "duration", "contexts", "monitor_config",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "margin"),
    [(["--splay", "50ms"], 2), (["--splay", "50ms", "--check-in-margin", "7"], 7), ([], None)],
)
def test_a_start_that_is_spread_is_not_missed(
    options: list[str], margin: int | None, report: Report, server: Ingest
) -> None:
    """Sentry waits for a minute by itself, and so much longer where --splay lets the run start later."""
    report("true", options=[*CRONTAB, *options])

    assert _only(server)["monitor_config"].get("checkin_margin") == margin


def test_a_failure_is_linked_to_its_error(report: Report, server: Ingest) -> None:
    """By the trace, and the event names the monitor."""
    report("sh", "-c", "exit 3", options=["--monitor", "nightly"])

    check_in = _only(server)
    (event,) = server.events
    assert check_in["status"] == "error"
    assert "monitor_config" not in check_in
    assert check_in["contexts"]["trace"]["trace_id"] == event["contexts"]["trace"]["trace_id"]
    assert event["contexts"]["monitor"]["slug"] == "nightly"
    assert event["contexts"]["monitor"]["check_in_id"] == check_in["check_in_id"]


def test_without_a_slug_it_is_the_command_name(report: Report, server: Ingest, work: Path) -> None:
    """Made legal for Sentry."""
    (work / "Back_Up.sh").write_text("exit 0\n")

    report("sh", str(work / "Back_Up.sh"), options=["--monitor"])

    assert _only(server)["monitor_slug"] == "back_up-sh"


def test_an_interval(report: Report, server: Ingest) -> None:
    """The wrapper can do what both of Sentry's own command lines refuse."""
    report("true", options=["--monitor", "sync", "--schedule", "every 10 minutes"])

    assert _only(server)["monitor_config"] == {"schedule": {"type": "interval", "value": 10, "unit": "minute"}}


def test_a_crontab_without_a_zone_is_in_that_of_the_machine(
    report: Report, server: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As cron takes it, and not in UTC as the server would."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    report("true", options=["--monitor", "sync", "--schedule", "@daily"])

    assert _only(server)["monitor_config"]["timezone"] == "Asia/Tokyo"


ERRORS = {
    "timeout": (("--timeout", "100ms"), ("sleep", "60")),
    "killed": ((), ("sh", "-c", "kill -KILL $$")),
    "not found": ((), ("no-such-program",)),
    "not executable": ((), ("/",)),
}


@pytest.mark.parametrize("ending", ERRORS)
def test_whatever_goes_wrong_closes_as_error(ending: str, report: Report, server: Ingest) -> None:
    """Also for a command that never started."""
    options, command = ERRORS[ending]

    report(*command, options=[*options, "--monitor", "nightly"])

    assert _only(server)["status"] == "error"


@pytest.mark.parametrize(
    "script", ["exec sleep 60", "trap 'exit 0' TERM; sleep 60 & wait"], ids=["dies", "polite"]
)
def test_an_interrupted_run_closes_as_error(script: str, server: Ingest, dsn: str) -> None:
    """A job that was stopped did not do its work, also if it ends with status 0."""
    process = start(wrapped("sh", "-c", f"echo ready; {script}", options=["--monitor", "nightly"]))
    assert line(process) == "ready\n"

    process.send_signal(signal.SIGTERM)
    process.wait()

    server.wait_for(lambda ingest: ingest.check_ins, timeout_s=PATIENCE_S)
    assert _only(server)["status"] == "error"


def test_a_long_run_opens_and_closes(server: Ingest, dsn: str) -> None:
    """After a second its monitor hears of it in the background; both have one id."""
    process = start(wrapped("sh", "-c", "read x; exit 0", options=CRONTAB), stdin=subprocess.PIPE)
    server.wait_for(lambda ingest: ingest.check_ins, timeout_s=PATIENCE_S)
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
    server.wait_for(lambda ingest: len(ingest.check_ins) == 2, timeout_s=PATIENCE_S)

    first, second = server.check_ins
    assert (first["status"], second["status"]) == ("in_progress", "ok")
    assert first["check_in_id"] == second["check_in_id"]
    assert "duration" not in first
    assert second["duration"] >= 1
    assert first["monitor_config"] == second["monitor_config"]


def test_no_zombie_beside_a_long_run(server: Ingest, dsn: str, state_directory: Path) -> None:
    """The helper that told the monitor is buried when it ends."""
    process = start(wrapped("sh", "-c", "echo ready; read x; exit 0", options=CRONTAB), stdin=subprocess.PIPE)
    server.wait_for(lambda ingest: ingest.check_ins, timeout_s=PATIENCE_S)
    until_unlocked(state_directory)

    wait_until(lambda: len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()) == 2)

    assert process.stdin is not None
    process.stdin.close()
    process.wait()


def test_overlapping_runs_pair(server: Ingest, dsn: str) -> None:
    """Each closing check-in finds its own opening one."""
    runs = [
        start(wrapped("sh", "-c", f"read x; exit {n}", options=["--monitor", "sync"]), stdin=subprocess.PIPE)
        for n in range(3)
    ]
    server.wait_for(lambda ingest: len(ingest.check_ins) == 3, timeout_s=PATIENCE_S)
    for process in reversed(runs):
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
    server.wait_for(lambda ingest: len(ingest.check_ins) == 6, timeout_s=PATIENCE_S)

    by_id: dict[str, list[str]] = {}
    for check_in in server.check_ins:
        by_id.setdefault(check_in["check_in_id"], []).append(check_in["status"])
    assert sorted(by_id.values()) == [["in_progress", "error"], ["in_progress", "error"], ["in_progress", "ok"]]


def test_an_outage_never_turns_the_order_round(server: Ingest, dsn: str, state_directory: Path) -> None:
    """An opening check-in that could not be sent is replaced by the closing one, not sent after it."""
    server.answers = Answer(status=503)
    process = start(wrapped("sh", "-c", "read x; exit 0", options=["--monitor", "sync"]), stdin=subprocess.PIPE)
    wait_until(lambda: outbox(state_directory) == ["check_in"] and server.requests)
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
    wait_until(lambda: outbox(state_directory) == ["check_in", "transaction"])
    server.answers = Answer()
    deliver()

    assert _statuses(server) == ["ok"]
    assert outbox(state_directory) == []


def test_a_killed_wrapper_is_closed_by_the_next_delivery(server: Ingest, dsn: str) -> None:
    """`kill -9` of us leaves no monitor in progress."""
    process = start(wrapped("sleep", "60", options=["--monitor", "sync"]))
    server.wait_for(lambda ingest: ingest.check_ins, timeout_s=PATIENCE_S)
    process.kill()
    process.wait()
    deliver()

    assert _statuses(server) == ["in_progress", "error"]
    assert server.check_ins[0]["check_in_id"] == server.check_ins[1]["check_in_id"]
    assert "duration" not in server.check_ins[1]


def test_a_hanging_server_does_not_hold_the_job(server: Ingest, dsn: str, state_directory: Path) -> None:
    """The job starts, runs longer than a second, and ends while the server has not answered one byte."""
    server.answers = HANG
    code = "import select; select.select([], [], [], 1.3)"

    done = run(wrapped(sys.executable, "-c", code, options=CRONTAB))

    assert done.returncode == 0
    assert _statuses(server) == []
    server.answers = Answer()
    assert run([*PROGRAM, "deliver"]).returncode == 0
    assert _statuses(server)[-1] == "ok"


def test_a_limit_for_errors_lets_check_ins_pass(report: Report, server: Ingest, state_directory: Path) -> None:
    """And one for monitors holds check-ins back, which are sent when it is over."""
    server.answers = [Answer(headers={"X-Sentry-Rate-Limits": "60:error:key, 60:transaction:key"})]

    report("false", options=["--monitor", "a"])
    report("false", options=["--monitor", "b", "--deliver-timeout", "3s"])  # Its event will wait for a minute.

    assert [check_in["monitor_slug"] for check_in in server.check_ins] == ["a", "b"]
    assert server.events == []


def test_deliver_later_tells_nobody_while_it_runs(
    server: Ingest, dsn: str, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`later` is obeyed by check-ins too."""
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "later")
    code = "import select; select.select([], [], [], 1.3)"

    run(wrapped(sys.executable, "-c", code, options=["--monitor", "x"]))
    before = list(server.requests)
    deliver()

    assert before == []
    assert _statuses(server) == ["ok"]


def test_without_a_dsn_nothing_is_started(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nobody to tell; the run is kept as any other."""
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "background")
    code = "import os, select; select.select([], [], [], 1.3); print(os.listdir(os.environ['SENTINEL_RUN_STATE_DIR']))"

    done = run(wrapped(sys.executable, "-c", code, options=["--monitor", "x"]))

    assert b"deliver.lock" not in done.stdout
    assert b"journal" in done.stdout


def test_a_run_that_goes_on_is_told_again(server: Ingest, dsn: str, state_directory: Path) -> None:
    """A second opening check-in with the same id says that the run is alive."""
    process = start(wrapped("sh", "-c", "read x; exit 0", options=["--monitor", "x"]), stdin=subprocess.PIPE)
    server.wait_for(lambda ingest: ingest.check_ins, timeout_s=PATIENCE_S)
    until_unlocked(state_directory)
    (facts,) = running(state_directory)

    own_entry.note_alive(str(state_directory), facts.identity.run_id)
    deliver()
    before_the_end = _statuses(server)
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
    server.wait_for(lambda ingest: len(ingest.check_ins) == 3, timeout_s=PATIENCE_S)

    assert before_the_end == ["in_progress", "in_progress"]
    assert _statuses(server)[-1] == "ok"
    assert len({check_in["check_in_id"] for check_in in server.check_ins}) == 1


def test_a_word_that_comes_too_late_is_forgotten(server: Ingest, dsn: str, state_directory: Path) -> None:
    """A run that ended before anybody looked is not told as going on."""
    run(wrapped("true", options=["--monitor", "x", "--deliver", "later"]))
    (facts,) = ended(state_directory)
    own_entry.note_alive(str(state_directory), facts.identity.run_id)

    deliver()

    assert _statuses(server) == ["ok"]
    assert list((state_directory / "journal").iterdir()) == []


def test_where_we_are_switched_off_nobody_is_told(
    server: Ingest, dsn: str, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long run is as silent as a short one."""
    monkeypatch.setenv("SENTINEL_RUN_ENABLED", "0")
    code = "import select; select.select([], [], [], 1.3)"

    run(wrapped(sys.executable, "-c", code, options=["--monitor", "x"]))

    assert not state_directory.exists()
    assert server.requests == []
