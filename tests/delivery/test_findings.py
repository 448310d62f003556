"""What fresh eyes found once, and must not come back."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sentinel_run.store.history import History
from tests.delivery.conftest import Report, deliver, until_unlocked
from tests.process.support import PROGRAM, run, wrapped
from tests.servers.ingest import HANG, Answer, Fault, Ingest

WAIT = ("--deliver", "wait", "--deliver-timeout", "30s")


def test_many_open_a_new_history_at_once(tmp_path: Path) -> None:
    """Whoever comes first makes the tables; nobody meets a half-made file."""
    with ThreadPoolExecutor(8) as pool:
        histories = list(pool.map(lambda _: run([*PROGRAM, "history"]).returncode, range(16)))

    assert histories == [0] * 16


def test_a_timeout_of_a_month_costs_no_report(state_directory: Path) -> None:
    """A timeout far away is a timeout, and the loop lives through it."""
    done = run(wrapped("sh", "-c", "exit 6", options=["--timeout", "30d"]))

    assert (done.returncode, done.stderr) == (6, b"")
    assert len(list((state_directory / "journal").glob("*.ended"))) == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_cost_the_report(
    closed: str, server: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock and the journal never land on descriptors 0 to 2."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    command = " ".join([*PROGRAM, "--deliver", "background", "--", "false", closed])

    done = run(["sh", "-c", command])

    assert done.returncode == 1
    server.wait_for(lambda ingest: len(ingest.events) == 1)


def test_an_entry_of_a_newer_release_does_not_keep_deliver_alive(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the background it is left alone, and the others leave."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    run(wrapped("true"))
    (state_directory / "journal" / f"{'0' * 32}.ended").write_text(json.dumps({"format": 99}))

    run(wrapped("false", options=["--deliver", "background"]))

    server.wait_for(lambda ingest: len(ingest.transactions) == 2)
    until_unlocked(state_directory)


@pytest.mark.parametrize("spoil", ["directory", "newer", "damaged"])
def test_an_unusable_history_does_not_keep_reports(
    spoil: str, report: Report, server: Ingest, state_directory: Path
) -> None:
    """A store that cannot be used does not keep `wait` from sending."""
    state_directory.mkdir(mode=0o700)
    path = state_directory / "history.db"
    if spoil == "directory":
        path.mkdir()
    elif spoil == "newer":
        History(str(state_directory)).close()
        subprocess.run(
            ["python3", "-c", f"import sqlite3; sqlite3.connect({str(path)!r}).execute('PRAGMA user_version=99')"],
            check=True,
        )
    else:
        path.write_bytes(b"garbage" * 1000)

    done = report("sh", "-c", "exit 3")

    assert done.returncode == 3
    assert (len(server.events), len(server.transactions)) == (1, 1)


def test_a_failure_after_an_inner_one_is_reported(report: Report, server: Ingest) -> None:
    """A nested failure that the command went on after hides nothing."""
    inner = " ".join([*PROGRAM, "--", "sh", "-c", "'exit 1'"])

    report("sh", "-c", f"{inner} || true; sleep 2; echo 'disk is full' >&2; exit 1", options=["--name", "outer"])

    assert sorted(event["fingerprint"][0] for event in server.events) == ["outer", "sh"]


def test_an_inner_timeout_is_one_issue(report: Report, server: Ingest) -> None:
    """Its status 124 is the outer run's too."""
    report(*PROGRAM, "--timeout", "300ms", "--", "sleep", "60")

    assert [event["fingerprint"] for event in server.events] == [["sleep", "timeout"]]


def test_a_dripping_answer_is_not_awaited(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that never finishes its answer's body has accepted by its status."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = [Answer(fault=Fault.HALF_BODY)]
    run(wrapped("false"))

    done = deliver()

    assert done.returncode in (0, 1)


def test_wide_characters_stay_below_the_limit(report: Report, server: Ingest) -> None:
    """The SDK writes six bytes for a Chinese letter; the event still fits."""
    report("python3", "-c", "for _ in range(150): print('\\u4e2d' * 2000)\nraise SystemExit('error: full')")

    (event,) = server.events
    assert len(json.dumps(event)) < 1_000_000


def test_secrets_of_every_source_stay_here(
    report: Report, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One door for all: CI variables, release, user, tags, baggage, the DSN's old secret part, masks."""
    secret = "hunter2hunter"
    monkeypatch.setenv("SENTRY_DSN", server.dsn.replace("public@", f"public:{secret}@"))
    monkeypatch.setenv("JENKINS_URL", "https://ci.example.com/")
    monkeypatch.setenv("GIT_URL", f"https://bob:{secret}@git.example.com/x.git")
    monkeypatch.setenv("SENTRY_TRACE", f"{'ab' * 16}-{'cd' * 8}-1")
    monkeypatch.setenv("SENTRY_BAGGAGE", f"vendor={secret},sentry-environment=x")

    report("sh", "-c", f"echo ::add-mask::{secret}; echo it is {secret}; exit 1",
           options=["--tag", f"url=https://u:{secret}@h/", "--user", f"password={secret}", "--release", f"token={secret}"])  # fmt: skip

    everything = b"".join(received.body for received in server.requests)
    everything += b"".join(path.read_bytes() for path in state_directory.rglob("*") if path.is_file())
    assert len(server.events) == 1
    assert secret.encode() not in everything


def test_a_signal_ends_the_wait_for_delivery(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are safe by then: whoever asks us to end is obeyed, with the command's status."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = HANG
    command = wrapped("sh", "-c", "exit 7", options=["--deliver", "wait", "--deliver-timeout", "10m"])
    with subprocess.Popen(command) as wrapper:
        server.wait_for(lambda ingest: ingest.requests)

        wrapper.terminate()

        assert wrapper.wait(timeout=30) == 7
