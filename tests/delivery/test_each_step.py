"""`kill -9` at each step of the wrapper and of `deliver`: whatever was noted is reported, once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sentinel_run.facts import Ending, Reporting
from sentinel_run.store import own_entry
from tests.process.support import child, line
from tests.servers.ingest import Ingest
from tests.unit.samples import facts

KILLED = -signal.SIGKILL
# Ends once the wrapper has noted it, or has died.
UNTIL_NOTED = (
    "for n in $(seq 300); do ls $SENTINEL_RUN_STATE_DIR/journal/*.running && exit 3;"
    " kill -0 $PPID || exit 4; sleep 0.02; done 2>/dev/null"
)
Stepper = Callable[..., int]


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state directory in memory: hundreds of deliveries would wait for a disk."""
    with TemporaryDirectory(dir="/dev/shm") as folder:
        monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", f"{folder}/state")
        yield Path(folder, "state")


@pytest.fixture
def stepper(server: Ingest, state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepper]:
    """Runs sentinel-run up to a step (0: to its end) and returns how it ended."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    with subprocess.Popen(child("die_at_step"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        line(process)

        def run(number: int, *arguments: str) -> int:
            process.stdin.write("\t".join([str(number), *arguments, "\n"]).removesuffix("\t\n").encode() + b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return int(line(process))

        yield run
        process.stdin.close()


def _left(state: Path, shelf: str) -> list[str]:
    return [path.name for path in (state / shelf).glob("*") if not path.name.endswith(".tmp")]


def _note_a_failure(state: Path, dsn: str) -> None:
    made, now = facts(os.urandom(16).hex()), time.time()
    ids = made.identity._replace(event_id=os.urandom(16).hex(), transaction_id=os.urandom(16).hex())
    ending = Ending(at=now, duration_s=0.5, exit_status=3)
    ended = made._replace(started_at=now - 0.5, identity=ids, ending=ending, reporting=Reporting(dsn=dsn))
    own_entry.end(str(state), None, ended)


def test_deliver_killed_at_each_step(stepper: Stepper, server: Ingest, state: Path) -> None:
    """The next one goes on where it was; only a request whose answer it did not live to note is made again."""
    for number in count(1):
        server.requests.clear()
        _note_a_failure(state, server.dsn)

        end = stepper(number, "deliver")
        came_before = len(server.requests)
        stepper(0, "deliver")

        ids = [made["event_id"] for made in server.events + server.transactions]
        assert len(set(ids)) == 2, f"step {number}"
        assert len(ids) == 2 or (len(ids) == 3 and came_before), f"step {number}"
        assert _left(state, "outbox") + _left(state, "journal") == [], f"step {number}"
        if end != KILLED:
            break
    assert number > 20


def test_wrapper_killed_at_each_step(stepper: Stepper, server: Ingest, state: Path) -> None:
    """With its real end if the facts were complete, else as lost; only before the first note there is nothing."""
    told = []
    for number in count(1):
        server.requests.clear()

        end = stepper(number, "--deliver", "later", "--", "sh", "-c", UNTIL_NOTED)
        was_noted = bool(_left(state, "journal"))
        stepper(0, "deliver")

        assert len(server.events) == len(server.transactions) == was_noted, f"step {number}"
        assert _left(state, "journal") == [], f"step {number}"
        told += [event["fingerprint"][1] for event in server.events]
        if end != KILLED:
            break
    assert set(told) == {"lost", "exit status 3"}
    assert told == sorted(told, reverse=True)  # First lost, then with its end.
