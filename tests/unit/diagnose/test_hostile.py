"""Any text is read in linear time, and of more than a run keeps only the end."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from sentinel_run.diagnose import recent
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.facts import Ending, Facts, Output, Passage
from tests.unit.diagnose.hostile import TEXTS
from tests.unit.samples import facts

_SIZE, _TIMES, _TRIES = 100_000, 4, 8


def _failed(text: str) -> Facts:
    output = Output((Passage("whole", "stderr", text, ((0, 0.0),)),), {"stderr": len(text)}, {"stderr": 1})
    return facts()._replace(output=output, ending=Ending(2.0, 1.0, exit_status=1))


def _cpu_s(one: Facts) -> float:
    fresh = one._replace(output=one.output._replace())  # What has just been read is not read again.
    began_s = time.process_time()
    diagnose(fresh)
    return time.process_time() - began_s


def _grows_less(text: Callable[[int], str], sizes: tuple[int, int], times: float) -> bool:
    """Whether the larger text takes less than `times` the smaller one's CPU time, in one of several tries.

    What grows with the square does so in each; a busy machine disturbs some.
    """
    small, large = (_failed(text(size)) for size in sizes)
    diagnose(small)
    return any(_cpu_s(large) < times * _cpu_s(small) + 0.002 for _ in range(_TRIES))


@pytest.mark.parametrize("name", TEXTS)
def test_the_time_grows_as_the_text_does(name: str) -> None:
    """Linear: for four times the text four times the CPU time, and far from sixteen times."""
    assert _grows_less(TEXTS[name], (_SIZE, _TIMES * _SIZE), 9.0)


@pytest.mark.parametrize("name", ["Python", "Go, many goroutines", "lines of ''", "lines of 'a'"])
def test_more_than_a_run_keeps_takes_no_longer(name: str) -> None:
    """Ten megabytes are read from their end: sixteen times the text, less than three times the CPU time."""
    assert _grows_less(TEXTS[name], (recent.MOST_CHARS, 16 * recent.MOST_CHARS), 3.0)


def test_a_run_that_is_diagnosed_twice_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`deliver` does so, without and with the evidence; another output with the same words is read by itself."""
    one, read = _failed("ValueError: bad\n"), list[object]()
    monkeypatch.setattr("sentinel_run.diagnose.failure.tracebacks", lambda said: read.append(said) or [])

    first = diagnose(one)
    second = diagnose(one._replace(evidence={"mount": "x"}))
    diagnose(_failed("ValueError: bad\n"))

    assert first.sentence == second.sentence
    assert len(read) == 2
