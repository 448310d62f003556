"""The protocol's rules for the items that Relay's library has no validator for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

HEX32 = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CATEGORIES = {
    "default", "error", "transaction", "span", "span_indexed", "monitor", "session", "attachment",
    "log_item", "log_byte", "trace_metric", "profile", "internal", "feedback", "replay",
}  # fmt: skip
LOG_LEVELS = {"trace", "debug", "info", "warn", "error", "fatal"}
ATTRIBUTES: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "double": (float, int),
}  # fmt: skip
# The last line is not in the schema, but the SDK sends it and Sentry lets it pass.
CHECK_IN_MEMBERS = {
    "check_in_id", "monitor_slug", "status", "duration", "environment", "release", "contexts",
    "monitor_config",
    "type", "event_id", "timestamp", "platform", "sdk", "server_name",
}  # fmt: skip
MONITOR_MEMBERS = {
    "schedule", "checkin_margin", "max_runtime", "failure_issue_threshold", "recovery_threshold",
    "timezone", "owner",
}  # fmt: skip
INTERVALS = {"year", "month", "week", "day", "hour", "minute"}


def check_in_rules(check_in: dict[str, Any]) -> Iterator[str]:
    """https://develop.sentry.dev/sdk/telemetry/check-ins/"""
    if unknown := check_in.keys() - CHECK_IN_MEMBERS:
        yield f"unknown members {sorted(unknown)}"
    if not is_id(check_in.get("check_in_id")):
        yield f"check_in_id {check_in.get('check_in_id')!r} is no UUID"
    slug = check_in.get("monitor_slug")
    if not isinstance(slug, str) or not 1 <= len(slug) <= 50:
        yield f"monitor_slug {slug!r} is empty, or longer than 50"
    if check_in.get("status") not in ("in_progress", "ok", "error"):
        yield f"status {check_in.get('status')!r}"
    duration = check_in.get("duration")
    if duration is not None and (check_in.get("status") == "in_progress" or not duration >= 0):
        yield f"duration {duration!r} with status {check_in.get('status')!r}"
    if check_in.get("monitor_config") is not None:
        yield from _monitor_rules(check_in["monitor_config"])


def _monitor_rules(config: dict[str, Any]) -> Iterator[str]:
    if unknown := config.keys() - MONITOR_MEMBERS:
        yield f"monitor_config: unknown members {sorted(unknown)}"
    schedule = config.get("schedule") or {}
    crontab = schedule.get("type") == "crontab" and isinstance(schedule.get("value"), str)
    interval = schedule.get("type") == "interval" and schedule.get("unit") in INTERVALS
    if not crontab and not (interval and type(schedule.get("value")) is int):
        yield f"monitor_config: schedule {schedule!r}"


def log_rules(container: dict[str, Any]) -> Iterator[str]:
    """https://develop.sentry.dev/sdk/telemetry/logs/"""
    for record in container.get("items", []):
        if not is_id(record.get("trace_id")):
            yield f"trace_id {record.get('trace_id')!r}"
        if record.get("level") not in LOG_LEVELS:
            yield f"level {record.get('level')!r} is not one of {sorted(LOG_LEVELS)}"
        if not isinstance(record.get("body"), str) or not isinstance(record.get("timestamp"), (int, float)):
            yield "body must be a string and timestamp a number"
        for name, attribute in record.get("attributes", {}).items():
            if not isinstance(attribute.get("value"), ATTRIBUTES.get(attribute.get("type"), ())):
                yield f"attribute {name} is {attribute!r}"


def client_report_rules(report: dict[str, Any]) -> Iterator[str]:
    """https://develop.sentry.dev/sdk/telemetry/client-reports/"""
    if not is_time(report.get("timestamp")):
        yield f"timestamp {report.get('timestamp')!r}"
    for lost in report.get("discarded_events", []):
        if not lost.get("reason") or lost.get("category") not in CATEGORIES:
            yield f"reason {lost.get('reason')!r}, category {lost.get('category')!r}"
        if type(lost.get("quantity")) is not int or lost["quantity"] < 1:
            yield f"quantity {lost.get('quantity')!r}"


RULES = {"check_in": check_in_rules, "log": log_rules, "client_report": client_report_rules}


def is_id(value: Any) -> bool:
    """Whether it is a UUID, with or without its dashes."""
    return isinstance(value, str) and HEX32.fullmatch(value) is not None


def is_time(value: Any) -> bool:
    """Whether it is RFC 3339 with a zone, or seconds since 1970."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            return False
    return isinstance(value, (int, float)) and not isinstance(value, bool)
