"""How runs are called: a short id names one run, and the names are all that there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.store.history import History
from tests.unit.store.rows import Kept, fill

# Ids that have much in common at their beginnings, as random ones hardly ever have.
_IDS = st.lists(
    st.tuples(st.integers(0, 31), st.sampled_from("07af"), st.sampled_from("19ce")).map(
        lambda drawn: ("0" * drawn[0] + drawn[1] + drawn[2] * 32)[:32]
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@given(_IDS, st.integers(0, 11))
def test_a_short_id_names_one_run(history: History, ids: list[str], kept: int) -> None:
    """It begins the id of its run and of no other, wherever the others are; a letter less would not, or be too short."""
    inside, outside = ids[: kept + 1], ids[kept + 1 :]
    fill(history, [Kept(run_id) for run_id in inside])

    for run_id in ids:
        short = history.short_id(run_id, outside)
        assert [other for other in ids if other.startswith(short)] == [run_id]
        assert len(short) == 8 or sum(other.startswith(short[:-1]) for other in ids) > 1


@given(_IDS, st.integers(1, 32))
def test_beginnings_find_their_runs(history: History, ids: list[str], length: int) -> None:
    """A prefix finds all runs that begin so, and no others."""
    fill(history, [Kept(run_id) for run_id in ids])

    for prefix in {run_id[:length] for run_id in ids}:
        found = {row.run_id for row in history.beginning_with(prefix, limit=100)}
        assert found == {run_id for run_id in ids if run_id.startswith(prefix)}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3), max_size=8))
def test_names_are_all_there_are(history: History, names: list[str]) -> None:
    """Each once, in order."""
    fill(history, [Kept(str(number), name) for number, name in enumerate(names)])

    assert history.names() == sorted(set(names), key=str.encode)


def test_the_last_one_is_the_one_that_ended_last(history: History) -> None:
    """Not the one that started last; by name and by status alike."""
    rows = [
        Kept("a", "long", 10.0, 100.0),
        Kept("b", "short", 50.0, 1.0, "failed"),
        Kept("c", "short", 20.0, 2.0),
    ]
    fill(history, rows)

    assert (history.last_ended(), history.last_ended(name="short")) == ("a", "b")
    assert (history.last_ended(status="failed"), history.last_ended(name="long", status="failed")) == ("b", "")
