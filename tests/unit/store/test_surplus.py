"""What is given up when too much waits, in the stated order."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sentinel_run.store import outbox, paths, surplus
from sentinel_run.store.outbox import Letter

NOW = time.time()


@pytest.fixture
def state(tmp_path: Path) -> str:
    """A store with a success, a failure, and another success, one after the other."""
    folder = str(tmp_path / "state")
    paths.prepare(folder)
    letters = [("a", "transaction"), ("b", "event"), ("b", "transaction"), ("c", "transaction")]
    for second, (letter, kind) in enumerate(letters):
        outbox.put(folder, outbox.name(NOW + second, letter * 32, kind), b"x" * 100)
    return folder


def shown(letters: list[Letter]) -> list[str]:
    """`run-kind` of each."""
    return [f"{letter.run_id[0]}-{letter.kind}" for letter in letters]


IN_ORDER = ["a-transaction", "c-transaction", "b-transaction", "b-event"]


@pytest.mark.parametrize("room", range(5))
def test_oldest_successes_first_errors_last(room: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many go as there is no room for, by count."""
    monkeypatch.setattr(surplus, "MAX_LETTERS", room)

    assert shown(surplus.too_many(outbox.waiting(state))) == IN_ORDER[: 4 - room]


@pytest.mark.parametrize("room", range(5))
def test_by_size_in_the_same_order(room: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many go as there is no room for, by bytes."""
    monkeypatch.setattr(surplus, "MAX_BYTES", room * 100)

    assert shown(surplus.too_many(outbox.waiting(state))) == IN_ORDER[: 4 - room]


def test_by_age(state: str) -> None:
    """Times that Sentry would replace are not sent."""
    outbox.put(state, outbox.name(NOW - 31 * 86400, "d" * 32, "event"), b"x")
    outbox.put(state, outbox.name(NOW - 29 * 86400, "e" * 32, "event"), b"x")

    assert shown(surplus.stale(outbox.waiting(state), NOW)) == ["d-event"]


def test_nothing_is_given_up_below_the_defaults(state: str) -> None:
    """The stated ones are far away."""
    assert surplus.too_many(outbox.waiting(state)) == surplus.stale(outbox.waiting(state), NOW) == []
    assert (surplus.MAX_LETTERS, surplus.MAX_BYTES) == (20_000, 200_000_000)
