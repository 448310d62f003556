"""How busy the tree was: the parts cover the run, and no CPU time is lost or made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.facts import Ending, Facts, Moment, Tree, Usage
from sentinel_run.report import timeline
from sentinel_run.report.timeline import stretches
from tests.unit.samples import facts

LOOKS = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2), st.integers(0, 10**12)), min_size=1, max_size=30)


def _run(looks: list[tuple[float, float, int]], more_s: float, more_cpu_s: float) -> Facts:
    points, at_s, cpu_s = [], 0.0, 0.0
    for pause_s, used_s, rss_bytes in looks:
        at_s, cpu_s = at_s + pause_s, cpu_s + used_s
        points.append(Moment(at_s, cpu_s, rss_bytes, 1))
    ending = Ending(9.0, at_s + more_s, 0)
    usage = Usage(tree_cpu_s=cpu_s + more_cpu_s)
    return facts()._replace(ending=ending, usage=usage, tree=Tree(timeline=tuple(points)))


@given(LOOKS, st.floats(0.2, 3), st.floats(0, 3), st.integers(1, 9))
def test_parts_cover_the_run(looks: list[tuple[float, float, int]], more_s: float, more: float, most: int) -> None:
    """From the start to the end without a gap; the CPU time of all parts is the tree's, the peak is the peak."""
    run = _run(looks, more_s, more)
    assert run.ending is not None
    parts = stretches(run)
    few = timeline.thinned(parts, most)

    assert len(few) <= most
    for found in (parts, few):
        assert (found[0].from_s, found[-1].to_s) == (0.0, run.ending.duration_s)
        assert [part.to_s for part in found[:-1]] == [part.from_s for part in found[1:]]
        assert sum(part.cores * (part.to_s - part.from_s) for part in found) == pytest.approx(run.usage.tree_cpu_s)
        assert max(part.rss_bytes for part in found) == max(point.rss_bytes for point in run.tree.timeline)
    assert all(part.to_s - part.from_s >= 0.1 for part in parts) or len(parts) == 1


def test_nobody_looked() -> None:
    """A run that was over before the first look has no parts, and so has one that is going on."""
    assert stretches(facts()) == []
    assert stretches(facts()._replace(ending=Ending(2.0, 0.5, 0))) == []
    assert timeline.thinned([], 5) == []
