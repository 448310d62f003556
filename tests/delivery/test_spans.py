"""The waterfall of a command in Sentry: a span for each process, valid for Relay."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import Any

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.facts import Ending, Member, Moment, Tree, Usage
from sentinel_run.report.envelopes import envelopes
from tests.delivery.conftest import Report
from tests.process.support import wait_until
from tests.servers.envelope import parse_envelope
from tests.servers.ingest import Ingest
from tests.servers.relay import check_envelope
from tests.unit.samples import facts

_SCRIPT = """
sleep 0.7
sh -c 'sleep 0.6; sleep 0.5; exit 0' worker --password swordfish-9 &
"$0" -c 'import time; time.sleep(1.5); raise SystemExit(3)'
wait
exit 1
"""


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def _spans(transaction: dict[str, Any], words: str) -> list[dict[str, Any]]:
    return [span for span in transaction["spans"] if words in span["description"]]


def test_a_span_for_each_process(report: Report, server: Ingest) -> None:
    """Steps follow each other, processes nest by their parents, all within the transaction and its trace."""
    report("sh", "-c", _SCRIPT, sys.executable)

    (transaction,) = server.transactions
    trace = transaction["contexts"]["trace"]
    (first,), (worker,) = _spans(transaction, "sleep 0.7"), _spans(transaction, "worker")
    (inner,) = [span for span in transaction["spans"] if span["description"] == "sleep 0.6"]
    (python,) = _spans(transaction, "time.sleep(1.5)")
    assert {span["op"] for span in transaction["spans"]} == {"process"}
    assert {span["trace_id"] for span in transaction["spans"]} == {trace["trace_id"]}
    assert first["parent_span_id"] == worker["parent_span_id"] == python["parent_span_id"] == trace["span_id"]
    assert inner["parent_span_id"] == worker["span_id"]
    assert _seconds(worker["start_timestamp"]) >= _seconds(first["start_timestamp"]) + 0.69
    for span in transaction["spans"]:
        times = [
            transaction["start_timestamp"],
            span["start_timestamp"],
            span["timestamp"],
            transaction["timestamp"],
        ]
        assert sorted(times, key=_seconds) == times
    assert "swordfish" not in str(transaction)


def test_what_a_span_knows(report: Report, server: Ingest) -> None:
    """Name, pids, CPU and memory as data; a status only where the kernel told it."""
    report("sh", "-c", _SCRIPT, sys.executable)

    (transaction,) = server.transactions
    (python,) = _spans(transaction, "time.sleep(1.5)")
    data = python["data"]
    assert data["process.pid"] != data["process.parent_pid"] == transaction["contexts"]["process"]["pid"]
    assert data["peak_rss_bytes"] > 1_000_000
    assert data["cpu_s"] >= 0
    assert (python.get("status"), data.get("exit_status")) in (("internal_error", 3), (None, None))
    assert not {"thread.id", "thread.name"} & data.keys()


def test_tree_and_timeline(report: Report, server: Ingest) -> None:
    """The event and the transaction tell CPU and memory of all processes, in sum and over time."""
    busy = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    report("sh", "-c", f"\"$0\" -c '{busy}'; sleep 0.5; exit 1", sys.executable)

    (event,), (transaction,) = server.events, server.transactions
    for made in (event, transaction):
        timeline, resources = made["contexts"]["timeline"], made["contexts"]["resources"]
        assert len(timeline["until_s"]) == len(timeline["cpu_percent"]) == len(timeline["peak_rss_mb"]) <= 60
        assert max(timeline["cpu_percent"]) > 10
        assert resources["cpu_of_tree_s"] >= 0.5
        assert resources["peak_rss_of_tree_bytes"] > 1_000_000
    assert transaction["contexts"]["trace"]["data"]["cpu_of_tree_s"] >= 0.5


def test_a_second_sending_has_the_same_spans() -> None:
    """Ids follow from the run, so that a server that took the first one sees no second waterfall."""
    made = _full()

    assert _transaction(made)["spans"] == _transaction(made)["spans"]
    assert len({span["span_id"] for span in _transaction(made)["spans"]}) == 200


def test_the_largest_transaction_is_taken() -> None:
    """Two hundred processes with endless command lines in any alphabet: no rule of Sentry is broken."""
    (envelope,) = [envelope for kind, envelope in envelopes(_full(), diagnose(_full()), with_event=False)]

    assert check_envelope(envelope) == []
    assert len(envelope) < 1024 * 1024


def test_one_that_is_left_ends_with_the_command(report: Report, server: Ingest) -> None:
    """A daemon's span ends where the transaction does, and says that it went on."""
    report("sh", "-c", "sleep 3.2 >/dev/null 2>&1 & sleep 0.9; exit 0")

    (transaction,) = wait_until(lambda: server.transactions)
    (left,) = _spans(transaction, "sleep 3.2")
    assert left["data"]["left_running"] is True
    assert left["timestamp"] == transaction["timestamp"]
    assert left.get("status") is None


def _full() -> Any:
    words = ("sh", "-c", "Ω𝄞\n" * 600, "\x1b[31m", "x" * 1000)
    members = [Member(n + 100, n + 99, words, n / 100, n / 50, n == 7, 1.5, 2**40, n % 3, "") for n in range(200)]
    timeline = tuple(Moment(n / 60, n / 50, 2**40, 9) for n in range(240))
    started_at = time.time() - 60
    return facts("f" * 32)._replace(
        started_at=started_at,
        ending=Ending(started_at + 4, 4.0, 0),
        tree=Tree(tuple(members), 5, timeline),
        usage=Usage(1.0, 1.0, 2**40, processes_seen=206, tree_peak_rss_bytes=2**41, tree_cpu_s=7.0),
    )


def _transaction(made: Any) -> Any:
    (envelope,) = [envelope for kind, envelope in envelopes(made, diagnose(made), with_event=False)]
    return parse_envelope(envelope).items[0].json
