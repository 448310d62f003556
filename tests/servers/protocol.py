"""The protocol's rules for an envelope as a whole and for the frame of each item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.servers.envelope import Envelope, Item
from tests.servers.telemetry import RULES, is_id, is_time

KIB, MIB = 1024, 1024 * 1024
ENVELOPE_MAX = 200 * MIB
SIZE_MAX = {"event": MIB, "transaction": MIB, "check_in": 100 * KIB, "client_report": 4 * KIB}
# https://develop.sentry.dev/sdk/data-model/envelope-items/ : these may ride along with any other item.
RIDERS = {"attachment", "session", "sessions", "client_report", "user_report"}
TRACELESS = {"log", "trace_metric"}
IDENTIFIED = {"event", "transaction", "attachment"}
CONTAINERS = {"log": MIB, "trace_metric": 2 * KIB}


def envelope_rules(envelope: Envelope, *, size: int) -> Iterator[str]:
    """The broken rules that concern the envelope as a whole."""
    headers, types = envelope.headers, [item.type for item in envelope.items]
    main = [type_ for type_ in types if type_ not in RIDERS]
    if not types:
        yield "no item in it"
    if len(main) > 1:
        yield f"one item of one type may lead an envelope, not {main}"
    if size > ENVELOPE_MAX:
        yield f"{size} bytes, more than {ENVELOPE_MAX}"
    if IDENTIFIED & set(types) and not is_id(headers.get("event_id")):
        yield f"event_id {headers.get('event_id')!r} is no UUID"
    yield from _trace_rules(headers.get("trace"), set(types))
    if "sent_at" in headers and not is_time(headers["sent_at"]):
        yield f"sent_at {headers['sent_at']!r} is no RFC 3339 time"
    for item in envelope.items:
        if item.type in ("event", "transaction") and item.json.get("event_id") != headers.get("event_id"):
            yield f"event_id of the {item.type} is not the envelope's"


def item_rules(item: Item) -> Iterator[str]:
    """The broken rules of one item: its size, and what its type demands."""
    limit = SIZE_MAX.get(item.type, ENVELOPE_MAX)
    if len(item.payload) > limit:
        yield f"{len(item.payload)} bytes, more than {limit}"
    if item.type in CONTAINERS:
        yield from _container_rules(item)
    if item.type in RULES and not isinstance(item.json, dict):
        yield "not a JSON object"
    elif item.type in RULES:
        yield from RULES[item.type](item.json)
    if item.type == "attachment" and not item.headers.get("filename"):
        yield "no filename"


def _trace_rules(trace: Any, types: set[str]) -> Iterator[str]:
    if trace is None:
        if "span" in types:
            yield "spans need the trace header"
    elif types & TRACELESS:
        yield f"{types & TRACELESS} must not carry the trace header"
    elif not isinstance(trace, dict) or not trace.get("public_key") or not is_id(trace.get("trace_id")):
        yield f"trace header without trace_id or public_key: {trace!r}"


def _container_rules(item: Item) -> Iterator[str]:
    records = item.json.get("items", []) if isinstance(item.json, dict) else []
    if item.headers.get("item_count") != len(records):
        yield f"item_count {item.headers.get('item_count')!r} for {len(records)} records"
    if item.headers.get("content_type") != f"application/vnd.sentry.items.{item.type.replace('_', '-')}+json":
        yield f"content_type {item.headers.get('content_type')!r}"
    longest = max((len(repr(record)) for record in records), default=0)
    if longest > CONTAINERS[item.type]:
        yield f"a record of {longest} bytes, more than {CONTAINERS[item.type]}"
