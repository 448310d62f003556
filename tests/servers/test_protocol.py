"""Every rule of the protocol is seen when it is broken, and a clean envelope breaks none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.servers.relay import check_envelope
from tests.servers.test_relay import ID, event

TRACE = {"trace_id": ID, "public_key": "public"}


def envelope(type_: str, payload: Any, *, headers: dict[str, Any] | None = None, **item: Any) -> bytes:
    """An envelope of one item."""
    lines = ({"event_id": ID} if headers is None else headers, {"type": type_, **item}, payload)
    return b"\n".join(json.dumps(line).encode() for line in lines)


CHECK_IN = {"check_in_id": ID, "monitor_slug": "nightly", "status": "ok", "duration": 1.5}
LOG = {"timestamp": 1.5, "trace_id": ID, "level": "info", "body": "hi", "attributes": {}}
LOG_ITEM = {"item_count": 1, "content_type": "application/vnd.sentry.items.log+json"}
LOST = {"reason": "queue_overflow", "category": "error", "quantity": 1}


def report(**members: Any) -> dict[str, Any]:
    """A client report of one kind of loss."""
    return {"timestamp": 1.5, "discarded_events": [LOST | members]}


TWO_EVENTS = [envelope("event", event()), envelope("event", event()).split(b"\n", 1)[1]]


def logs(*, headers: dict[str, Any] | None = None, **members: Any) -> bytes:
    """An envelope of one log record."""
    return envelope("log", {"version": 2, "items": [LOG | members]}, headers=headers or {}, **LOG_ITEM)


def test_clean_items_break_no_rule() -> None:
    """The other half of the test below."""
    clean = [logs(), envelope("check_in", CHECK_IN), envelope("client_report", report()), TWO_EVENTS[0]]

    assert [check_envelope(raw) for raw in clean] == [[]] * 4


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"nonsense", "malformed: envelope header"),
        (b"{}\n", "no item"),
        (b"\n".join(TWO_EVENTS), "one item of one type"),
        (envelope("check_in", CHECK_IN) + b'\n{"type":"log"}\n{}', "one item of one type"),
        (envelope("event", event(), headers={}), "event_id None is no UUID"),
        (envelope("event", event(event_id="1" * 32)), "event_id of the event is not the envelope's"),
        (envelope("event", event(extra={"a": "x" * 1024 * 1024})), "bytes, more than 1048576"),
        (envelope("event", event(tags={"a": "x" * 300})), "tags.0.1 cut"),
        (envelope("event", event(), headers={"event_id": ID, "trace": {}}), "trace header without"),
        (envelope("event", event(), headers={"event_id": ID, "sent_at": "noon"}), "sent_at 'noon'"),
        (logs(headers={"trace": TRACE}), "must not carry the trace header"),
        (envelope("span", {}, headers={}), "spans need the trace header"),
        (logs(level="warning"), "level 'warning'"),
        (logs(trace_id="7"), "trace_id '7'"),
        (logs(body=7), "body must be a string"),
        (logs(attributes={"a": {"value": 1, "type": "string"}}), "attribute a is"),
        (envelope("log", {"items": [LOG]}, headers={}), "item_count None"),
        (envelope("check_in", CHECK_IN | {"status": "missed"}), "status 'missed'"),
        (envelope("check_in", CHECK_IN | {"status": "in_progress"}), "duration 1.5"),
        (envelope("check_in", CHECK_IN | {"monitor_slug": "s" * 51}), "longer than 50"),
        (envelope("check_in", CHECK_IN | {"check_in_id": "7"}), "check_in_id '7'"),
        (envelope("check_in", CHECK_IN | {"colour": "red"}), "unknown members ['colour']"),
        (envelope("check_in", CHECK_IN | {"monitor_config": {}}), "schedule {}"),
        (envelope("check_in", CHECK_IN | {"environment": "x" * 200_000}), "more than 102400"),
        (envelope("client_report", report() | {"timestamp": None}), "timestamp None"),
        (envelope("client_report", report(category="y")), "category 'y'"),
        (envelope("client_report", report(quantity=0)), "quantity 0"),
        (envelope("attachment", {}), "no filename"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_broken_rule_is_seen(raw: bytes, rule: str) -> None:
    """What Sentry would refuse, or lose in silence, is in the list."""
    assert any(rule in found for found in check_envelope(raw)), check_envelope(raw)
