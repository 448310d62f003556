"""The timeline of a run fits into bounded room, and keeps the peaks and the order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.child import timeline
from sentinel_run.child.timeline import MOST, Timeline
from sentinel_run.facts import Moment

LOOKS = st.lists(
    st.tuples(st.floats(0, 5), st.floats(0, 3), st.integers(0, 2**40), st.integers(1, 999)), max_size=40
)
MOMENTS = st.builds(Moment, st.floats(0, 9), st.floats(0, 9), st.integers(0, 2**40), st.integers(1, 999))


def _moments(looks: list[tuple[float, float, int, int]], times: int) -> list[Moment]:
    """Looks in order of time, whose CPU time only grows, as the sampler takes them."""
    at_s = cpu_s = 0.0
    made = []
    for pause_s, used_s, rss_bytes, processes in looks * times:
        at_s, cpu_s = at_s + pause_s, cpu_s + used_s
        made.append(Moment(at_s, cpu_s, rss_bytes, processes))
    return made


@given(LOOKS, st.integers(1, 60))
def test_it_is_bounded_and_true(looks: list[tuple[float, float, int, int]], times: int) -> None:
    """Few points, in order; each is the last of its looks with their peaks; the first and last times are covered."""
    given_, kept = _moments(looks, times), Timeline()
    for moment in given_:
        kept.add(moment)
    points = kept.points()

    assert len(points) <= MOST
    assert len(points) > MOST // 2 or len(given_) <= MOST
    assert sorted(points, key=lambda point: (point.at_s, point.cpu_s)) == list(points)
    assert {(point.at_s, point.cpu_s) for point in points} <= {(made.at_s, made.cpu_s) for made in given_}
    assert points[-1:] == () or points[-1][:2] == given_[-1][:2]
    for index in (2, 3):
        assert max((point[index] for point in points), default=0) == max((m[index] for m in given_), default=0)


@given(st.lists(MOMENTS, max_size=41))
def test_halving_keeps_every_peak(points: list[Moment]) -> None:
    """Half as many points; each pair is told by its second time and the higher of both peaks."""
    halves = timeline.halved(points)

    assert len(halves) == (len(points) + 1) // 2
    assert [half.at_s for half in halves] == [
        point.at_s for point in points[1::2] + points[len(points) // 2 * 2 :]
    ]
    for index, half in enumerate(halves):
        assert half.rss_bytes == max(point.rss_bytes for point in points[2 * index : 2 * index + 2])


def test_short_runs_keep_every_look() -> None:
    """Nothing is merged while there is room."""
    given_, kept = _moments([(1.0, 0.5, 7, 1)], MOST), Timeline()
    for moment in given_:
        kept.add(moment)

    assert kept.points() == tuple(given_)


def test_points_stay_even() -> None:
    """After halving, later points stand for as many looks as the earlier ones."""
    kept = Timeline()
    for moment in _moments([(1.0, 0.5, 7, 1)], MOST * 8):
        kept.add(moment)
    times = [point.at_s for point in kept.points()]

    assert {round(second - first) for first, second in pairwise(times)} == {8}
