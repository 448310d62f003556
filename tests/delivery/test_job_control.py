"""What Sentry receives of retries, skipped runs and commands that lie."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.delivery.conftest import Report, deliver
from tests.process.support import line, rest, run, start, wrapped
from tests.servers.ingest import Ingest

RETRIES = ("--retries", "4", "--retry-delay", "10ms")
UNTIL = 'n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count; echo "try $n" >&2; [ $n -ge %d ]'


def test_a_success_at_the_third_attempt(report: Report, server: Ingest, work: Path) -> None:
    """No event; one transaction with a span for each attempt; one check-in that says ok."""
    report("sh", "-c", UNTIL % 3, options=[*RETRIES, "--monitor", "x"])

    (transaction,) = server.transactions
    spans = [span for span in transaction["spans"] if span["op"] == "process.attempt"]
    assert server.events == []
    assert [(span["op"], span["description"], span["status"]) for span in spans] == [
        ("process.attempt", "attempt 1", "internal_error"),
        ("process.attempt", "attempt 2", "internal_error"),
        ("process.attempt", "attempt 3", "ok"),
    ]
    starts = [span["start_timestamp"] for span in spans]
    assert starts == sorted(starts)
    assert transaction["start_timestamp"] <= starts[0]
    assert max(span["timestamp"] for span in spans) <= transaction["timestamp"]
    assert {span["parent_span_id"] for span in spans} == {transaction["contexts"]["trace"]["span_id"]}
    assert [check_in["status"] for check_in in server.check_ins] == ["ok"]


def test_a_failure_after_all_attempts_is_one_event(report: Report, server: Ingest, work: Path) -> None:
    """With the output of each attempt under its own heading, and the last one's reason."""
    report("sh", "-c", UNTIL % 99, options=["--retries", "2", "--retry-delay", "10ms"])

    (event,) = server.events
    assert event["exception"]["values"][0]["value"].endswith("in the last of 3 attempts: try 3")
    assert event["contexts"]["run"]["attempt"] == 3
    assert event["fingerprint"][1] == "exit status 1"
    assert server.attachments["output.txt"].decode().splitlines() == [
        "[attempt 1 of 3]", "try 1", "[attempt 2 of 3]", "try 2", "[attempt 3 of 3]", "try 3",
    ]  # fmt: skip
    messages = [crumb["message"] for crumb in event["breadcrumbs"]["values"]]
    assert messages.index("try 1") < messages.index("attempt 2 of 3 at most") < messages.index("try 2")


def test_a_skipped_run_is_a_check_in_and_nothing_else(report: Report, server: Ingest, work: Path) -> None:
    """`ok`, because its schedule was kept and nothing has failed; it has an id of its own."""
    options = ["--name", "job", "--overlap", "skip", "--monitor", "job"]
    first = start(wrapped("sh", "-c", "echo ready; read x; exit 0", options=options), stdin=subprocess.PIPE)
    assert line(first) == "ready\n"

    report("echo", "no", options=options)
    skipped = [check_in for check_in in server.check_ins if check_in["status"] == "ok"]
    seen = (server.events, server.transactions)
    rest(first)

    assert seen == ([], [])
    assert [check_in["duration"] for check_in in skipped] == [0.0]
    assert len({check_in["check_in_id"] for check_in in server.check_ins}) == 2


def test_a_skipped_run_without_a_monitor_sends_nothing(report: Report, server: Ingest, work: Path) -> None:
    """It is in the history alone."""
    options = ["--name", "job", "--overlap", "skip"]
    first = start(
        wrapped("sh", "-c", "echo ready; read x", options=["--deliver", "later", *options]), stdin=subprocess.PIPE
    )
    assert line(first) == "ready\n"

    done = run(wrapped("echo", "no", options=options))
    requests = list(server.requests)
    rest(first)

    assert done.returncode == 0
    assert requests == []


def test_a_lie_is_an_event_of_its_own_cause(report: Report, server: Ingest) -> None:
    """The transaction and the check-in tell of it too."""
    done = report("sh", "-c", "echo oops >&2", options=["--fail-on-stderr", "--monitor", "x"])

    (event,), (transaction,) = server.events, server.transactions
    assert done.returncode == 0
    assert event["fingerprint"] == ["echo", "output on stderr"]
    assert event["exception"]["values"][0]["value"] == "echo ended with exit status 0 but wrote to stderr: oops"
    assert transaction["contexts"]["trace"]["status"] == "internal_error"
    assert [check_in["status"] for check_in in server.check_ins] == ["error"]
    deliver()
