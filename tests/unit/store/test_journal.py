"""The journal: a run is running, ended, lost, or taken in, and nothing between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel_run.errors import FormatError
from sentinel_run.facts import Ending
from sentinel_run.store import journal, own_entry
from tests.unit.samples import facts

ENDED = facts()._replace(ending=Ending(at=2.0, duration_s=0.5, exit_status=3))
RUN = ENDED.identity.run_id


@pytest.fixture
def state(tmp_path: Path) -> str:
    """A state directory that is not there yet."""
    return str(tmp_path / "state")


def names(state: str) -> list[str]:
    """What lies in the journal."""
    return sorted(os.listdir(f"{state}/journal"))


def test_running(state: str) -> None:
    """An open entry is a run that is going on, and nothing to take in."""
    own_entry.begin(state, facts())

    assert names(state) == [f"{RUN}.running"]
    assert list(journal.running(state)) == [facts()]
    assert list(journal.found(state)) == []


def test_ended(state: str) -> None:
    """A closed entry holds the finished facts and can be taken in, once."""
    own_entry.end(state, own_entry.begin(state, facts()), ENDED)

    (entry,) = journal.found(state)
    assert (entry.run_id, entry.ended, journal.read(entry)) == (RUN, True, ENDED)
    assert own_entry.is_waiting(state, RUN)
    journal.remove(state, RUN)
    assert (names(state), own_entry.is_waiting(state, RUN)) == ([], False)


def test_ended_without_being_opened(state: str) -> None:
    """A run may end before it was noted as running."""
    own_entry.end(state, None, ENDED)

    assert names(state) == [f"{RUN}.ended"]


def test_lost(state: str) -> None:
    """An entry whose wrapper is gone is found as not ended."""
    os.close(own_entry.begin(state, facts()).fd)

    (entry,) = journal.found(state)
    assert (entry.ended, journal.read(entry)) == (False, facts())
    assert list(journal.running(state)) == []


def test_killed_between_ended_and_unlinked(state: str) -> None:
    """Then both files are there; the finished facts count."""
    os.close(own_entry.begin(state, facts()).fd)
    own_entry.end(state, None, ENDED)

    assert [entry.ended for entry in journal.found(state)] == [True]
    journal.remove(state, RUN)
    assert names(state) == []


def test_oldest_end_first(state: str) -> None:
    """Runs are taken in in the order in which they ended."""
    for second, letter in enumerate("bca"):
        own_entry.end(state, None, facts(letter * 32))
        os.utime(f"{state}/journal/{letter * 32}.ended", (second, second))

    assert [entry.run_id[0] for entry in journal.found(state)] == ["b", "c", "a"]


def test_damaged_entry(state: str) -> None:
    """It is told as damaged, and what else is there can be read."""
    own_entry.end(state, None, ENDED)
    Path(f"{state}/journal/{'f' * 32}.ended").write_bytes(b"{")
    damaged = next(entry for entry in journal.found(state) if entry.run_id == "f" * 32)

    with pytest.raises(FormatError):
        journal.read(damaged)


def test_running_passes_over_what_cannot_be_read(state: str) -> None:
    """A damaged entry or a link of a running run does not hide the others."""
    own_entry.begin(state, facts())
    os.symlink("/etc/passwd", f"{state}/journal/{'1' * 32}.running")

    assert list(journal.running(state)) == [facts()]


def test_no_journal(state: str) -> None:
    """A state directory that was never used has no runs."""
    assert (list(journal.found(state)), list(journal.running(state))) == ([], [])
