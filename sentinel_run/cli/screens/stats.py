"""The table of `stats`: a line a name, the ones that fail most first."""

from __future__ import annotations

import time

from rich.text import Text

from sentinel_run.cli.screens import canvas, spark, words
from sentinel_run.cli.screens.columns import MIDDLE, WIDE, Column, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentinel_run.cli.summaries import Asked, Summary

# A change that is worth a colour, in shares of all runs.
NOTABLE = 0.01


def screen(found: Sequence[Summary], asked: Asked, width: int) -> Text:
    """All names."""
    drawn = Text(no_wrap=True, overflow="crop")
    if width < canvas.NO_WIDTH:
        drawn.append(f"{words.period(asked.since_s)}, +/- beside the time before\n", canvas.ASIDE)
    for number, line in enumerate(lines(_COLUMNS, found, width, time.time())):
        drawn.append_tokens([("\n" if number else "", ""), *line])
    return drawn


def trend_style(change: float | None) -> str:
    """Red for a fall that is worth it, green for such a rise."""
    if change is None or abs(change) < NOTABLE:
        return canvas.ASIDE
    return canvas.GOOD if change > 0 else canvas.BAD


def _count(number: Callable[[Summary], int]) -> Callable[[Summary, float], str]:
    return lambda summary, now: f"{number(summary):,}"


def _took(place: int) -> Callable[[Summary, float], str]:
    return lambda summary, now: words.took(summary.now.durations_s[place])


def _rate_style(summary: Summary) -> str:
    rate = summary.now.success_rate
    return "" if rate is None else canvas.GOOD if rate == 1 else canvas.BAD if summary.now.failed else ""


def _flaky(summary: Summary, now: float) -> str:
    return f"{summary.flakiness.failures:,}" if summary.flakiness.failures else words.NONE


_COLUMNS = (
    Column("name", lambda summary, now: words.printable(summary.now.name), elastic=True),
    Column("runs", _count(lambda summary: summary.now.runs), right=True),
    Column("failed", _count(lambda summary: summary.now.failed), WIDE, right=True),
    Column("interrupted", _count(lambda summary: summary.now.interrupted), WIDE, right=True, goes=2),
    Column("skipped", _count(lambda summary: summary.now.skipped), WIDE, right=True, goes=1),
    Column("success", lambda summary, now: words.percent(summary.now.success_rate), right=True, style=_rate_style),
    Column(
        "+/-",
        lambda summary, now: words.points(summary.trend),
        right=True,
        style=lambda summary: trend_style(summary.trend),
    ),
    Column("p50", _took(0), right=True),
    Column("p95", _took(1), right=True),
    Column("p99", _took(2), MIDDLE, right=True),
    Column("memory", lambda summary, now: words.size(summary.now.peaks_bytes[2]), MIDDLE, right=True),
    Column("flaky", _flaky, MIDDLE, right=True),
    Column("last run", lambda summary, now: words.ago(summary.now.last_at, now), WIDE, right=True, goes=3),
    Column(
        "took lately",
        lambda summary, now: spark.line(summary.last_s),
        WIDE,
        canvas.NO_WIDTH,
        goes=4,
        style=lambda _: canvas.GOING,
    ),
)
