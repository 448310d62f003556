"""A run that is not as usual says so, in Sentry and on this machine."""

from __future__ import annotations

import pytest

from tests.cli.support import said, told
from tests.delivery.conftest import Report
from tests.servers.ingest import Ingest


@pytest.fixture
def usual(report: Report) -> None:
    """Six quick successes of `job`."""
    for _ in range(6):
        report("true", options=["--name", "job"])


@pytest.mark.usefixtures("usual")
def test_a_slow_success_is_tagged(report: Report, server: Ingest) -> None:
    """The transaction has the tag and the comparison; without --slow-factor there is no event."""
    report("sleep", "1.5", options=["--name", "job"])

    transaction = server.transactions[-1]
    assert server.events == []
    assert transaction["tags"]["slow"] == "true"
    assert transaction["contexts"]["compared"]["told"].endswith("x the median of 6 runs")
    assert transaction["contexts"]["compared"]["times_usual"] > 2
    assert "slow" not in server.transactions[-2]["tags"]


@pytest.mark.usefixtures("usual")
def test_slow_factor_warns(report: Report, server: Ingest) -> None:
    """One warning event, in a group of its own; the run is a success all the same."""
    done = report("sleep", "1.5", options=["--name", "job", "--slow-factor", "3"])

    (event,) = server.events
    (exception,) = event["exception"]["values"]
    assert done.returncode == 0
    assert (event["fingerprint"], event["level"]) == (["job", "slow"], "warning")
    assert exception["type"] == "CommandSlow"
    assert exception["value"].startswith("job took 1.5")
    assert event["contexts"]["trace"]["status"] == "ok"
    assert told("show")["status"] == "ok"
    assert said("show").startswith("ok: job took 1.5")


@pytest.mark.usefixtures("usual")
def test_failures_and_recovery(report: Report, server: Ingest) -> None:
    """A first failure, the same again, and a recovery are told in the report, in `show` and in `history`."""
    for status in ("3", "3", "0"):
        report("sh", "-c", f"exit {status}", options=["--name", "job"])

    first, second = (event["contexts"]["compared"]["told"] for event in server.events)
    assert first == "first failure after 6 successes"
    assert second == "exit status 3, 2 times in a row"
    assert server.transactions[-1]["contexts"]["compared"]["told"] == "ok again after 2 failures"
    assert [run["compared"] for run in told("history", "--limit", "3")] == [
        "ok again after 2 failures", "exit status 3, 2 times in a row", "first failure after 6 successes",
    ]  # fmt: skip
    assert "compared     ok again after 2 failures" in said("show")
    assert "(median of 6 runs)" in said("show")
    assert "first failure after 6 successes" in said("history")


def test_the_first_run_has_nothing_to_compare_with(report: Report, server: Ingest) -> None:
    """No word is said."""
    report("false", options=["--name", "new"])

    assert "compared" not in server.events[0]["contexts"]
    assert told("show")["compared"]["sentences"] == []
