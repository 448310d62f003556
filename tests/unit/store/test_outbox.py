"""The outbox: one file an envelope, in the order in which they shall leave."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel_run.store import outbox, paths

RUN = "a" * 32


@pytest.fixture
def state(tmp_path: Path) -> str:
    """A prepared state directory."""
    paths.prepare(str(tmp_path / "state"))
    return str(tmp_path / "state")


def test_order_of_leaving(state: str) -> None:
    """By the start of the run, the event before the transaction."""
    for started_at, kind in ((20.0, "transaction"), (20.0, "event"), (3.0, "transaction")):
        outbox.put(state, outbox.name(started_at, RUN, kind), b"x")

    letters = outbox.waiting(state)

    assert [letter.kind for letter in letters] == ["transaction", "event", "transaction"]
    assert {letter.run_id for letter in letters} == {RUN}


def test_putting_again_replaces(state: str) -> None:
    """A second `deliver` over the same facts makes no second envelope."""
    for content in (b"one", b"two"):
        outbox.put(state, outbox.name(1.0, RUN, "event"), content)

    (letter,) = outbox.waiting(state)
    assert Path(letter.path).read_bytes() == b"two"


def test_waiting_until_removed(state: str) -> None:
    """A run waits while any of its envelopes does."""
    outbox.put(state, outbox.name(1.0, RUN, "transaction"), b"x")
    assert outbox.is_waiting(state, 1.0, RUN)

    outbox.remove(outbox.waiting(state)[0])

    assert not outbox.is_waiting(state, 1.0, RUN)


@pytest.mark.parametrize("started_at", [1.001, 1795681138.247146])
def test_the_last_of_a_run(started_at: float, state: str) -> None:
    """Another run's, or its own, does not count, whatever the moment is as a number."""
    for run_id, kind in ((RUN, "event"), (RUN, "transaction"), ("b" * 32, "event")):
        outbox.put(state, outbox.name(started_at, run_id, kind), b"x")
    first, second, other = outbox.waiting(state)

    more = outbox.has_more_of_run(first)
    outbox.remove(first)

    assert (more, outbox.has_more_of_run(second), outbox.has_more_of_run(other)) == (True, False, False)


def test_damaged_letter_is_set_aside(state: str) -> None:
    """It blocks nobody and can still be looked at."""
    outbox.put(state, outbox.name(1.0, RUN, "event"), b"damaged")

    outbox.set_aside(state, outbox.waiting(state)[0])

    assert outbox.waiting(state) == []
    assert [file.read_bytes() for file in Path(state, "bad").iterdir()] == [b"damaged"]


@pytest.mark.parametrize("name", ["x.envelope", "a-b-c.txt", "1-2-3.envelope.42.tmp", "1-2-3-4.envelope"])
def test_other_files_are_no_letters(name: str, state: str) -> None:
    """Half-written and foreign files are left alone."""
    Path(state, "outbox", name).touch()

    assert outbox.waiting(state) == []


def test_envelopes_are_private(state: str) -> None:
    """0600, as everything in the state directory."""
    outbox.put(state, outbox.name(1.0, RUN, "event"), b"x")

    assert os.stat(outbox.waiting(state)[0].path).st_mode & 0o777 == 0o600
