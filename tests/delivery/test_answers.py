"""What a server can answer, and that the command never notices."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import pytest

from sentinel_run.store import outbox as outbox_
from sentinel_run.store.history import History
from sentinel_run.store.servers import Pause
from tests.delivery.conftest import Report, deliver, outbox, until_taken_in, until_unlocked
from tests.process.support import PROGRAM, run, wrapped
from tests.servers.ingest import HANG, REDIRECT_LOOP, Answer, Fault, Ingest, blackhole, refused_dsn

# A hundred lines that are too long for one event together.
LONG_LINES = "for n in range(100): print(f'line {n} ' + 'x' * 3900)\nraise SystemExit('error: the end')"
REDIRECT = {"Location": "http://127.0.0.1:9/"}
KEPT = {
    **{str(status): Answer(status=status) for status in (407, 408, 425, 500, 502, 503, 504, 529)},
    **{str(status): Answer(status=status, headers=REDIRECT) for status in (301, 302, 307, 308)},
    "redirect loop": REDIRECT_LOOP,
    "reset after the body": Answer(fault=Fault.RESET),
    "reset before the body": Answer(fault=Fault.RESET_UNREAD),
    "closed without a word": Answer(fault=Fault.CLOSE),
    "garbage": Answer(fault=Fault.GARBAGE),
    "429 with Retry-After": Answer(status=429, headers={"Retry-After": "0.01"}),
    "429 with a limit": Answer(status=429, headers={"X-Sentry-Rate-Limits": "0.01:error;transaction:key"}),
    "429 with a limit of something else": Answer(status=429, headers={"X-Sentry-Rate-Limits": "9:replay:key"}),
    "429 with a limit that is over": Answer(status=429, headers={"X-Sentry-Rate-Limits": "0::key"}),
}
DROPPED = {str(status): Answer(status=status) for status in (400, 401, 403, 404, 409, 410, 422)}


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


@pytest.mark.parametrize(("ran_since", "reported"), [(False, 2), (True, 1)])
def test_a_clock_that_leaps_ahead_gives_no_report_up(
    ran_since: bool, reported: int, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for more than 30 days is given up; not where nothing else ran since, and the clock may be wrong."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = Answer(status=503)
    run(wrapped("false"))
    deliver()
    _let_pass(state_directory, days=40)
    if ran_since:
        run(wrapped("true"))
        deliver()
        _let_pass(state_directory, days=2)
    server.answers = None

    run(wrapped("false"))
    deliver()

    assert len(server.events) == reported


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_done(
    status: int, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accepted is accepted, with a body or without."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = Answer(status=status, body=b"")
    run(wrapped("false"))

    done = deliver()

    assert (done.returncode, outbox(state_directory), len(server.requests)) == (0, [], 2)


def test_too_large_is_cut_once_and_sent_again(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attachment goes first, then breadcrumbs from the middle; reason and last lines stay, the cut is told."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = lambda seen: Answer(status=413) if len(seen.body) > 210_000 else Answer()
    run(wrapped("python3", "-c", LONG_LINES))

    done = deliver()

    (event,) = server.events
    crumbs = [crumb["message"] for crumb in event["breadcrumbs"]["values"]]
    assert (done.returncode, server.attachments, outbox(state_directory)) == (0, {}, [])
    assert event["exception"]["values"][0]["value"].endswith("error: the end")
    assert crumbs[0].startswith("starting")
    assert {"line 97", "line 98", "line 99"} <= {crumb[:7] for crumb in crumbs}
    assert any(crumb.endswith("breadcrumbs left out") for crumb in crumbs)
    assert event["contexts"]["run"]["cut"].startswith("the server refused more: no output.txt, ")


def test_cut_ends_with_the_attachment_where_that_is_enough(
    server: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits stays."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = lambda seen: Answer(status=413) if b'"type":"attachment"' in seen.body else Answer()
    run(wrapped("sh", "-c", "seq 100000; exit 1", options=["--breadcrumbs", "5"]))

    deliver()

    (event,) = server.events
    assert event["contexts"]["run"]["cut"] == "the server refused more: no output.txt"
    assert "100000" in [crumb["message"] for crumb in event["breadcrumbs"]["values"]]


def test_too_large_also_when_cut_is_dropped(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked twice and no more; the history says so."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = Answer(status=413)
    run(wrapped("python3", "-c", LONG_LINES, options=["--traces-sample-rate", "0"]))

    done = deliver("--json")

    assert len(server.requests) == 2
    assert json.loads(done.stdout)["dropped"] == 1
    assert outbox(state_directory) == []


def test_cut_report_waits_whole_when_the_second_try_meets_trouble(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what a server took counts: the whole envelope stays until then."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = [Answer(status=413), Answer(status=503)]
    run(wrapped("python3", "-c", LONG_LINES, options=["--traces-sample-rate", "0"]))
    deliver()
    waiting = outbox(state_directory)

    deliver()

    assert waiting == ["event"]
    assert set(server.attachments) == {"output.txt"}


def test_a_refusal_that_names_no_time_is_not_asked_in_a_hurry(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 without a limit that holds is trouble: the server is left alone, as after a 503."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = Answer(status=429, headers={"X-Sentry-Rate-Limits": "0::key"})
    run(wrapped("false"))

    deliver()

    assert len(server.requests) == 1
    assert History(str(state_directory)).pause(server.dsn).failures == 1


@pytest.mark.parametrize(("kind", "category"), [("check_in", "monitor"), ("event", "error"), ("log", "log_item")])
@pytest.mark.parametrize("limited", [True, False])
def test_each_kind_is_held_back_by_its_own_category(
    limited: bool, kind: str, category: str, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its category limited it waits and transactions go; with transactions limited it goes."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = [Answer(status=503)]
    run(wrapped("false"))
    deliver()
    (event,) = (state_directory / "outbox").glob("*-event.envelope")
    event.rename(str(event).replace("-event.", f"-{kind}."))
    History(str(state_directory)).limit(server.dsn, (category if limited else "transaction",), time.time() + 60)

    done = deliver("--json")

    assert json.loads(done.stdout)["accepted"] == 1
    assert outbox(state_directory) == [kind if limited else "transaction"]


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


def test_doctor_tells_what_was_dropped(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, with the reason."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = Answer(status=403)
    run(wrapped("false"))
    deliver()

    found = json.loads(run([*PROGRAM, "doctor", "--json"]).stdout)

    assert found["waiting"]["dropped"] == [{"note": "the server answered with status 403", "envelopes": 2}]


NO_SERVER = {"refused": refused_dsn(), "no such host": "http://key@no-such-host.invalid/1"}


@pytest.mark.parametrize("case", NO_SERVER)
def test_no_server_keeps_the_report(case: str, state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: the status is the command's, the report waits."""
    monkeypatch.setenv("SENTRY_DSN", NO_SERVER[case])

    done = run(wrapped("sh", "-c", "exit 5", options=["--deliver", "wait", "--deliver-timeout", "1s"]))

    until_taken_in(state_directory)
    assert (done.returncode, done.stderr) == (5, b"")
    assert outbox(state_directory) == ["event", "transaction"]


def test_nothing_is_waited_for_in_vain(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next try comes after all that the user would wait; the note says where the report is."""
    monkeypatch.setenv("SENTRY_DSN", refused_dsn())
    with closing(History(str(state_directory))) as history:
        history.set_pause(refused_dsn(), Pause(time.time() + 110, 9, "down"))

    # Longer than `run` has patience for.
    done = run(wrapped("false", options=["--deliver", "wait", "--verbose", "--deliver-timeout", "80s"]))

    note = "sentinel-run: the report waits on this machine, 127.0.0.1:1 has not taken it yet\n"
    assert (done.returncode, done.stderr.decode()) == (1, note)
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


def _let_pass(state: Path, *, days: float) -> None:
    """All runs of the history, and all that waits, become so much older."""
    with closing(History(str(state))) as history, history._db as database:
        database.execute("UPDATE runs SET started_at = started_at - ?", (days * 86400,))
    for letter in outbox_.waiting(str(state)):
        older = outbox_.name(letter.started_at - days * 86400, letter.run_id, letter.kind)
        Path(letter.path).rename(state / "outbox" / older)
