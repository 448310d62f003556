"""One name of `stats` in full: its figures beside those before, what is flaky, its course over time."""

from __future__ import annotations

import time

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas, plot, words
from sentinel_run.cli.screens.stats import trend_style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from sentinel_run.cli.summaries import Full
    from sentinel_run.store.figures import Figures

_MOST_FLAKY, _SHORT_REVISION = 5, 12
# A change of a duration or of memory that is worth a colour.
_WORSE, _BETTER = 1.25, 0.8
_COUNTS = ("runs", "ok", "failed", "interrupted", "skipped")
_TOOK = ("took p50", "took p95", "took p99")
_MEMORY = ("memory p50", "memory p95", "memory most")


def screen(told: Full, width: int) -> RenderableType:
    """All of it; without a plot where there was nothing to plot."""
    return Group(
        _headline(told), *_last_seen(told), Text(), _figures(told), *_flaky(told), *plot.plot(told, width)
    )


def _headline(told: Full) -> Text:
    summary = told.summary
    name, now, period = words.printable(summary.now.name), summary.now, words.period(told.since_s)
    if not now.runs:
        return Text(f"{name} did not run in {period}", style=canvas.TITLE)
    judged = now.ok + now.failed
    share = f"{words.percent(now.success_rate)} of {judged:,} {'run' if judged == 1 else 'runs'} succeeded"
    text = Text(
        f"{name}: {share if judged else 'no run came to an end of its own'} in {period}", style=canvas.TITLE
    )
    if summary.trend is not None:
        text.append(f", {words.points(summary.trend)} points", trend_style(summary.trend))
    return text


def _last_seen(told: Full) -> Iterator[Text]:
    last_at = told.summary.now.last_at
    if last_at:
        yield Text(f"last run {words.ago(last_at, time.time())}, at {words.clock(last_at)}", style=canvas.ASIDE)
    else:
        yield Text("look further back with: --since 90d", style=canvas.ASIDE)


def _figures(told: Full) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(style=canvas.ASIDE, no_wrap=True)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_row("", *(Text(title, style=canvas.TITLE) for title in ("now", "before", "change")))
    now, before = told.summary.now, told.summary.before
    for label in _COUNTS:
        table.add_row(label, f"{getattr(now, label):,}", f"{getattr(before, label):,}", "")
    change = Text(words.points(told.summary.trend), style=trend_style(told.summary.trend))
    table.add_row("success", words.percent(now.success_rate), words.percent(before.success_rate), change)
    for row in _measures(now, before):
        table.add_row(*row)
    return table


def _measures(now: Figures, before: Figures) -> Iterator[tuple[str, str, str, Text]]:
    """Of what is known of one of the two times at least."""
    measures = (
        (_TOOK, now.durations_s, before.durations_s, words.took),
        (_MEMORY, now.peaks_bytes, before.peaks_bytes, words.size),
    )
    for labels, values, earlier_values, in_words in measures:
        for label, value, earlier in zip(labels, values, earlier_values, strict=True):
            if value is not None or earlier is not None:
                yield label, in_words(value), in_words(earlier), _change(value, earlier)


def _change(value: float | None, earlier: float | None) -> Text:
    if not value or not earlier:
        return Text(words.NONE, style=canvas.ASIDE)
    times = value / earlier
    style = canvas.BAD if times >= _WORSE else canvas.GOOD if times <= _BETTER else canvas.ASIDE
    return Text(f"{times:,.1f} x" if times >= 2 else f"{round((times - 1) * 100) + 0:+d} %", style=style)


def _flaky(told: Full) -> Iterator[Text]:
    """Revisions that both failed and passed: it is not what was changed that fails there."""
    found = told.summary.flakiness
    if not found.failures:
        return
    failures = f"{found.failures:,} {'failure' if found.failures == 1 else 'failures'}"
    yield Text(
        f"\nflaky: {failures} on revisions that also passed ({found.mixed:,} of {found.revisions:,})",
        style=canvas.TITLE,
    )
    for mixed in told.mixed[:_MOST_FLAKY]:
        revision = words.printable(mixed.revision)
        short = revision[:_SHORT_REVISION] if len(revision) >= 40 else revision
        yield canvas.text(f"  {short}  {mixed.failed:,} failed, {mixed.ok:,} passed")
    if len(told.mixed) > _MOST_FLAKY:
        yield Text(f"  and {len(told.mixed) - _MOST_FLAKY:,} more", style=canvas.ASIDE)
