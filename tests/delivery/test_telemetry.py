"""Logs and metrics: what `--logs` and `--metrics` send, by the protocol."""

from __future__ import annotations

import sys
from typing import Any

from tests.delivery.conftest import Report
from tests.servers.ingest import Ingest


def _metrics(server: Ingest) -> dict[str, dict[str, Any]]:
    return {metric["name"]: metric for container in server.items("trace_metric") for metric in container["items"]}


def test_each_line_is_a_log(report: Report, server: Ingest) -> None:
    """With stream, level, time and trace, redacted, for a success as well."""
    report(
        "sh",
        "-c",
        "echo hello; echo 'WARNING: careful' >&2; echo 'error: password=hunter22' >&2",
        options=["--logs", "-e", "staging"],
    )

    (transaction,) = server.transactions
    logs = {log["body"]: log for log in server.logs}
    assert server.events == []
    assert {body: (log["level"], log["attributes"]["stream"]["value"]) for body, log in logs.items()} == {
        "hello": ("info", "stdout"), "WARNING: careful": ("warn", "stderr"), "error: password=[Filtered]": ("error", "stderr"),
    }  # fmt: skip
    trace = transaction["contexts"]["trace"]
    assert {(log["trace_id"], log["span_id"]) for log in logs.values()} == {(trace["trace_id"], trace["span_id"])}
    assert logs["hello"]["attributes"]["sentry.environment"] == {"value": "staging", "type": "string"}


def test_a_flood_is_bounded_and_told(report: Report, server: Ingest) -> None:
    """The last lines are sent; the first record says how many are not."""
    report(sys.executable, "-c", "for i in range(50_000): print('line', i, '\u20ac' * 60)", options=["--logs"])

    first, *_, last = server.logs
    assert len(server.logs) <= 1000
    assert first["body"] == f"{50_001 - len(server.logs):,} earlier lines of 50,000 are not sent"
    assert last["body"].startswith("line 49999")


def test_nothing_without_being_asked(report: Report, server: Ingest) -> None:
    """Both are off by default."""
    report("echo", "hello")

    assert (server.logs, _metrics(server)) == ([], {})


def test_metrics(report: Report, server: Ingest) -> None:
    """One count with status and cause, the duration, the memory, and the command's own measures; sampled or not."""
    script = (
        'echo \'{"type":"measure","name":"tokens","value":512,"unit":"token"}\' >>"$SENTINEL_RUN_NOTES"; exit 3'
    )

    report("sh", "-c", script, options=["--metrics", "--traces-sample-rate", "0", "--name", "job"])

    metrics = _metrics(server)
    runs = metrics["sentinel_run.runs"]
    assert (runs["type"], runs["value"]) == ("counter", 1)
    assert {name: runs["attributes"][name]["value"] for name in ("command", "status", "cause")} == {
        "command": "job", "status": "failed", "cause": "exit status 3",
    }  # fmt: skip
    assert (metrics["sentinel_run.duration"]["type"], metrics["sentinel_run.duration"]["unit"]) == (
        "distribution",
        "second",
    )
    assert metrics["sentinel_run.max_rss"]["value"] > 100_000
    assert (metrics["tokens"]["value"], metrics["tokens"]["unit"]) == (512, "token")
    assert server.transactions == []
