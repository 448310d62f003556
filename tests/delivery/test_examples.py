"""The two runners in examples/, and what Sentry receives of them, alone and under sentinel-run."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.conftest import Report, deliver
from tests.process.support import run
from tests.servers.ingest import Ingest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def example(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs an example with the server's DSN and delivers what it recorded; returns its exit status."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)

    def ran(name: str, *arguments: str) -> int:
        done = run([sys.executable, str(EXAMPLES / name), *arguments])
        assert b"Traceback" not in done.stderr
        deliver()
        return done.returncode

    return ran


def _messages(event: dict[str, Any], category: str) -> list[str]:
    return [crumb["message"] for crumb in event["breadcrumbs"]["values"] if crumb["category"] == category]


def _by_command(made: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["tags"]["command"]: one for one in made}


def test_job_that_is_fine(example: Any, server: Ingest) -> None:
    """An execution is a transaction with spans, tags for what matters, and no event."""
    assert example("job_runner.py", "ok") == 0

    (transaction,) = server.transactions
    spans = {span["op"]: span for span in transaction["spans"]}
    trace = transaction["contexts"]["trace"]
    assert server.events == []
    assert (transaction["transaction"], trace["op"], trace["status"]) == ("execution", "task", "ok")
    assert {key: transaction["tags"][key] for key in ("job", "region", "model", "provider")} == {
        "job": "ok", "region": "US", "model": "gpt-4o", "provider": "openai",
    }  # fmt: skip
    assert [spans[op]["status"] for op in ("executor.call", "db.insert")] == ["ok", "ok"]
    assert spans["executor.call"]["data"]["answer_chars"] == 12
    assert {span["parent_span_id"] for span in spans.values()} == {trace["span_id"]}
    assert transaction["contexts"]["task"] == {"name": "execution", "job": "ok", "region": "US"}


def test_job_whose_execution_fails(example: Any, server: Ingest) -> None:
    """The event is grouped by task and exception class, with its frames, the steps before it and its context."""
    example("job_runner.py", "fails")

    (event,), (transaction,) = server.events, server.transactions
    (value,) = event["exception"]["values"]
    assert event["fingerprint"] == ["execution", "ExecutorError"]
    assert (value["type"], value["value"], value["mechanism"]["handled"]) == (
        "ExecutorError",
        "executor returned 503",
        True,
    )
    assert [frame["function"] for frame in value["stacktrace"]["frames"]] == ["run", "execute"]
    assert _messages(event, "job") == ["Starting execution", "Calling executor"]
    assert event["contexts"]["task"] == {
        "name": "execution",
        "job": "fails",
        "region": "US",
        "phase": "execution",
        "model": "gpt-4o",
    }
    assert event["tags"]["provider"] == "openai"
    assert event["contexts"]["memory"]["total"] > 0
    assert transaction["contexts"]["trace"]["status"] == "internal_error"
    assert event["contexts"]["trace"]["span_id"] == transaction["contexts"]["trace"]["span_id"]
    assert [span["status"] for span in transaction["spans"]] == ["internal_error"]


def test_job_whose_answer_is_not_kept(example: Any, server: Ingest) -> None:
    """A database error is an issue of its own, apart from execution errors, in the same trace; the execution is fine."""
    example("job_runner.py", "db-down")

    (event,) = server.events
    transactions = _by_command(server.transactions)
    insert, execution = (transactions[name]["contexts"]["trace"] for name in ("execution_insert", "execution"))
    assert event["fingerprint"] == ["execution_insert", "OperationalError"]
    assert event["contexts"]["task"] == {"name": "execution_insert", "table": "executions", "job": "db-down"}
    assert _messages(event, "job") == ["Starting execution", "Calling executor", "Executor returned"]
    assert (execution["status"], insert["status"]) == ("ok", "internal_error")
    assert (insert["trace_id"], insert["parent_span_id"]) == (execution["trace_id"], execution["span_id"])


def test_tasks_alone(example: Any, server: Ingest) -> None:
    """Success and both kinds of failure: each a transaction, the failures grouped by task and what happened."""
    assert example("task_runner.py", "ping_test", "battery_health_report", "disk_report") == 1

    events, transactions = _by_command(server.events), _by_command(server.transactions)
    has_battery = bool(list(Path("/sys/class/power_supply").glob("BAT*")))
    assert transactions.keys() == {"ping_test", "battery_health_report", "disk_report"}
    assert transactions["ping_test"]["measurements"] == {"addresses": {"value": 1, "unit": "none"}}
    assert transactions["ping_test"]["contexts"]["trace"]["status"] == "ok"
    assert events.keys() == {"disk_report"} | (set() if has_battery else {"battery_health_report"})
    assert events["disk_report"]["fingerprint"] == ["disk_report", "RuntimeError"]
    assert _messages(events["disk_report"], "tasks") == ["reading the disk table", "the disk table is empty"]
    assert events["disk_report"]["exception"]["values"][0]["mechanism"]["handled"] is False
    if not has_battery:
        failure = events["battery_health_report"]
        assert failure["fingerprint"] == ["battery_health_report", "task_failure"]
        assert failure["exception"]["values"][0]["type"] == "TaskFailed"
        assert failure["exception"]["values"][0]["value"] == "battery_health_report failed: no battery found"
        assert failure["contexts"]["task"]["looked_in"] == "/sys/class/power_supply"


def test_tasks_under_us(report: Report, server: Ingest) -> None:
    """Under sentinel-run tasks are runs inside the run, in its trace, and their failure is reported once."""
    done = report(sys.executable, str(EXAMPLES / "task_runner.py"), "ping_test", "disk_report")

    transactions = _by_command(server.transactions)
    outer = transactions["task_runner.py"]["contexts"]["trace"]
    assert done.returncode == 1
    assert [event["fingerprint"] for event in server.events] == [["disk_report", "RuntimeError"]]
    for name in ("ping_test", "disk_report"):
        inner = transactions[name]["contexts"]["trace"]
        assert (inner["trace_id"], inner["parent_span_id"]) == (outer["trace_id"], outer["span_id"])


def test_switched_off(
    example: Any, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SENTINEL_RUN_ENABLED=0 turns all off, and the program runs as it did."""
    monkeypatch.setenv("SENTINEL_RUN_ENABLED", "0")

    assert example("task_runner.py", "ping_test", "disk_report") == 1

    assert (server.requests, os.listdir(state_directory / "journal")) == ([], [])
