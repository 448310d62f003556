"""The geometry of the plots: laws that hold for any run."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.cli.page.geometry import HEIGHT, WIDTH, Step, number, outline, round_step, span, ticks

SECONDS = st.floats(0, 1e9)
LONG = st.floats(1e-3, 1e9)


@given(SECONDS, SECONDS, SECONDS)
def test_a_bar_is_inside_and_can_be_seen(start_s: float, more_s: float, total_s: float) -> None:
    """Whatever the times are."""
    bar = span(start_s, start_s + more_s, total_s)

    assert bar.left >= 0
    assert bar.width >= 0.399
    assert bar.left + bar.width <= 100 + 1e-9


@given(SECONDS, SECONDS, LONG)
def test_bars_keep_the_order_of_starts(first_s: float, more_s: float, total_s: float) -> None:
    """What began later does not stand further left; the whole run fills the plot."""
    assert span(first_s, total_s, total_s).left <= span(first_s + more_s, total_s, total_s).left
    assert span(0.0, total_s, total_s) == pytest.approx((0.0, 100.0))


@given(LONG, st.integers(1, 12))
def test_ticks_are_few_and_even(total_s: float, most: int) -> None:
    """From 0, within the plot, at equal distances, at most so many beside the 0."""
    places = [tick.at for tick in ticks(total_s, most)]
    distances = [after - before for before, after in itertools.pairwise(places)]

    assert places[0] == 0
    assert places[-1] <= 100
    assert len(places) <= most + 1
    assert distances == pytest.approx([100 * round_step(total_s / most) / total_s] * len(distances), abs=1e-6)


@given(st.floats(0.01, 1e9))
def test_labels_tell_ticks_apart(total_s: float) -> None:
    """No two ticks of an axis have the same label."""
    labels = [tick.label for tick in ticks(total_s, 5)]

    assert len(set(labels)) == len(labels)


@given(st.floats(1e-4, 1e10))
def test_a_step_is_round_and_no_longer_than_needed(least_s: float) -> None:
    """At least what was asked for, and less than three times as much."""
    assert least_s <= round_step(least_s) * (1 + 1e-9)
    assert round_step(least_s) < 3 * least_s


@pytest.mark.parametrize(
    ("least_s", "step_s"), [(0.03, 0.05), (0.2, 0.2), (1.1, 2), (11, 15), (61, 120), (4000, 7200), (86401, 172800)]
)
def test_steps(least_s: float, step_s: float) -> None:
    """Those of a clock."""
    assert round_step(least_s) == pytest.approx(step_s)


@given(st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(0, 1)), min_size=1, max_size=40))
def test_an_outline_stays_in_its_box(parts: list[tuple[float, float]]) -> None:
    """It begins and ends on the ground, goes from the left to the right edge and never back."""
    steps, at_s = [], 0.0
    for took_s, share in parts:
        steps.append(Step(at_s, at_s + took_s, share))
        at_s += took_s
    drawn = outline(steps, at_s)

    across = [float(place) for place in re.findall(r"H([\d.]+)", drawn)]
    down = [float(place) for place in re.findall(r"V([\d.]+)", drawn)]
    assert re.fullmatch(rf"M0 {HEIGHT}( V[\d.]+ H[\d.]+)+ V{HEIGHT} Z", drawn)
    assert across == sorted(across)
    assert across[-1] == WIDTH
    assert min(down) == pytest.approx(HEIGHT * (1 - max(share for _, share in parts)), abs=0.01)
    assert max(down) == HEIGHT


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (12.5, "12.5"), (100.0, "100"), (33.333, "33.33")])
def test_number(value: float, text: str) -> None:
    """Short, and no exponent for a tiny one."""
    assert number(value) == text
