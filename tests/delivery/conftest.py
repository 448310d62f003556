"""What the delivery tests share: a server, and a way to run a command with its DSN."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.process.conftest import work as work
from tests.process.support import PROGRAM, is_served, run, wait_until, wrapped
from tests.servers.ingest import Ingest
from tests.servers.relay import check_envelope

Report = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def server(ingest: Ingest) -> Iterator[Ingest]:
    """The ingest server; every envelope that it accepts is held against Relay's normalizer and the protocol."""
    yield ingest
    for received in ingest.requests:
        if received.envelope is not None:
            assert check_envelope(received.body) == []


@pytest.fixture
def report(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Runs a command with the server's DSN and waits until its report has arrived or could not."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "wait")
    monkeypatch.setenv("SENTINEL_RUN_DELIVER_TIMEOUT", "30s")

    def reported(*command: str, options: Sequence[str] = ()) -> subprocess.CompletedProcess[bytes]:
        return run(wrapped(*command, options=options))

    return reported


def deliver(*options: str) -> subprocess.CompletedProcess[bytes]:
    """`sentinel-run deliver`, by hand."""
    return run([*PROGRAM, "deliver", *options])


def outbox(state: Path) -> list[str]:
    """The kinds of the waiting envelopes, in the order in which they shall leave."""
    return [path.stem.rpartition("-")[2] for path in sorted((state / "outbox").glob("*.envelope"))]


def until_taken_in(state: Path) -> None:
    """Wait until no ended run lies in the journal."""
    wait_until(lambda: not list((state / "journal").glob("*.ended")))


def until_unlocked(state: Path) -> None:
    """Wait until no `deliver` is at work."""
    wait_until(lambda: not is_served(state))


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A runtime directory of our own, on the file system in memory."""
    with TemporaryDirectory(dir="/dev/shm") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield
