"""Compares a run with the past of its name: slow, large, failed for the first time, well again, failed as before.

What is far outside: at least twice the median, and further from it than five times the median distance of those
runs from it, so that a command whose runs differ much is not slow every other day; and by half a second or 50 MB
at least, since nobody minds less. Whoever gives a factor (--slow-factor) has decided otherwise.
"""

from __future__ import annotations

from sentinel_run.diagnose.compared import Compared
from sentinel_run.diagnose.diagnosis import FAILED, OK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sentinel_run.diagnose.diagnosis import Diagnosis
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
    took = f"{facts.command.name} took {_words(_duration_s(facts) or 0.0)}, {_times(compared)}"
    return diagnosis._replace(cause=SLOW, type="CommandSlow", level="warning", sentence=took)


def compare(facts: Facts, diagnosis: Diagnosis, past: Past) -> Compared:
    """The comparison alone."""
    duration_s, runs = _duration_s(facts), len(past.durations_s)
    if duration_s is None or runs < _ENOUGH:
        return Compared(runs, sentences=tuple(_streak(diagnosis, past)))
    usual_s, usual_bytes = _median(past.durations_s), round(_median(past.peaks_bytes or [0]))
    found = Compared(
        runs=runs,
        usual_s=usual_s,
        usual_peak_bytes=usual_bytes or None,
        times_usual=duration_s / usual_s if usual_s else None,
        is_slow=_is_slow(duration_s, past.durations_s, facts.reporting.slow_factor),
    )
    return found._replace(sentences=(*_streak(diagnosis, past), *_sizes(facts, past, found)))


def _duration_s(facts: Facts) -> float | None:
    """How long the command ran, if that is known."""
    ending = facts.ending
    return None if ending is None or ending.lost or ending.spawn_error else ending.duration_s


def _is_slow(duration_s: float, others: Sequence[float], factor: float | None) -> bool:
    return duration_s > factor * _median(others) if factor else _is_outside(duration_s, others, _LEAST_S)


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
    usual = _median(others)
    distance = _median(abs(other - usual) for other in others)
    return value >= _FACTOR * usual and value - usual >= max(least, _DISTANCES * distance)


def _median(values: Iterable[float]) -> float:
    """As in the standard library, whose `statistics` takes ten times longer to import than all else here."""
    ordered = sorted(values)
    middle, is_odd = divmod(len(ordered), 2)
    return ordered[middle] if is_odd else (ordered[middle - 1] + ordered[middle]) / 2


def _words(duration_s: float) -> str:
    return f"{duration_s:,.1f} s" if duration_s >= 1 else f"{duration_s * 1000:.0f} ms"


def _times(compared: Compared) -> str:
    """`3.2 x the median of 30 runs`."""
    return f"{compared.times_usual or 0.0:.1f} x the median of {compared.runs} runs"
