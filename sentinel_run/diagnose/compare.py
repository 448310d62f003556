"""Compares a run with the past of its name: slow, large, failed for the first time, well again, failed as before.

What is far outside: at least twice the median, and further from it than five times the median distance of those
runs from it, so that a command whose runs differ much is not slow every other day; and by half a second or 50 MB
at least, since nobody minds less. Whoever gives a factor (--slow-factor) has decided otherwise.
"""

from __future__ import annotations

from statistics import median

from sentinel_run.diagnose.cause import FAILED, OK
from sentinel_run.diagnose.compared import Compared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.diagnose.cause import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.store.past import Past

# Fewer runs say nothing about what is usual, and no failure after fewer successes is a surprise.
_ENOUGH = 5
_FACTOR, _DISTANCES = 2.0, 5.0
_LEAST_S, _LEAST_BYTES = 0.5, 50_000_000
SLOW = "slow"


def with_past(facts: Facts, diagnosis: Diagnosis, past: Past) -> Diagnosis:
    """The diagnosis together with the comparison; a slow success is a finding of its own if that is wanted."""
    compared = compare(facts, diagnosis, past)
    diagnosis = diagnosis._replace(compared=compared)
    if diagnosis.status != OK or not compared.is_slow or facts.reporting.slow_factor is None:
        return diagnosis
    assert facts.ending is not None
    took = f"{facts.command.name} took {facts.ending.duration_s:.3g} s, {_times(compared)}"
    return diagnosis._replace(cause=SLOW, type="CommandSlow", level="warning", sentence=took)


def compare(facts: Facts, diagnosis: Diagnosis, past: Past) -> Compared:
    """The comparison alone."""
    ending, factor = facts.ending, facts.reporting.slow_factor
    is_timed = ending is not None and not ending.lost and not ending.spawn_error
    runs = len(past.durations_s)
    if not is_timed or ending is None or runs < _ENOUGH:
        return Compared(runs, sentences=tuple(_streak(diagnosis, past)))
    usual_s, usual_bytes = median(past.durations_s), round(median(past.peaks_bytes or [0]))
    is_slow = (
        ending.duration_s > factor * usual_s
        if factor
        else _is_outside(ending.duration_s, past.durations_s, _LEAST_S)
    )
    found = Compared(runs, usual_s, usual_bytes or None, _ratio(ending.duration_s, usual_s), is_slow)
    sentences = (*_streak(diagnosis, past), *_sizes(facts, past, found))
    return found._replace(sentences=sentences)


def _sizes(facts: Facts, past: Past, found: Compared) -> Iterator[str]:
    if found.is_slow:
        yield f"took {_times(found)}"
    peak_bytes = facts.usage.max_rss_bytes
    if found.usual_peak_bytes and _is_outside(peak_bytes, past.peaks_bytes, _LEAST_BYTES):
        yield f"peak memory {peak_bytes / found.usual_peak_bytes:.1f} x the median of {len(past.peaks_bytes)} runs"


def _streak(diagnosis: Diagnosis, past: Past) -> Iterator[str]:
    """Where this run stands among successes and failures."""
    if diagnosis.status == FAILED and past.successes >= _ENOUGH:
        yield f"first failure after {past.successes:,} successes"
    if diagnosis.status == FAILED and past.alike:
        yield f"{diagnosis.cause}, {past.alike + 1:,} times in a row"
    if diagnosis.status == OK and past.failures:
        yield f"ok again after {past.failures:,} {'failure' if past.failures == 1 else 'failures'}"


def _is_outside(value: float, others: Sequence[float], least: float) -> bool:
    usual = median(others)
    distance = median(abs(other - usual) for other in others)
    return value >= _FACTOR * usual and value - usual >= max(least, _DISTANCES * distance)


def _ratio(value: float, usual: float) -> float | None:
    return value / usual if usual else None


def _times(compared: Compared) -> str:
    """`3.2 x the median of 30 runs`."""
    return f"{compared.times_usual or 0.0:.1f} x the median of {compared.runs} runs"
