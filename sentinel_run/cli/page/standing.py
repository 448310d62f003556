"""A run among the earlier ones of its name: a bar for each, as long as it took."""

from __future__ import annotations

from statistics import median

from sentinel_run.cli.page.geometry import Span
from sentinel_run.cli.page.rows import local
from sentinel_run.cli.screens import words
from sentinel_run.diagnose.diagnosis import FAILED, OK
from sentinel_run.records import Record
from sentinel_run.store.past import Ran

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.cli.story import Story

# So many fit beside each other on a telephone.
MOST_RUNS = 60
# Few runs make no broad bars, and a short one is still seen.
_FEWEST_PLACES, _FILLED, _LOWEST = 20, 0.8, 1.5


class Bar(Record):
    """One run: its place from the left, its height in percent, and what it was in words."""

    span: Span
    height: float
    is_failed: bool
    is_this: bool
    started: str
    took: str
    result: str


class Standing(Record):
    """The runs, the oldest first and this one last. `usual` is the height of the median success, if any."""

    sentence: str
    bars: tuple[Bar, ...]
    usual: float | None
    top: str


def standing(told: Story, earlier: Sequence[Ran]) -> Standing | None:
    """The plot; None for the first run of its name. `earlier` has the newest first."""
    if not earlier:
        return None
    runs = [*reversed(earlier), _this(told)]
    longest_s = max((run.duration_s or 0.0 for run in runs), default=0.0) or 1.0
    successes_s = [run.duration_s for run in runs if run.status == OK and run.duration_s is not None]
    return Standing(
        sentence=_sentence(runs, successes_s),
        bars=tuple(_bar(runs, at, longest_s) for at in range(len(runs))),
        usual=100 * median(successes_s) / longest_s if successes_s else None,
        top=words.took(longest_s),
    )


def _this(told: Story) -> Ran:
    facts, found = told.facts, told.diagnosis
    return Ran(facts.started_at, told.duration_s, found.status, found.cause, found.reason)


def _sentence(runs: Sequence[Ran], successes_s: Sequence[float]) -> str:
    failed = sum(run.status == FAILED for run in runs)
    usual = f"; a success takes {words.took(median(successes_s))} (median)" if successes_s else ""
    return f"Of the last {len(runs)} runs {failed or 'none'} failed{usual}."


def _bar(runs: Sequence[Ran], at: int, longest_s: float) -> Bar:
    run, place = runs[at], 100 / max(_FEWEST_PLACES, len(runs))
    height = 0.0 if run.duration_s is None else max(_LOWEST, 100 * run.duration_s / longest_s)
    return Bar(
        span=Span(place * at, place * _FILLED),
        height=height,
        is_failed=run.status == FAILED,
        is_this=at == len(runs) - 1,
        started=local(run.started_at),
        took=words.took(run.duration_s),
        result=": ".join(
            filter(None, (run.status, "" if run.reason.startswith(run.cause) else run.cause, run.reason))
        ),
    )
