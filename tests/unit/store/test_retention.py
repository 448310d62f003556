"""What the history forgets: the oldest beyond a count, an age or a size, and nothing else."""

from __future__ import annotations

import time
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.store.history import History
from sentinel_run.store.retention import ROW_BYTES, Keep
from tests.unit.samples import facts
from tests.unit.store.rows import Kept, fill

_ALL = Keep(None, None, None)


def _rows(count: int) -> list[Kept]:
    """One a minute, the newest last, two names in turns."""
    now = time.time()
    return [Kept(f"{number:03}", "ab"[number % 2], now - 60.0 * (count - number)) for number in range(count)]


def _gone(history: History, keep: Keep, name: str = "") -> list[str]:
    return [old.run_id for old in history.beyond(keep, name)]


def test_by_count(history: History) -> None:
    """The last ones stay."""
    fill(history, _rows(6))

    assert _gone(history, _ALL._replace(runs=4)) == ["000", "001"]
    assert _gone(history, _ALL._replace(runs=0)) == [f"{number:03}" for number in range(6)]
    assert _gone(history, _ALL._replace(runs=6)) == []


def test_by_age(history: History) -> None:
    """What started longer ago goes."""
    fill(history, _rows(6))

    assert _gone(history, _ALL._replace(for_s=210.0)) == ["000", "001", "002"]


_DAY_S = 86400.0


def _days(*ago: float, now: float) -> list[Kept]:
    return [Kept(f"{days}", started_at=now - days * _DAY_S) for days in ago]


def test_a_clock_that_leaps_ahead_makes_nothing_old(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine boots in the year 2040, runs its jobs, and is told the time an hour later: everything is still there."""
    now, ahead = time.time(), 14 * 365 * _DAY_S
    before = _days(80, 40, 1, 0.5, now=now)
    fill(history, [*before, Kept("boot", started_at=now + ahead), Kept("hourly", started_at=now + ahead + 3600)])

    monkeypatch.setattr(time, "time", lambda: now + ahead + 3700)
    assert _gone(history, Keep()) == []
    monkeypatch.setattr(time, "time", lambda: now + 3700)
    assert _gone(history, Keep()) == []


def test_age_counts_again_after_a_day(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that was off for half a year forgets a day later, and a job that runs rarely keeps few."""
    now = time.time()
    fill(history, _days(200, 180, 0.9, now=now))

    assert _gone(history, Keep()) == []
    monkeypatch.setattr(time, "time", lambda: now + 0.2 * _DAY_S)
    assert _gone(history, Keep()) == ["200", "180"]
    monkeypatch.undo()
    fill(history, _days(60, 30, 0, now=now))
    assert _gone(history, Keep(for_s=7 * _DAY_S)) == ["60"]


def test_who_names_an_age_means_the_clock(history: History) -> None:
    """`history prune --older-than 30d` is what somebody wants now."""
    fill(history, _days(200, 180, now=time.time()))

    assert _gone(history, Keep(None, 30 * _DAY_S, None, by_clock=True)) == ["200", "180"]


def test_by_size(history: History) -> None:
    """The newest stay that fit in together, each with what its row takes."""
    fill(history, _rows(6))

    assert _gone(history, _ALL._replace(bytes=3 * (100 + ROW_BYTES))) == ["000", "001", "002"]


def test_by_name(history: History) -> None:
    """Only the runs of that name count, and only they go."""
    fill(history, _rows(6))

    assert _gone(history, _ALL._replace(runs=1), "b") == ["001", "003"]
    assert _gone(history, _ALL._replace(runs=0), "nobody") == []


@given(st.lists(st.integers(0, 5000), max_size=30), st.integers(0, 30), st.integers(0, 60_000))
def test_limits_together(history: History, sizes: list[int], runs: int, room: int) -> None:
    """Each limit alone decides; what stays is within all of them, and one more would not be."""
    rows = [row._replace(facts_bytes=size) for row, size in zip(_rows(len(sizes)), sizes, strict=True)]
    fill(history, rows)

    gone = set(_gone(history, Keep(runs, None, room)))

    totals = list(accumulate(size + ROW_BYTES for size in reversed(sizes)))
    stay = min(runs, sum(total <= room for total in totals))
    assert {row.run_id for row in rows} - gone == {row.run_id for row in rows[len(rows) - stay :]}


def test_everything_of_a_run_goes(history: History) -> None:
    """Its facts and its deliveries too; those of others stay."""
    for run_id in ("a" * 32, "b" * 32):
        made = facts(run_id)._replace(started_at=time.time() - (100.0 if run_id[0] == "a" else 1.0))
        history.add(made, diagnose(made))
        history.note_delivery(run_id, "event", "accepted")

    assert history.prune(Keep(1)) == 1

    assert [row.run_id for row in history.runs()] == ["b" * 32]
    assert (history.facts("a" * 32), history.deliveries("a" * 32)) == (None, [])
    assert history.facts("b" * 32) is not None
    assert len(history.deliveries("b" * 32)) == 1


def test_the_spared_stay(history: History) -> None:
    """A run of which something still waits to be sent is not forgotten by itself."""
    fill(history, _rows(4))

    assert history.prune(Keep(1), spared={"001"}) == 2
    assert {row.run_id for row in history.runs()} == {"001", "003"}


def test_pruning_can_be_called_off(history: History) -> None:
    """After each portion it is asked whether to go on; the oldest that are left go the next time."""
    fill(history, _rows(1200))

    assert history.prune(Keep(0), may_go_on=lambda: False) == 500
    assert min(int(row.run_id) for row in history.runs(limit=1200)) == 500
    assert history.prune(Keep(0)) == 700


def test_many_go_in_portions_and_room_is_given_back(history: History, tmp_path: object) -> None:
    """`told` hears of all; afterwards the file is smaller."""
    fill(history, [row._replace(revision="r" * 500) for row in _rows(2000)])
    before = history._db.execute("PRAGMA page_count").fetchone()[0]
    heard: list[int] = []

    history.forget(history.beyond(_ALL._replace(runs=10)), heard.append)

    assert (sum(heard), max(heard)) == (1990, 500)
    assert history.count() == 10
    assert history.is_worth_compacting()
    history.compact()
    assert history._db.execute("PRAGMA page_count").fetchone()[0] < before / 2
    assert not history.is_worth_compacting()


@pytest.mark.parametrize("keep", [Keep(), _ALL])
def test_usually_nothing_goes(history: History, keep: Keep) -> None:
    """Within all limits, or without any."""
    fill(history, _rows(10))

    assert history.prune(keep) == 0
