"""What the runs of a name come to: counts, percentiles by nearest rank, the course over time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.store.figures import Period
from sentinel_run.store.flakes import Flakiness, Mixed
from sentinel_run.store.history import History
from sentinel_run.store.ranks import rank
from tests.unit.store.rows import Kept, fill

_ALL = Period(0.0)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=300), st.integers(1, 100))
def test_nearest_rank_is_what_it_says(values: list[int], percent: int) -> None:
    """The smallest value that so many percent of all do not exceed."""
    ordered = sorted(values)

    found = ordered[rank(len(ordered), percent) - 1]

    assert 100 * sum(value <= found for value in ordered) >= percent * len(ordered)
    assert 100 * sum(value < found for value in ordered) < percent * len(ordered)


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 40),
        st.none() | st.integers(0, 20).map(float),
        st.sampled_from(["ok", "ok", "failed", "skipped"]),
        st.integers(0, 5),
        st.booleans(),
    ),
    max_size=60,
)


@given(_ROWS, st.integers(0, 40), st.integers(0, 40))
def test_figures_are_those_of_a_plain_reading(
    history: History, drawn: list[tuple], since: int, until: int
) -> None:
    """The queries give what is counted by hand."""
    rows = [
        Kept(str(number), name, float(at), took, status, peak, int(stopped and status == "failed"))
        for number, (name, at, took, status, peak, stopped) in enumerate(drawn)
    ]
    fill(history, rows)

    found = history.figures(Period(float(since), float(until)))

    inside = [row for row in rows if since <= row.started_at < until]
    assert set(found) == {row.name for row in inside}
    for name, figures in found.items():
        own = [row for row in inside if row.name == name]
        passed = [row for row in own if row.status == "ok"]
        assert figures.ok == len(passed)
        assert figures.interrupted == sum(row.interrupted for row in own)
        assert figures.failed == sum(row.status == "failed" for row in own) - figures.interrupted
        assert figures.skipped == sum(row.status == "skipped" for row in own)
        assert figures.runs == len(own)
        assert figures.last_at == max(row.started_at for row in own)
        assert figures.durations_s == _percentiles([row.duration_s for row in passed], (50, 95, 99))
        assert figures.peaks_bytes == _percentiles([row.max_rss_bytes or None for row in passed], (50, 95, 100))
        assert history.figures(Period(float(since), float(until)), name) == {name: figures}
        brief = history.figures(Period(float(since), float(until)), name, is_brief=True)[name]
        assert brief.durations_s == (figures.durations_s[0], None, None)


def _percentiles(values: list[float | None], percents: tuple[int, ...]) -> tuple[float | None, ...]:
    ordered = sorted(value for value in values if value is not None)
    return tuple(
        next(
            (one for one in ordered if 100 * sum(value <= one for value in ordered) >= percent * len(ordered)),
            None,
        )
        for percent in percents
    )


def test_the_success_rate_leaves_out_what_says_nothing(history: History) -> None:
    """Interrupted and skipped runs are no failures of the command, and no successes either."""
    rows = [Kept(f"ok{number}") for number in range(3)]
    rows += [Kept("bad", status="failed"), Kept("stopped", status="failed", interrupted=1)]
    rows += [Kept("skipped", status="skipped")]
    fill(history, rows)

    figures = history.figures(_ALL)["job"]

    assert (figures.ok, figures.failed, figures.interrupted, figures.skipped) == (3, 1, 1, 1)
    assert figures.success_rate == 0.75


def test_without_an_outcome_there_is_no_rate(history: History) -> None:
    """Only skipped runs: nothing is known, which is not 0 %."""
    fill(history, [Kept("skipped", status="skipped")])

    assert history.figures(_ALL)["job"].success_rate is None


def test_flaky_is_what_failed_and_passed_on_one_revision(history: History) -> None:
    """A revision that only failed is broken, one that only passed is well; an interruption is no failure."""
    outcomes = [
        ("broken", "failed"), ("broken", "failed"), ("well", "ok"), ("flaky", "ok"), ("flaky", "failed"),
        ("flaky", "failed"), ("shaky", "failed"), ("shaky", "ok"), ("", "ok"), ("", "failed"),
    ]  # fmt: skip
    rows = [
        Kept(str(number), revision=revision, status=status) for number, (revision, status) in enumerate(outcomes)
    ]
    rows.append(Kept("stopped", revision="well", status="failed", interrupted=1))
    fill(history, rows)

    assert history.flakiness(_ALL) == {"job": Flakiness(revisions=4, mixed=2, failures=3)}
    assert history.mixed(_ALL, "job") == [Mixed("flaky", 1, 2), Mixed("shaky", 1, 1)]


def test_the_course_over_time(history: History) -> None:
    """Equal parts, each with its own counts and median; the last one ends where the period does."""
    rows = [Kept(f"a{number}", started_at=float(number), duration_s=float(number)) for number in range(10)]
    rows += [Kept("b", started_at=12.0, status="failed"), Kept("c", started_at=25.0, duration_s=7.0)]
    fill(history, rows)

    first, second, third = history.stretches("job", Period(0.0, 30.0), 3)

    assert (first.ok, first.failed, first.median_s) == (10, 0, 4.0)
    assert (second.ok, second.failed, second.median_s) == (0, 1, None)
    assert (third.ok, third.median_s, third.until) == (1, 7.0, 30.0)
    assert history.last_durations_s("job", 3) == [8.0, 9.0, 7.0]


@pytest.mark.parametrize("name", ["", "job"])
def test_figures_come_out_of_indexes(history: History, name: str) -> None:
    """However long the history, no row of the table itself is read."""
    fill(history, [Kept("a", revision="r")])
    asked: list[str] = []
    history._db.set_trace_callback(asked.append)
    history.figures(_ALL, name)
    history.flakiness(_ALL, name)
    if name:
        history.stretches(name, Period(0.0, 10.0), 2)
    history._db.set_trace_callback(None)

    queries = [query for query in asked if query.startswith("SELECT")]
    plans = [history._db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall() for query in queries]
    steps = [step[3] for plan in plans for step in plan if " runs " in step[3]]
    assert len(queries) >= 8
    assert all("COVERING INDEX" in step for step in steps)
