"""Check-ins: what a Sentry monitor hears of a run.

The begin and the end of a run share our own check_in_id, so overlapping runs pair correctly, and one that comes
twice is one to the server. Schema: develop.sentry.dev, "Check-ins".
"""

from __future__ import annotations

from sentry_sdk.envelope import Envelope

from sentinel_run import schedule
from sentinel_run.diagnose.diagnosis import FAILED
from sentinel_run.records import INTERRUPTIONS
from sentinel_run.report import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Ending, Facts, Monitor

OK, ERROR, IN_PROGRESS = "ok", "error", "in_progress"


def opening(facts: Facts) -> Envelope:
    """The check-in of a run that goes on. A second one tells that it is still alive."""
    return _envelope(_check_in(facts, IN_PROGRESS))


def closing(facts: Facts, diagnosis: Diagnosis) -> Envelope:
    """The check-in of a run that has ended."""
    assert facts.ending is not None
    made = _check_in(facts, status(facts.ending, diagnosis))
    if not facts.ending.lost:  # How long a lost one ran, nobody knows.
        made["duration"] = round(max(facts.ending.duration_s, 0.0), 3)
    return _envelope(made)


def status(ending: Ending, diagnosis: Diagnosis) -> str:
    """`error` for every failure, and for a job that was stopped from outside, however politely it ended."""
    return ERROR if diagnosis.status == FAILED or ending.interrupted_by in INTERRUPTIONS else OK


def monitor_config(monitor: Monitor) -> dict[str, Any]:
    """What Sentry makes or updates the monitor from; empty without a schedule, which it demands."""
    if not monitor.schedule:
        return {}
    found = {
        "schedule": _schedule(monitor.schedule),
        "checkin_margin": monitor.check_in_margin_min,
        "max_runtime": monitor.max_runtime_min,
        "failure_issue_threshold": monitor.failure_issue_threshold,
        "recovery_threshold": monitor.recovery_threshold,
        "timezone": monitor.timezone,
        "owner": monitor.owner,
    }
    return {key: value for key, value in found.items() if value}


def context(monitor: Monitor | None) -> dict[str, Any]:
    """The monitor as a context of the run's event."""
    if monitor is None:
        return {}
    return {
        "slug": monitor.slug,
        "check_in_id": monitor.check_in_id,
        "schedule": monitor.schedule,
        "timezone": monitor.timezone,
    }


def _check_in(facts: Facts, status_: str) -> dict[str, Any]:
    monitor, identity = facts.monitor, facts.identity
    assert monitor is not None
    found = {
        "check_in_id": monitor.check_in_id,
        "monitor_slug": monitor.slug,
        "status": status_,
        "environment": limits.environment(facts.reporting.environment),
        "release": limits.release(facts.reporting.release),
        # By the trace Sentry links the failure to its error event.
        "contexts": {"trace": {"trace_id": identity.trace_id, "span_id": identity.span_id}},
        "monitor_config": monitor_config(monitor),
    }
    return {key: value for key, value in found.items() if value}


def _schedule(text: str) -> dict[str, Any]:
    found = schedule.read(text)
    if found.crontab:
        return {"type": "crontab", "value": found.crontab}
    return {"type": "interval", "value": found.every, "unit": found.unit}


def _envelope(made: dict[str, Any]) -> Envelope:
    """Made by hand: what the SDK captures as a check-in has members that are not in the schema."""
    envelope = Envelope()
    envelope.add_checkin(made)
    return envelope
