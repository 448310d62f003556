"""`--header`: the one that sends a report knows it, whoever started that and however long it takes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from threading import Event

import pytest

from sentinel_run.store import last_words
from tests.delivery.conftest import deliver, outbox, until_unlocked
from tests.delivery.headers import HEADER, NAME, SECRET, carried, in_memory
from tests.delivery.test_bare_chroot import IS_POSSIBLE, WITHOUT_PROC
from tests.process.support import PATIENCE_S, PROGRAM, run, wait_until, wrapped
from tests.servers.ingest import Answer, Ingest, Received

pytestmark = pytest.mark.usefixtures("memory")


def _held_up(server: Ingest) -> Event:
    """Have a run without headers delivered by a `deliver` that gets no answer until the event is set."""
    goes_on = Event()

    def answer(_: Received) -> Answer:
        goes_on.wait()
        return Answer()

    server.answers = answer
    run(wrapped("false", options=["--deliver", "background"]))
    wait_until(lambda: server.connections)
    return goes_on


def test_a_deliver_that_another_run_has_started(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is at work when a run with a header ends, has never heard of it, and sends it with that run's reports."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    goes_on = _held_up(server)
    holder = (state_directory / "deliver.lock").read_text()
    run(wrapped("true", options=["--deliver", "background", "--header", HEADER]))
    goes_on.set()
    server.wait_for(lambda ingest: len(ingest.transactions) == 2)
    until_unlocked(state_directory)

    assert (state_directory / "deliver.lock").read_text() == holder
    by_name = {event["transaction"]: received for received in server.requests for event in _transactions(received)}
    assert by_name["true"].headers.get(NAME) == SECRET
    assert by_name["false"].headers.get(NAME) is None
    wait_until(lambda: not in_memory())


def _transactions(received: Received) -> list[dict[str, str]]:
    assert received.envelope is not None
    return [item.json for item in received.envelope.items if item.type == "transaction"]


def test_a_later_deliver_knows_it(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an outage, without a setting: what memory holds is the run's own, and is gone with its last report."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    run(wrapped("false", options=["--deliver", "later", "--header", HEADER]))
    server.answers = [Answer(status=503)]
    first = deliver()
    left = in_memory()

    second = deliver()

    assert (first.returncode, second.returncode, len(left), in_memory()) == (1, 0, 1, [])
    assert set(carried(server)) == {SECRET}


def test_a_killed_wrapper(server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report of a lost run has it too."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    with subprocess.Popen(wrapped("sleep", "60", options=["--header", HEADER])) as wrapper:
        wait_until(lambda: list((state_directory / "journal").glob("*.running")))
        wrapper.kill()
    deliver()

    assert [event["fingerprint"] for event in server.events] == [["sleep", "lost"]]
    assert set(carried(server)) == {SECRET}


def test_what_nobody_knows_any_more_is_waited_for(
    server: Ingest, state_directory: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a reboot: without its header the report would be refused and lost, so it waits and says for what."""
    run(wrapped("false", options=["--dsn", server.dsn, "--deliver", "later", "--header", HEADER]))
    for name in in_memory():
        Path(last_words.folder(os.environ), name).unlink()
    done = deliver()
    told = json.loads(run([*PROGRAM, "doctor", "--json"]).stdout)["waiting"]["reasons"]
    waiting = (outbox(state_directory), len(server.requests))
    (work / "sentinel-run.toml").write_text(f"dsn = '{server.dsn}'\nheader = [{HEADER!r}]\n")

    again = deliver()

    assert (done.returncode, waiting) == (1, (["event", "transaction"], 0))
    assert NAME in done.stdout.decode()
    assert [(NAME in reason["note"], reason["envelopes"]) for reason in told] == [(True, 2)]
    assert (again.returncode, carried(server)) == (0, [SECRET, SECRET])


@pytest.mark.skipif(not IS_POSSIBLE, reason="no namespaces of our own here")
def test_without_a_place_in_memory(server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing tells of a tmpfs: the run's own `deliver` has them, and comes after the one that is at work."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    goes_on = _held_up(server)
    run([*WITHOUT_PROC, *wrapped("true", options=["--deliver", "background", "--header", HEADER])])
    left = in_memory()
    goes_on.set()
    server.wait_for(lambda ingest: len(ingest.transactions) == 2, timeout_s=PATIENCE_S)

    by_name = {event["transaction"]: received for received in server.requests for event in _transactions(received)}
    assert by_name["true"].headers.get(NAME) == SECRET
    assert left == []


def test_without_a_usable_store(server: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way through memory has it too, and leaves nothing."""
    (tmp_path / "file").write_text("no directory")
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(tmp_path / "file" / "state"))
    monkeypatch.setenv("SENTRY_DSN", server.dsn)

    run(wrapped("false", options=["--deliver", "wait", "--deliver-timeout", "30s", "--header", HEADER]))

    assert carried(server) == [SECRET, SECRET]
    wait_until(lambda: not in_memory())  # They go right after the last envelope, and the wait ends with that.
