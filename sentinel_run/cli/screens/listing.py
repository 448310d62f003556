"""The table of runs. What does not fit beside each other on a narrow terminal goes below."""

from __future__ import annotations

import time

from rich.text import Text

from sentinel_run.cli import listing
from sentinel_run.cli.screens import canvas, spark, words
from sentinel_run.cli.screens.columns import MIDDLE, WIDE, Column, fitted, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sentinel_run.cli.listing import Listed

_STYLES = {"ok": canvas.GOOD, "failed": canvas.BAD, "running": canvas.GOING}
_MARKS = {"ok": "✓", "failed": "✗", "running": "●", "skipped": "-", "interrupted": "!"}
_PLAIN_MARKS = {"ok": "+", "failed": "x", "running": "*", "skipped": "-", "interrupted": "!"}
_INDENT = 12
_TIMEOUT = "timeout"
# A sparkline for those names that are there most often; fewer values are no line.
_MOST_SPARKS, _LEAST_VALUES, _LONGEST_SPARK = 3, 3, 40


def screen(found: Sequence[Listed], width: int) -> Text:
    """One line a run; on a terminal with a mark, with the reason below where it is too narrow for both, and how
    long the runs of a name took at the end."""
    is_terminal = width < canvas.NO_WIDTH
    marks = _marks() if is_terminal else None
    now = time.time()
    drawn = Text(no_wrap=True, overflow="crop")
    header, *rows = lines(_COLUMNS, found, width - 2 if marks else width, now)
    drawn.append_tokens([("  " if marks else "", ""), *header])
    for listed, row in zip(found, rows, strict=True):
        drawn.append_tokens([("\n", ""), *_marked(listed, marks), *row])
        if width < WIDE and (why := _why(listed, now)):
            drawn.append(f"\n{' ' * _INDENT}{fitted(why, width - _INDENT)}", canvas.ASIDE)
    if is_terminal:
        drawn.append_tokens(_sparks(found, width))
    return drawn


def _marks() -> Mapping[str, str]:
    return _MARKS if canvas.can_print("".join(_MARKS.values())) else _PLAIN_MARKS


def _marked(listed: Listed, marks: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    if marks is not None:
        kind = "interrupted" if listed.row.is_interrupted else listed.row.status
        yield f"{marks.get(kind, ' ')} ", _STYLES.get(listed.row.status, "")


def _sparks(found: Sequence[Listed], width: int) -> Iterator[tuple[str, str]]:
    """How long the last runs of the most frequent names took, the oldest first; failures in their colour."""
    by_name: dict[str, list[Listed]] = {}
    for listed in found:
        if listed.row.status in ("ok", "failed") and listing.duration_s(listed.row) is not None:
            by_name.setdefault(listed.row.name, []).append(listed)
    frequent = sorted(by_name.values(), key=len, reverse=True)[:_MOST_SPARKS]
    for same in (same[:_LONGEST_SPARK] for same in frequent if len(same) >= _LEAST_VALUES):
        yield "\n  ", ""
        yield from _spark(same[: width // 2][::-1], width)


def _spark(same: Sequence[Listed], width: int) -> Iterator[tuple[str, str]]:
    durations_s = [listing.duration_s(listed.row) or 0.0 for listed in same]
    for letter, listed in zip(spark.line(durations_s), same, strict=True):
        yield letter, _STYLES["failed"] if listed.row.status == "failed" else canvas.GOING
    extremes = f"{words.took(min(durations_s))} to {words.took(max(durations_s))}"
    told = f"  {words.printable(same[0].row.name)} took {extremes}"
    yield fitted(told, width - len(same) - 2), canvas.ASIDE


def _started(clock: Callable[[float, float], str]) -> Callable[[Listed, float], str]:
    return lambda listed, now: f"{clock(listed.row.started_at, now)}  {_ago(listed, now):>10}"


def _ago(listed: Listed, now: float) -> str:
    return words.ago(listed.row.started_at, now)


def _exit(listed: Listed, now: float) -> str:
    """What ended it. The signal by which we stop a run whose time is over is of our choice, and tells nothing."""
    row = listed.row
    if row.cause == _TIMEOUT:
        return row.cause
    return row.signal or (words.NONE if row.exit_status is None else str(row.exit_status))


def _why(listed: Listed, now: float) -> str:
    """The cause where the exit status does not tell it, the reason, and how it compares with earlier runs."""
    row = listed.row
    is_in_reason = row.reason.startswith((row.cause, f"command {row.cause}"))
    is_told = row.cause in (_exit(listed, now), f"exit status {row.exit_status}") or is_in_reason
    why = ": ".join(part for part in ("" if is_told else row.cause, row.reason) if part)
    return words.printable("; ".join(part for part in (why, row.compared) if part))


_COLUMNS = (
    Column("run", lambda listed, now: listed.short_id),
    Column("started", _ago, 0, MIDDLE - 2),
    Column("started", _started(words.short_clock), MIDDLE - 2, WIDE - 2),
    Column("started", _started(words.clock), WIDE - 2),
    Column("name", lambda listed, now: words.printable(listed.row.name), elastic=True),
    Column(
        "status", lambda listed, now: listed.row.status, style=lambda listed: _STYLES.get(listed.row.status, "")
    ),
    Column("exit", _exit),
    Column("took", lambda listed, now: words.took(listing.duration_s(listed.row)), right=True),
    Column("memory", lambda listed, now: words.size(listed.row.max_rss_bytes), MIDDLE - 2, right=True),
    Column("reason", _why, WIDE - 2, elastic=True),
)
