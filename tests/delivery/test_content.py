"""What Sentry receives for each way in which a command can end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.conftest import Report
from tests.process.support import PROGRAM
from tests.servers.ingest import Ingest

FAILING = ("sh", "-c", 'echo working; echo "disk is full" >&2; exit 3')


def _exception(event: dict[str, Any]) -> tuple[str, str]:
    (value,) = event["exception"]["values"]
    return value["type"], value["value"]


def test_failure_is_one_event(report: Report, server: Ingest) -> None:
    """The event says why, groups by name and cause, and has both lines with their streams."""
    done = report(*FAILING)

    (event,) = server.events
    assert done.returncode == 3
    assert _exception(event) == ("CommandFailed", "echo failed with exit status 3: disk is full")
    assert event["exception"]["values"][0]["mechanism"] == {"type": "sentinel-run", "handled": False}
    assert event["fingerprint"] == ["echo", "exit status 3"]
    assert event["level"] == "error"
    lines = [(crumb["category"], crumb["message"]) for crumb in event["breadcrumbs"]["values"]]
    assert ("stdout", "working") in lines
    assert ("stderr", "disk is full") in lines
    assert server.attachments["output.txt"] == b"working\ndisk is full\n"


def test_blank_values_are_none(report: Report, server: Ingest) -> None:
    """`--fingerprint "$UNSET"` does not make one issue of all commands, and a blank name is no name."""
    report("false", options=["--fingerprint", "", "--fingerprint", " ", "--name", " \t", "--user", " "])

    (event,) = server.events
    assert event["fingerprint"] == ["false", "exit status 1"]
    assert event["transaction"] == "false"
    assert event["user"]["username"] == event["tags"]["user"]


def test_contexts_and_tags(report: Report, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contexts of the contract are there, and the tags that people filter by."""
    monkeypatch.setenv("CI", "true")  # Or the trigger would be whatever has started the tests.
    report(*FAILING, options=["--tag", "team=infra", "-e", "staging", "--release", "v1.2", "--user", "ops"])

    (event,) = server.events
    contexts = event["contexts"]
    assert {
        "run",
        "resources",
        "os",
        "device",
        "runtime",
        "cpu",
        "memory",
        "disks",
        "process",
        "trace",
    } <= contexts.keys()
    assert contexts["run"]["exit_status"] == 3
    assert contexts["run"]["output_lines"] == {"stdout": 1, "stderr": 1}
    assert contexts["memory"]["total"] > contexts["memory"]["available"] > 0
    assert contexts["process"]["executable"] == shutil.which("sh")
    assert event["tags"] == {
        "command": "echo", "cause": "exit status 3", "exit_status": "3", "host": os.uname().nodename,
        "user": pwd.getpwuid(os.getuid()).pw_name, "trigger": "ci", "ci.provider": "unknown", "team": "infra",
    }  # fmt: skip
    assert (event["environment"], event["release"], event["server_name"]) == (
        "staging",
        "v1.2",
        os.uname().nodename,
    )
    assert event["user"]["username"] == "ops"


def test_transaction_has_the_commands_own_time(report: Report, server: Ingest) -> None:
    """Start and end are the command's, not those of the wrapper; event and transaction share one trace."""
    report(sys.executable, "-c", "import select; select.select([], [], [], 0.4); raise SystemExit(1)")

    (transaction,) = server.transactions
    duration_s = _seconds(transaction["timestamp"]) - _seconds(transaction["start_timestamp"])
    trace = transaction["contexts"]["trace"]
    assert 0.4 <= duration_s < 5
    assert duration_s == pytest.approx(server.events[0]["contexts"]["run"]["duration_s"], abs=0.002)
    assert transaction["transaction_info"]["source"] == "task"
    assert (trace["op"], trace["status"]) == ("process", "internal_error")
    assert trace["trace_id"] == server.events[0]["contexts"]["trace"]["trace_id"]
    assert trace["span_id"] == server.events[0]["contexts"]["trace"]["span_id"]


def test_the_process_tree_is_looked_at(report: Report, server: Ingest) -> None:
    """Resources tell how many processes were seen and how much memory they took together."""
    tree = (
        "import subprocess, sys; subprocess.run(['sleep', '0.4']); subprocess.run(['sleep', '0.4']); sys.exit(1)"
    )

    report(sys.executable, "-c", tree)

    resources = server.events[0]["contexts"]["resources"]
    assert resources["processes_seen"] == 3
    assert resources["peak_rss_of_tree_bytes"] > resources["max_rss_bytes"] // 2


def test_success_is_a_transaction_and_no_event(report: Report, server: Ingest) -> None:
    """A successful run is timed, not complained about."""
    report("true")

    assert server.events == []
    assert [made["contexts"]["trace"]["status"] for made in server.transactions] == ["ok"]


def test_ok_exit_is_success(report: Report, server: Ingest) -> None:
    """A status that the user calls fine makes no event; the command's own status is still returned."""
    done = report("sh", "-c", "exit 24", options=["--ok-exit", "3,24"])

    assert done.returncode == 24
    assert (server.events, len(server.transactions)) == ([], 1)


@pytest.mark.parametrize(
    ("status", "options", "command"),
    [
        (124, ["--timeout", "100ms"], ["sleep", "60"]),
        (126, [], ["/"]),
        (127, [], ["no-such-command"]),
        (143, [], ["sh", "-c", "kill -TERM $$"]),
    ],
)
def test_ok_exit_takes_what_a_shell_sees(
    status: int, options: list[str], command: list[str], report: Report, server: Ingest
) -> None:
    """Who lists our own 124, 126 or 127, or that of a signal, means it; any other status lists none of them."""
    done = report(*command, options=["--ok-exit", f"3,{status}", *options])
    report(*command, options=["--ok-exit", "3", *options])

    assert done.returncode == (status if status < 128 else 128 - status)
    assert [made["contexts"]["trace"]["status"] == "ok" for made in server.transactions] == [True, False]
    assert len(server.events) == 1


def test_unsampled_run_sends_its_failure_only(report: Report, server: Ingest) -> None:
    """Sampling is for transactions; a failure is always reported."""
    report(*FAILING, options=["--traces-sample-rate", "0"])

    assert (len(server.events), server.transactions) == (1, [])


ENDINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]] = {
    "segfault": (
        (), ("sh", "-c", "kill -SEGV $$"),
        {"type": "CommandKilled", "cause": "SIGSEGV", "level": "fatal", "status": "internal_error"},
    ),
    "abort": (
        (), (sys.executable, "-c", "import os; os.abort()"),
        {"type": "CommandKilled", "cause": "SIGABRT", "level": "fatal", "status": "internal_error"},
    ),
    "terminated": (
        (), ("sh", "-c", "kill -TERM $$"),
        {"type": "CommandKilled", "cause": "SIGTERM", "level": "warning", "status": "cancelled"},
    ),
    "timeout": (
        ("--timeout", "200ms"), ("sleep", "60"),
        {"type": "CommandTimedOut", "cause": "timeout", "level": "error", "status": "deadline_exceeded"},
    ),
    "not found": (
        (), ("no-such-program",),
        {"type": "CommandNotFound", "cause": "not found", "level": "error", "status": "not_found"},
    ),
    "not executable": (
        (), ("/",),
        {"type": "CommandNotExecutable", "cause": "not executable", "level": "error", "status": "permission_denied"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_ending_by_its_cause(ending: str, report: Report, server: Ingest) -> None:
    """Type, cause, level and transaction status are those of the contract, section 6."""
    options, command, expected = ENDINGS[ending]

    report(*command, options=options)

    (event,), (transaction,) = server.events, server.transactions
    assert _exception(event)[0] == expected["type"]
    assert event["fingerprint"][1] == expected["cause"] == event["tags"]["cause"]
    assert event["level"] == expected["level"]
    assert transaction["contexts"]["trace"]["status"] == expected["status"]


def test_incoming_trace_is_continued(report: Report, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run inside a traced program is a child of its span."""
    monkeypatch.setenv("SENTRY_TRACE", f"{'ab' * 16}-{'cd' * 8}-1")

    report("false")

    traces = [made["contexts"]["trace"] for made in (*server.events, *server.transactions)]
    assert [(trace["trace_id"], trace["parent_span_id"]) for trace in traces] == [("ab" * 16, "cd" * 8)] * 2


def test_nested_runs_are_one_trace_and_one_issue(report: Report, server: Ingest) -> None:
    """The inner run reports the failure; the outer one does not repeat it."""
    report(*PROGRAM, "--", "sh", "-c", "echo inner >&2; exit 7")

    (event,) = server.events
    inner, outer = sorted((made["contexts"]["trace"] for made in server.transactions), key=_is_root)
    assert event["contexts"]["trace"]["span_id"] == inner["span_id"]
    assert inner["parent_span_id"] == outer["span_id"]
    assert event["contexts"]["trace"]["trace_id"] == inner["trace_id"] == outer["trace_id"]


def test_secrets_stay_here(
    report: Report, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the server nor the state directory gets to see a secret of argv, output or environment."""
    monkeypatch.setenv("DB_PASSWORD", "hunter2-hunter2")

    report("sh", "-c", "echo connecting with $DB_PASSWORD; echo token=ghp_0123456789abcdefghijABCDEFGHIJ012345 >&2; exit 1",
           "sh", "--password", "swordfish-9", "https://bob:letmein99@example.com/")  # fmt: skip

    everything = b"".join(received.body for received in server.requests)
    everything += b"".join(path.read_bytes() for path in state_directory.rglob("*") if path.is_file())
    for secret in (b"hunter2-hunter2", b"ghp_0123456789", b"swordfish-9", b"letmein99"):
        assert secret not in everything


def test_huge_output_is_cut_to_fit_and_told(report: Report, server: Ingest) -> None:
    """However much is printed, the event stays small, the reason and the last lines survive, the cut is told."""
    code = "import sys\nfor i in range(300000): print('line', i, 'x' * 80)\nprint('y' * 5_000)\nsys.exit('ERROR: no room')"

    report(sys.executable, "-c", code, options=["--breadcrumbs", "2000"])

    (event,) = server.events
    sizes = [len(received.body) for received in server.requests]
    messages = [crumb["message"] for crumb in event["breadcrumbs"]["values"]]
    assert _exception(event)[1].endswith("ERROR: no room")
    assert max(sizes) < 1024 * 1024 + 512 * 1024
    assert len(server.attachments["output.txt"]) <= 512 * 1024
    assert any("characters]" in message for message in messages)
    assert any("earlier lines" in message for message in messages)


REAL_PROGRAMS: dict[str, tuple[tuple[str, ...], str]] = {
    "pytest": (
        (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_sum.py"),
        "assert (1 + 1) == 3",
    ),
    "make": (("make", "-f", "broken.mk"), "gcc: error: no input files"),
    "curl": (("curl", "-sS", "http://127.0.0.1:{port}/"), "Failed to connect"),
    "shell job": (("bash", "job.sh"), "pg_dump: error: connection to server failed"),
}


@pytest.mark.parametrize("name", REAL_PROGRAMS)
def test_real_programs_tell_why(name: str, report: Report, server: Ingest, work: Path) -> None:
    """The reason is the line that a person would have quoted."""
    command, expected = REAL_PROGRAMS[name]
    (work / "test_sum.py").write_text("def test_sum():\n    assert 1 + 1 == 3\n")
    (work / "broken.mk").write_text("all:\n\t@echo building\n\t@echo 'gcc: error: no input files' >&2; exit 4\n")
    (work / "job.sh").write_text(
        "set -e\necho dumping\necho 'pg_dump: error: connection to server failed' >&2\nexit 1\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    report(*(word.format(port=port) for word in command))

    assert expected in _exception(server.events[0])[1]


def test_segfault_of_a_real_c_program(report: Report, server: Ingest, work: Path) -> None:
    """A crash inside a compiled program is told by its signal."""
    (work / "crash.c").write_text("int main(void) { volatile int *nowhere = 0; return *nowhere; }\n")
    os.system("gcc -o crash crash.c")

    done = report("./crash")

    assert done.returncode == -11
    assert _exception(server.events[0])[1].startswith("crash was killed by SIGSEGV (segmentation fault")


def _is_root(trace: dict[str, Any]) -> bool:
    return not trace["parent_span_id"]


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
