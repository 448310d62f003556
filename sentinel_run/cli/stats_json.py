"""What `stats` tells programs: a line of CSV a name, and JSON."""

from __future__ import annotations

from sentinel_run.cli import listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.cli.summaries import Full, Summary
    from sentinel_run.store.figures import Figures

COLUMNS = (
    "name", "since", "runs", "ok", "failed", "interrupted", "skipped", "success_rate", "success_rate_before",
    "p50_s", "p95_s", "p99_s", "p50_s_before", "memory_p50_bytes", "memory_p95_bytes", "memory_max_bytes",
    "revisions", "flaky_revisions", "flaky_failures", "last_started",
)  # fmt: skip


def columns(summary: Summary) -> dict[str, Any]:
    """A name as one line of CSV has it. Names and order are kept; what is new comes last."""
    now, before, flakiness = summary.now, summary.before, summary.flakiness
    values = (
        now.name, listing.moment(summary.since), now.runs, now.ok, now.failed, now.interrupted, now.skipped,
        _rounded(now.success_rate), _rounded(before.success_rate), *map(_rounded, now.durations_s),
        _rounded(before.durations_s[0]), *now.peaks_bytes, *flakiness,
        listing.moment(now.last_at) if now.last_at else None,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def full(told: Full) -> dict[str, Any]:
    """One name for programs."""
    return {
        **columns(told.summary),
        "before": _counts(told.summary.before),
        "flaky": [mixed._asdict() for mixed in told.mixed],
        "over_time": [
            {
                "since": listing.moment(stretch.since),
                "ok": stretch.ok,
                "failed": stretch.failed,
                "p50_s": _rounded(stretch.median_s),
            }
            for stretch in told.stretches
        ],
    }


def _counts(figures: Figures) -> dict[str, Any]:
    return {
        "runs": figures.runs,
        "ok": figures.ok,
        "failed": figures.failed,
        "interrupted": figures.interrupted,
        "skipped": figures.skipped,
        "success_rate": _rounded(figures.success_rate),
        **dict(zip(("p50_s", "p95_s", "p99_s"), map(_rounded, figures.durations_s), strict=True)),
        **dict(
            zip(("memory_p50_bytes", "memory_p95_bytes", "memory_max_bytes"), figures.peaks_bytes, strict=True)
        ),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
