"""The hand-over from the wrapper to `deliver`: nobody is forgotten, one serves all."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sentinel_run.store import last_words, lock
from sentinel_run.store.history import History
from tests.delivery.conftest import deliver, outbox, until_unlocked
from tests.process.support import PATIENCE_S, PROGRAM, marked, run, wait_until, wrapped
from tests.servers.ingest import HANG, Answer, Ingest


def test_a_burst_is_served_whole(server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred failing runs, fifty at a time: each is in the history and reported once."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    numbers = list(range(1, 201))
    with ThreadPoolExecutor(50) as pool:
        list(
            pool.map(lambda n: run(wrapped("sh", "-c", f"exit {n}", options=["--deliver", "background"])), numbers)
        )

    server.wait_for(lambda ingest: len(ingest.events) >= 200 and len(ingest.transactions) >= 200, timeout_s=60)
    until_unlocked(state_directory)

    assert sorted(event["contexts"]["run"]["exit_status"] for event in server.events) == numbers
    assert History(str(state_directory)).count() == 200
    assert (outbox(state_directory), list((state_directory / "journal").iterdir())) == ([], [])


def test_later_leaves_the_facts_in_the_journal(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is started and nothing sent before somebody delivers."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    run(wrapped("false", options=["--deliver", "later"]))
    left = [path.suffix for path in (state_directory / "journal").iterdir()]

    deliver()

    assert left == [".ended"]
    assert (len(server.events), len(server.requests)) == (1, 2)


def test_without_dsn_the_history_is_kept_and_no_sdk_loaded(state_directory: Path) -> None:
    """The embedded default costs no import of the SDK."""
    run(wrapped("false"))

    done = run([sys.executable, "-X", "importtime", "-m", "sentinel_run", "deliver"])

    (row,) = History(str(state_directory)).runs()
    assert (row.name, row.status, row.cause) == ("false", "failed", "exit status 1")
    assert b"sentry_sdk" not in done.stderr
    assert b"sentinel_run.deliver.intake" in done.stderr


def test_unusable_store_still_reports(server: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a place to keep the facts they go to the server through memory, in `wait` before we end."""
    (tmp_path / "file").write_text("no directory")
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(tmp_path / "file" / "state"))
    monkeypatch.setenv("SENTRY_DSN", server.dsn)

    done = run(wrapped("sh", "-c", "exit 9", options=["--deliver", "wait", "--deliver-timeout", "30s"]))

    assert (done.returncode, done.stderr) == (9, b"")
    assert (len(server.events), len(server.transactions)) == (1, 1)


@pytest.mark.parametrize("limit_bytes", [0, 4096])
def test_a_limit_on_files_still_reports(limit_bytes: int, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be stored below `ulimit -f 0`, in files in memory neither; the report takes a pipe."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    command = wrapped("sh", "-c", "echo why; exit 9", options=["--deliver", "wait", "--deliver-timeout", "30s"])
    limit = (limit_bytes, limit_bytes)

    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )

    assert (done.returncode, done.stdout, done.stderr) == (9, b"why\n", b"")
    assert (len(server.events), len(server.transactions)) == (1, 1)


def test_deliver_ends_after_its_work(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lingers for a second and is gone; it holds none of the descriptors that the command was given."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("TEST_MARK", str(state_directory))
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)

    subprocess.run(wrapped("true", options=["--deliver", "background"]), pass_fds=[writer], check=True)
    os.close(writer)
    at_end = os.read(reader, 1)  # Hangs, up to the test's time limit, if anybody still holds the pipe.

    assert at_end == b""
    wait_until(lambda: not marked(f"TEST_MARK={state_directory}"))


def test_a_killed_wrapper_is_reported_as_lost(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kill -9` of the wrapper costs the end of the story, not the story."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    with subprocess.Popen(wrapped("sleep", "60")) as wrapper:
        wait_until(lambda: list((state_directory / "journal").glob("*.running")))
        wrapper.kill()
    deliver()

    (event,) = server.events
    assert event["fingerprint"] == ["sleep", "lost"]
    assert event["exception"]["values"][0]["type"] == "CommandLost"
    # Sentry's failure rate leaves out what is `unknown`.
    assert [made["contexts"]["trace"]["status"] for made in server.transactions] == ["internal_error"]


def test_a_run_still_going_is_not_taken_for_lost(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deliver leaves the entry of a living wrapper alone."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    with subprocess.Popen(wrapped("cat"), stdin=subprocess.PIPE) as wrapper:
        wait_until(lambda: list((state_directory / "journal").glob("*.running")))

        deliver()

        assert server.requests == []
        assert wrapper.stdin is not None
        wrapper.stdin.close()
    assert deliver().returncode == 0
    assert [made["contexts"]["trace"]["status"] for made in server.transactions] == ["ok"]


@pytest.mark.parametrize("garbage", [b"", b"{", b"\xff\x00", b'{"format":1}', b"[]", b'{"format":"x"}'])
def test_a_damaged_entry_blocks_nobody(garbage: bytes, state_directory: Path) -> None:
    """It is set aside; the others are taken in."""
    run(wrapped("true"))
    (state_directory / "journal" / f"{'0' * 32}.ended").write_bytes(garbage)

    done = deliver()

    assert done.returncode == 0
    assert History(str(state_directory)).count() == 1
    assert [path.name for path in (state_directory / "bad").iterdir()] == [f"{'0' * 32}.ended"]


def test_an_entry_of_a_newer_release_is_left_alone(state_directory: Path) -> None:
    """Whoever understands it will take it in."""
    run(wrapped("true"))
    (entry,) = (state_directory / "journal").glob("*.ended")
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "format": 99}))

    deliver()

    assert entry.exists()


def test_by_hand_takes_over_from_the_background(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who says `deliver` does not wait for a background delivery that hangs."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = HANG
    run(wrapped("false", options=["--deliver", "background"]))
    server.wait_for(lambda ingest: ingest.requests)
    server.answers = None

    done = run([*PROGRAM, "deliver", "--json"])

    assert json.loads(done.stdout)["accepted"] == 2


def test_sigterm_ends_it_after_the_step_at_hand(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The envelope that is under way is finished and noted, the others wait; nothing is sent twice."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    for _ in range(3):
        run(wrapped("true"))
    server.answers = [Answer(delay_s=1.0)]
    with subprocess.Popen([*PROGRAM, "deliver"], stdout=subprocess.PIPE) as process:
        server.wait_for(lambda ingest: ingest.connections)

        process.terminate()

        assert process.wait(PATIENCE_S) == 1
    assert (len(server.requests), len(outbox(state_directory))) == (1, 2)
    deliver()
    assert (len(server.requests), len(server.transactions)) == (3, 3)


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL], ids=["stopped", "killed"])
def test_one_that_does_not_serve_is_replaced_by_the_next_run(
    number: int, server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `deliver` that was stopped, long ago, or killed keeps nobody's report."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = HANG
    run(wrapped("true", options=["--deliver", "background"]))
    server.wait_for(lambda ingest: ingest.requests)
    os.kill(int((state_directory / "deliver.lock").read_text()), number)
    server.answers = None
    long_ago = time.time() - 2 * lock.NEGLECTED_S
    os.utime(state_directory / "deliver.lock", (long_ago, long_ago))

    run(wrapped("true", options=["--deliver", "background"]))

    server.wait_for(lambda ingest: len(ingest.transactions) == 2, timeout_s=PATIENCE_S)
    until_unlocked(state_directory)
    assert outbox(state_directory) == []


def test_a_healthy_one_is_not_replaced(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows that it lives, also while a server keeps it waiting."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    server.answers = [Answer(delay_s=1.0)]
    run(wrapped("true", options=["--deliver", "background"]))
    server.wait_for(lambda ingest: ingest.connections)
    first = (state_directory / "deliver.lock").read_text()

    run(wrapped("true", options=["--deliver", "background"]))

    server.wait_for(lambda ingest: len(ingest.transactions) == 2, timeout_s=PATIENCE_S)
    assert (state_directory / "deliver.lock").read_text() == first


def test_the_last_words_of_a_lost_run_are_reported(
    server: Ingest, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the command said before its wrapper was killed is in the report, redacted, with its times."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("API_TOKEN", "geheim-1234")
    script = (
        "echo first; echo oh no >&2; echo it is geheim-1234, INT-77; printf pass; printf word=; echo hunter2; cat"
    )
    with subprocess.Popen(
        wrapped("sh", "-c", script, options=["--redact", r"INT-\d+"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as wrapper:
        wait_until(lambda: list((state_directory / "journal").glob("*.running")))
        assert wrapper.stdout is not None
        while b"hunter2" not in wrapper.stdout.readline():
            pass
        stored = b"".join(path.read_bytes() for path in state_directory.rglob("*") if path.is_file())
        wrapper.kill()
    deliver()

    (event,) = server.events
    lines = {crumb["message"]: crumb["category"] for crumb in event["breadcrumbs"]["values"]}
    assert {
        "first": "stdout",
        "it is [Filtered], [Filtered]": "stdout",
        "password=[Filtered]": "stdout",
    }.items() <= lines.items()
    assert lines["oh no"] == "stderr"
    assert event["fingerprint"] == ["cat", "lost"]
    assert b"geheim" not in server.requests[0].body + stored
    assert not os.path.exists(last_words.folder({}) + "/" + event["contexts"]["run"]["id"])


def test_a_run_that_ends_leaves_no_last_words(state_directory: Path) -> None:
    """They are in its facts by then."""
    run(wrapped("sh", "-c", "echo hello; sleep 0.2; exit 3"))

    (entry,) = (state_directory / "journal").glob("*.ended")
    assert not os.path.exists(last_words.folder({}) + "/" + entry.stem)
