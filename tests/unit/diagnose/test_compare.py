"""A run beside the past of its name: what is far outside is told, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.diagnose.compare import compare, with_past
from sentinel_run.diagnose.compared import Compared
from sentinel_run.diagnose.diagnosis import FAILED, OK, Diagnosis
from sentinel_run.facts import Ending, Facts, Usage
from sentinel_run.store.past import Past
from tests.unit.samples import facts

SUCCESS, FAILURE = Diagnosis(OK), Diagnosis(FAILED, "exit status 3", "CommandFailed", "error")
STEADY = Past((3.0, 3.1, 2.9, 3.0, 3.05, 2.95), (10_000_000,) * 6, successes=6)


def _run(duration_s: float, *, peak_bytes: int = 10_000_000, slow_factor: float | None = None) -> Facts:
    made = facts()
    reporting = made.reporting._replace(slow_factor=slow_factor)
    return made._replace(
        ending=Ending(9.0, duration_s, 0), usage=Usage(max_rss_bytes=peak_bytes), reporting=reporting
    )


@pytest.mark.parametrize(
    ("duration_s", "past", "is_slow"),
    [
        (9.6, STEADY, True),
        (6.1, STEADY, True),
        (5.9, STEADY, False),
        (0.1, STEADY, False),
        (9.6, Past((3.0,) * 4), False),  # Too few to tell.
        (9.6, Past(), False),
        (0.5, Past((0.01,) * 30), False),  # Fifty times as long, and nobody minds.
        (0.6, Past((0.01,) * 30), True),
        (20.0, Past((1.0, 9.0) * 15), False),  # A command whose runs differ much.
        (60.0, Past((1.0, 9.0) * 15), True),
    ],
)
def test_slow(duration_s: float, past: Past, is_slow: bool) -> None:
    """Twice the median, outside the usual spread, and by half a second at least."""
    found = compare(_run(duration_s), SUCCESS, past)

    assert found.is_slow is is_slow
    assert any(sentence.startswith("took") for sentence in found.sentences) is is_slow


def test_the_sentence() -> None:
    """How many times the median, and of how many runs."""
    found = compare(_run(9.6), SUCCESS, Past((3.0,) * 30, (10**7,) * 30, successes=200))

    assert found.sentences == ("took 3.2 x the median of 30 runs",)
    assert (found.usual_s, found.usual_peak_bytes, found.times_usual) == (3.0, 10**7, pytest.approx(3.2))


def test_much_memory() -> None:
    """Memory far outside is told, and makes a run not slow."""
    found = compare(_run(3.0, peak_bytes=90_000_000), SUCCESS, STEADY)

    assert found.sentences == ("peak memory 9.0 x the median of 6 runs",)
    assert not found.is_slow
    assert compare(_run(3.0, peak_bytes=50_000_000), SUCCESS, STEADY).sentences == ()


@pytest.mark.parametrize(
    ("diagnosis", "past", "sentences"),
    [
        (FAILURE, Past(successes=212), ("first failure after 212 successes",)),
        (FAILURE, Past(successes=4), ()),
        (SUCCESS, Past(failures=3), ("ok again after 3 failures",)),
        (SUCCESS, Past(failures=1), ("ok again after 1 failure",)),
        (FAILURE, Past(failures=5, alike=3), ("exit status 3, 4 times in a row",)),
        (FAILURE, Past(failures=5, alike=0), ()),
        (SUCCESS, Past(successes=1000), ()),
        (FAILURE, Past(), ()),
    ],
)
def test_streaks(diagnosis: Diagnosis, past: Past, sentences: tuple[str, ...]) -> None:
    """A first failure, a recovery, the same failure again; nothing for what goes on as it was."""
    assert compare(_run(1.0), diagnosis, past).sentences == sentences


def test_a_slow_success_is_a_finding_only_where_wanted() -> None:
    """Without --slow-factor a success makes no event; with it one of a group of its own."""
    assert with_past(_run(9.6), SUCCESS, STEADY)[:6] == SUCCESS[:6]

    found = with_past(_run(9.6, slow_factor=3.0), SUCCESS, STEADY)

    assert (found.status, found.cause, found.type, found.level) == (OK, "slow", "CommandSlow", "warning")
    assert found.sentence == "x.sh took 9.6 s, 3.2 x the median of 6 runs"
    assert found.transaction_status == "ok"


def test_the_factor_decides() -> None:
    """With one given, nothing else does: neither spread nor a least difference."""
    assert not compare(_run(9.6, slow_factor=4.0), SUCCESS, STEADY).is_slow
    assert compare(_run(0.02, slow_factor=1.5), SUCCESS, Past((0.01,) * 5)).is_slow


def test_a_slow_failure_stays_that_failure() -> None:
    """It is told to be slow, and its cause is its own."""
    found = with_past(_run(9.6, slow_factor=3.0), FAILURE, STEADY)

    assert found._replace(compared=Compared()) == FAILURE
    assert found.compared.is_slow


def test_lost_and_unstarted_runs_have_no_duration() -> None:
    """What is not known is not compared."""
    for ending in (None, Ending(9.0, 99.0, lost=True), Ending(9.0, 0.0, 127, spawn_error="no such file")):
        assert compare(_run(1.0)._replace(ending=ending), FAILURE, STEADY).times_usual is None


@given(
    st.floats(0, 1e9), st.integers(0, 2**50), st.lists(st.floats(0, 1e9), max_size=30),
    st.lists(st.integers(0, 2**50), max_size=30), st.sampled_from([SUCCESS, FAILURE]), st.none() | st.floats(1.01, 99),
)  # fmt: skip
def test_any_numbers(
    duration_s: float,
    peak: int,
    durations: list[float],
    peaks: list[int],
    diagnosis: Diagnosis,
    factor: float | None,
) -> None:
    """No past is too odd; a run as usual is never slow."""
    past = Past(tuple(durations), tuple(peaks))
    found = with_past(_run(duration_s, peak_bytes=peak, slow_factor=factor), diagnosis, past)

    if found.compared.usual_s is not None and duration_s <= found.compared.usual_s:
        assert not found.compared.is_slow
