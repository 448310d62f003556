"""The error event of a failed run."""

from __future__ import annotations

from datetime import UTC, datetime

from sentinel_run.report import exceptions, limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts


def event(facts: Facts, diagnosis: Diagnosis) -> dict[str, Any]:
    """The event without what the scope adds. Its id is fixed since the start of the run."""
    ended_at = facts.ending.at if facts.ending else facts.started_at
    return {
        "event_id": facts.identity.event_id,
        "timestamp": datetime.fromtimestamp(ended_at, UTC),
        "platform": "other",
        "logger": "sentinel-run",
        "level": diagnosis.level,
        "transaction": limits.name(facts.command.name),
        "fingerprint": fingerprint(facts, diagnosis),
        "exception": {"values": exceptions.values(facts, diagnosis)},
        "contexts": {"trace": trace_context(facts, diagnosis)},
    }


def fingerprint(facts: Facts, diagnosis: Diagnosis) -> list[str]:
    """What groups failures to one issue: name and cause, or the user's own words."""
    return list(facts.reporting.fingerprint) or [facts.command.name, diagnosis.cause]


def trace_context(facts: Facts, diagnosis: Diagnosis) -> dict[str, Any]:
    """Where the run stands in its trace; the transaction of the run has the same."""
    identity = facts.identity
    found = {
        "trace_id": identity.trace_id,
        "span_id": identity.span_id,
        "parent_span_id": identity.parent_span_id,
        "op": facts.command.kind,
        "status": diagnosis.transaction_status,
    }
    return {key: value for key, value in found.items() if value}
