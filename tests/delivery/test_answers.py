"""What a server can answer, and that the command never notices."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sentinel_run.store.history import History
from tests.delivery.conftest import Report, deliver, outbox, until_taken_in, until_unlocked
from tests.process.support import run, wrapped
from tests.servers.ingest import HANG, Answer, Fault, Ingest, blackhole, refused_dsn

KEPT = {
    "500": Answer(status=500),
    "502": Answer(status=502),
    "503": Answer(status=503),
    "408": Answer(status=408),
    "302": Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}),
    "reset": Answer(fault=Fault.RESET),
    "reset before the body": Answer(fault=Fault.RESET_UNREAD),
    "closed": Answer(fault=Fault.CLOSE),
    "garbage": Answer(fault=Fault.GARBAGE),
    "429": Answer(status=429, headers={"Retry-After": "0.01"}),
}
DROPPED = {str(status): Answer(status=status) for status in (400, 401, 403, 404, 413)}


@pytest.mark.parametrize("answer", KEPT)
def test_trouble_keeps_the_report(
    answer: str, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report waits in the outbox and is accepted, once, when the server is well again."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = KEPT[answer]
    run(wrapped("false"))

    first = deliver()
    waiting = outbox(state_directory)
    server.answers = None
    second = deliver("--json")

    assert (first.returncode, waiting) == (1, ["event", "transaction"])
    assert second.returncode == 0
    assert (len(server.events), len(server.transactions)) == (1, 1)
    assert outbox(state_directory) == []


@pytest.mark.parametrize("answer", DROPPED)
def test_refusal_drops_the_report_with_a_note(
    answer: str, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that says no for good is not asked again; the history says what became of the report."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = DROPPED[answer]
    run(wrapped("false"))

    done = deliver()

    history = History(str(state_directory))
    (row,) = history.runs()
    states = {
        delivery.kind: (delivery.state, answer in delivery.note) for delivery in history.deliveries(row.run_id)
    }
    assert (done.returncode, outbox(state_directory)) == (0, [])
    assert states == {"event": ("dropped", True), "transaction": ("dropped", True)}


def test_limit_of_a_category_holds_back_only_that(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With transactions limited, errors go on; the limit comes with an answer of 200."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = Answer(headers={"X-Sentry-Rate-Limits": "3600.5:transaction;span:organization"})
    for _ in range(3):
        run(wrapped("false"))

    done = deliver()

    assert done.returncode == 1
    assert (len(server.events), len(server.transactions)) == (3, 0)
    assert outbox(state_directory) == ["transaction"] * 3


NO_SERVER = {"refused": refused_dsn(), "no such host": "http://key@no-such-host.invalid/1"}


@pytest.mark.parametrize("case", NO_SERVER)
def test_no_server_keeps_the_report(case: str, state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: the status is the command's, the report waits."""
    monkeypatch.setenv("SENTRY_DSN", NO_SERVER[case])

    done = run(wrapped("sh", "-c", "exit 5", options=["--deliver", "wait", "--deliver-timeout", "1s"]))

    until_taken_in(state_directory)
    assert (done.returncode, done.stderr) == (5, b"")
    assert outbox(state_directory) == ["event", "transaction"]


@pytest.mark.parametrize("how", ["background", "wait"])
def test_hanging_server_delays_nothing(
    how: str, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command starts at once, the wrapper ends at once or after the time it was given; all arrives later, once."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = HANG
    started = time.monotonic()
    done = run(wrapped("sh", "-c", "exit 3", options=["--deliver", how, "--deliver-timeout", "300ms"]))
    took_s = time.monotonic() - started
    server.wait_for(lambda ingest: ingest.requests)

    server.answers = None
    delivered = deliver()

    assert (done.returncode, delivered.returncode) == (3, 0)
    assert took_s < 5
    assert (len(server.events), len(server.transactions)) == (1, 1)


def test_blackhole_delays_nothing(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not even accept the connection."""
    with blackhole() as dsn:
        monkeypatch.setenv("SENTRY_DSN", dsn)
        started = time.monotonic()

        done = run(wrapped("true", options=["--deliver", "background"]))

        assert time.monotonic() - started < 5
        assert done.returncode == 0
        until_taken_in(state_directory)
        assert outbox(state_directory) == ["transaction"]


def test_report_arrives_by_itself_when_the_server_is_back(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short outage needs nobody: the background delivery tries again."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = [Answer(status=503)]

    run(wrapped("false", options=["--deliver", "background"]))

    server.wait_for(lambda ingest: len(ingest.events) == len(ingest.transactions) == 1)
    until_unlocked(state_directory)
    assert outbox(state_directory) == []


def test_report_works_with_the_server(report: Report, server: Ingest, state_directory: Path) -> None:
    """One healthy round over one connection leaves nothing behind."""
    report("false")

    until_unlocked(state_directory)
    assert (server.connections, outbox(state_directory)) == (1, [])
