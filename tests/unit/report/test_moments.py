"""A moment of a run as Sentry is told it: never one that the run did not have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.facts import Ending
from sentinel_run.report.moments import moment
from tests.unit.samples import facts

DURATION = st.floats(0, 100_000)


@given(DURATION, st.floats(-1, 200_000), st.floats(-1, 200_000))
def test_in_order_and_within_the_run(duration_s: float, first_s: float, second_s: float) -> None:
    """What is later stays later, and nothing is after the end: no span outlasts its transaction."""
    run = facts()._replace(ending=Ending(facts().started_at + duration_s, duration_s, 0))
    first_s, second_s = sorted((first_s, second_s))

    assert moment(run, first_s) <= moment(run, second_s) <= moment(run, duration_s)


def test_a_sum_that_rounds_up() -> None:
    """A microsecond more than the run lasted is the run's end."""
    run = facts()._replace(ending=Ending(facts().started_at + 3.0, 3.0, 0))
    assert moment(run, 3.000001) == moment(run, 3.0)


def test_without_an_end() -> None:
    """A run that goes on has every moment after its start."""
    going = facts()._replace(started_at=0.0, ending=None)
    assert moment(going, 7.5).timestamp() == 7.5
