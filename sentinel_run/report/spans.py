"""A span for each process that the command started: the waterfall of a script, with no change to the script."""

from __future__ import annotations

import hashlib

from sentinel_run.records import INTERRUPTIONS
from sentinel_run.report import limits
from sentinel_run.report.moments import moment
from sentinel_run.report.processes import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentry_sdk.tracing import Span

    from sentinel_run.facts import Facts, Member
    from sentinel_run.report.processes import Process

# With two hundred of them a transaction stays below 1 MiB, whatever their alphabet.
_DESCRIPTION_CHARS = 500


def add(transaction: Span, facts: Facts) -> None:
    """Give the transaction its spans, nested as the processes were. Their ids follow from the run's own."""
    spans: list[Span] = []
    for number, process in enumerate(processes(facts)):
        above = spans[process.parent] if process.parent >= 0 else transaction
        span = above.start_child(
            op="process",
            name=limits.cut(process.description, _DESCRIPTION_CHARS),
            span_id=_span_id(facts.identity.transaction_id, number),
            start_timestamp=moment(facts, process.start_s),
        )
        _describe(span, process)
        span.finish(end_timestamp=moment(facts, process.end_s))
        spans.append(span)


def _describe(span: Span, process: Process) -> None:
    if (status := _status(process.member)) is not None:
        span.set_status(status)
    for key, value in _data(process).items():
        if value is not None:
            span.set_data(key, value)


def _data(process: Process) -> dict[str, Any]:
    member = process.member
    return {
        "process.name": process.name,
        "process.pid": member.pid,
        "process.parent_pid": member.parent,
        "cpu_s": member.cpu_s,
        "peak_rss_bytes": member.peak_rss_bytes or None,
        "exit_status": member.exit_status,
        "signal": member.signal_name or None,
        "left_running": True if member.is_left else None,
    }


def _status(member: Member) -> str | None:
    """One of Sentry's, or None where it is not known how the process ended."""
    if member.signal_name:
        return "cancelled" if member.signal_name in INTERRUPTIONS else "internal_error"
    if member.exit_status is None:
        return None
    return "internal_error" if member.exit_status else "ok"


def _span_id(transaction_id: str, number: int) -> str:
    return hashlib.sha256(f"{transaction_id} {number}".encode()).hexdigest()[:16]
