"""`--header`: with every request to its own server, with no other one, and in no place where it can be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.delivery.conftest import Report, deliver, outbox
from tests.delivery.headers import HEADER, NAME, PRINTS_IT, SECRET, address, carried, in_memory, leaks
from tests.process.support import PROGRAM, run, wait_until, wrapped
from tests.servers.ingest import Answer, Ingest, Received, refused_dsn

pytestmark = pytest.mark.usefixtures("memory")


def test_each_kind_of_request_carries_it(report: Report, server: Ingest, work: Path) -> None:
    """Check-ins of a long run, its event, transaction, logs and metrics; the output has no trace of the value."""
    options = ["--header", HEADER, "--header", "X-Two: zwei", "--monitor", "job", "--logs", "--metrics"]

    def answer(_: Received) -> Answer:
        (work / "checked-in").touch()
        return Answer()

    server.answers = answer
    job = f"until test -e checked-in; do sleep 0.05; done; echo seen {SECRET}; exit 3"
    report("sh", "-c", job, options=options)

    kinds = {item.type for envelope in server.envelopes for item in envelope.items}
    assert kinds >= {"check_in", "event", "transaction", "log", "trace_metric", "attachment"}
    assert [check_in["status"] for check_in in server.check_ins] == ["in_progress", "error"]
    assert set(carried(server)) == {SECRET}
    assert {received.headers.get("X-Two") for received in server.requests} == {"zwei"}
    assert not any(SECRET.encode() in received.body for received in server.requests)
    assert b"sentinel_run" not in server.requests[0].body.partition(b"\n")[0]
    wait_until(lambda: not in_memory())  # They go right after the last envelope, and the wait ends with that.


@pytest.mark.parametrize("given", ["variable", "file"])
def test_other_sources(
    given: str, report: Report, server: Ingest, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every option: a variable, and a file."""
    if given == "variable":
        monkeypatch.setenv("SENTINEL_RUN_HEADER", f"{HEADER},X-Two: zwei")
    else:
        (work / "sentinel-run.toml").write_text(f"header = [{HEADER!r}, 'X-Two: zwei']\n")

    report("false")

    assert carried(server) == [SECRET, SECRET]


def test_a_trial_carries_it(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`doctor --send-test` goes the way of all reports, and shows the name alone."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("SENTINEL_RUN_HEADER", HEADER)

    done = run([*PROGRAM, "doctor", "--send-test"])

    assert carried(server) == [SECRET]
    assert f"{NAME}: [Filtered]" in done.stdout.decode()
    assert SECRET.encode() not in done.stdout + done.stderr


def test_no_command_line_of_ours_has_it(report: Report, server: Ingest) -> None:
    """But for that of the wrapper, where the user has put it; `ps` shows it to everyone."""
    seen: list[bytes] = []

    def look(_: Received) -> Answer:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(path.read_bytes())
            except OSError:
                continue
        return Answer()

    server.answers = look
    report("false", options=["--header", HEADER])

    ours = [words for words in seen if b"\0deliver\0" in words]
    assert len(ours) >= 2
    assert not any(SECRET.encode() in words for words in ours)
    assert {words.split(b"\0")[-2] for words in seen if SECRET.encode() in words} == {b"false"}


def test_nothing_of_it_on_the_disk(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Journal, outbox, history, notes; nor on any screen of ours."""
    monkeypatch.setenv("SENTRY_DSN", refused_dsn())
    options = ["--header", HEADER, "--deliver", "later", "--tag", f"x={SECRET}"]

    planned = run(wrapped(*PRINTS_IT, options=[*options, "--dry-run"]))
    run(wrapped(*wrapped(*PRINTS_IT, options=options), options=options))
    journal = leaks(state_directory)
    deliver()

    assert outbox(state_directory).count("event") == 1
    assert (journal, leaks(state_directory)) == ([], [])
    for words in (["show", "--json"], ["show", "--envelope"], ["show"], ["doctor"], ["history", "--json"]):
        assert SECRET.encode() not in run([*PROGRAM, *words]).stdout
    assert SECRET.encode() not in planned.stdout
    assert f"header: {NAME}: [Filtered] (--header)" in planned.stdout.decode()


@pytest.mark.parametrize("before", ["refused:", "x" * 180])
def test_a_server_that_repeats_it(before: str, server: Ingest, state_directory: Path) -> None:
    """A proxy may say which value it refuses. No part of that is kept or shown, also where the text is cut."""
    server.answers = Answer(status=403, headers={"x-sentry-error": f"{before} bad token {SECRET}"})
    run(wrapped("false", options=["--dsn", server.dsn, "--header", HEADER]))
    deliver()
    trial = run(
        [*PROGRAM, "doctor", "--send-test"],
        env={**os.environ, "SENTRY_DSN": server.dsn, "SENTINEL_RUN_HEADER": HEADER},
    )
    told = run([*PROGRAM, "show"]).stdout

    assert f"status 403: {before} bad token"[:100].encode() in told
    assert SECRET[:8].encode() not in told + trial.stdout + trial.stderr
    assert leaks(state_directory) == []


def test_spotlight_does_not_get_it(report: Report, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a server of the developer's own, and none that the header is for."""
    with Ingest() as spotlight:
        monkeypatch.setenv("SENTRY_SPOTLIGHT", f"{address(spotlight)}/stream")

        report("false", options=["--header", HEADER])

        assert (set(carried(server)), set(carried(spotlight))) == ({SECRET}, {None})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_does_not_follow_a_redirect(status: int, server: Ingest, state_directory: Path) -> None:
    """The answer of a proxy that wants a log-in leads nowhere; the report waits."""
    with Ingest() as other:
        server.answers = Answer(status=status, headers={"Location": f"{address(other)}/api/1/envelope/"})
        run(wrapped("false", options=["--dsn", server.dsn, "--header", HEADER]))

        deliver()

        assert set(carried(server)) == {SECRET}
        assert (other.requests, other.connections) == ([], 0)
    assert outbox(state_directory) == ["event", "transaction"]


def test_another_server_does_not_get_it(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """One `deliver` sends for two servers, and its own settings name the first one."""
    with Ingest() as other:
        run(wrapped("false", options=["--dsn", other.dsn, "--deliver", "later"]))
        run(wrapped("false", options=["--dsn", server.dsn, "--header", HEADER, "--deliver", "later"]))
        monkeypatch.setenv("SENTRY_DSN", server.dsn)
        monkeypatch.setenv("SENTINEL_RUN_HEADER", HEADER)

        deliver()

        assert (carried(server), carried(other)) == ([SECRET, SECRET], [None, None])


def test_a_stronger_dsn_does_not_get_it(report: Report, server: Ingest, work: Path) -> None:
    """What stands beside one DSN in a file is not for another one, wherever that comes from."""
    (work / "sentinel-run.toml").write_text(f"dsn = 'http://public@sentry.example.com/1'\nheader = [{HEADER!r}]\n")

    report("false")

    assert carried(server) == [None, None]


@pytest.mark.parametrize("section", ["", "[environment.other]\n", "[command.other]\n"])
def test_one_that_is_not_sent_is_a_secret_too(
    section: str, server: Ingest, report: Report, work: Path, state_directory: Path
) -> None:
    """It is in a file of this user, for another server or another run, and this command prints it."""
    (work / "sentinel-run.toml").write_text(
        f"{section}dsn = 'http://public@sentry.example.com/1'\nheader = [{HEADER!r}]\n"
    )

    report(*PRINTS_IT)

    assert len(server.requests) == 2
    assert not any(SECRET.encode() in received.body for received in server.requests)
    assert leaks(state_directory) == []


def test_through_a_proxy(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request that a proxy passes on has it."""
    with Ingest() as proxy:
        monkeypatch.setenv("http_proxy", address(proxy))
        monkeypatch.delenv("no_proxy", raising=False)

        report("false", options=["--header", HEADER, "--dsn", "http://public@sentry.example.com/1"])

        assert {received.path for received in proxy.requests} == {"http://sentry.example.com/api/1/envelope/"}
        assert set(carried(proxy)) == {SECRET}


@pytest.mark.parametrize(
    "wrong",
    ["Secret-without-colon", f"bad name: {SECRET}", "X:", f"X: a\n{SECRET}", f"X-Sentry-Auth: {SECRET}",
     f"host: {SECRET}", f"Content-Length: {SECRET}", f"X: {SECRET}\x1b[2J"],
)  # fmt: skip
def test_wrong_usage(wrong: str, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs, and one line says why, without the value. In a file it costs a note, and the command runs."""
    done = run(wrapped("touch", "ran", options=["--header", wrong]))
    (work / "sentinel-run.toml").write_text(f"header = [{json.dumps(wrong)}]\n")
    noted = run(wrapped("echo", "ran", options=["-v"]))
    checked = run([*PROGRAM, "config", "check"])

    assert (done.returncode, (work / "ran").exists()) == (125, False)
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("sentinel-run: --header: ")
    assert (noted.returncode, noted.stdout) == (0, b"ran\n")
    assert "sentinel-run.toml:1: header: " in noted.stderr.decode()
    assert checked.returncode == 1
    said = done.stderr + noted.stderr + checked.stdout
    assert SECRET.encode() not in said
    assert b"without" not in said
