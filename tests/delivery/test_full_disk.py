"""A disk without room for reports does not keep them from leaving: they go straight from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.delivery.conftest import deliver, outbox
from tests.process.support import mounted, run, wrapped
from tests.servers.ingest import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.delivery.conftest import Report
    from tests.servers.ingest import Ingest


@pytest.fixture
def small(state_directory: Path) -> Iterator[Path]:
    """The state directory on a file system of its own, with room for a few runs."""
    with mounted(state_directory, "size=400k,mode=700"):
        yield state_directory


@pytest.fixture
def waiting(small: Path, server: Ingest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with one failed run in the journal, and no room for anything that follows from it."""
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    deliver()  # It leaves its lock and the history.
    run(wrapped("sh", "-c", "exit 3"))
    _fill(small)
    return small


def _fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                continue
        except OSError:
            return


def test_what_the_disk_has_no_room_for_is_sent(waiting: Path, server: Ingest) -> None:
    """`deliver` sends it once, says so, and the run leaves the journal."""
    done = deliver()

    assert (done.returncode, done.stdout, done.stderr) == (0, b"2 sent\n", b"")
    assert [event["exception"]["values"][0]["type"] for event in server.events] == ["CommandFailed"]
    assert list((waiting / "journal").glob("*.ended")) == []


def test_it_waits_for_a_server_that_is_down(waiting: Path, server: Ingest) -> None:
    """Then it stays in the journal, which is told, and leaves as soon as somebody asks."""
    server.answers = Answer(status=503)
    down = deliver()
    server.answers = Answer()
    up = deliver()

    assert (down.returncode, up.returncode, up.stdout) == (1, 0, b"2 sent\n")
    assert down.stdout.startswith(b"0 sent, 1 waiting (")
    assert (len(server.events), outbox(waiting)) == (1, [])


def test_wait_does_not_end_without_it(small: Path, server: Ingest, report: Report) -> None:
    """`--deliver wait` delivers every run, also once the disk is full."""
    report("false")
    _fill(small)

    for _ in range(2):
        report("false")

    assert len(server.events) == 3
