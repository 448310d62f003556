"""A strict reader of Sentry envelopes: what it accepts, every Sentry server accepts."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, NoReturn

JSON_TYPES = {
    "event", "transaction", "check_in", "log", "span", "trace_metric", "client_report",
    "session", "sessions", "user_report", "feedback",
}  # fmt: skip
KNOWN_TYPES = JSON_TYPES | {
    "attachment", "profile", "profile_chunk", "replay_event", "replay_recording", "replay_video",
    "statsd", "metric_meta",
}  # fmt: skip


class MalformedEnvelope(ValueError):
    """The bytes break the envelope protocol; the message says where."""


class Item(NamedTuple):
    """One item; `json` is the parsed payload, None where the type is not JSON."""

    headers: dict[str, Any]
    payload: bytes
    json: Any

    @property
    def type(self) -> str:
        return str(self.headers["type"])


class Envelope(NamedTuple):
    headers: dict[str, Any]
    items: list[Item]


def parse_envelope(raw: bytes) -> Envelope:
    """Every item of `raw`, or MalformedEnvelope.

    Stricter than the servers on purpose: a duplicate key, an unknown type, NaN or a blank line raises.
    https://develop.sentry.dev/sdk/data-model/envelopes/#serialization-format
    """
    line, position = _line(raw, 0)
    headers, items = _header(line, "envelope"), []
    while position < len(raw):
        item, position = _item(raw, position)
        items.append(item)
    return Envelope(headers, items)


def parse_json(text: bytes, where: str) -> Any:
    """The value of `text`; duplicate keys, NaN and bad UTF-8 raise MalformedEnvelope."""
    try:
        return json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except ValueError as error:
        raise MalformedEnvelope(f"{where}: {error}") from error


def _item(raw: bytes, position: int) -> tuple[Item, int]:
    line, start = _line(raw, position)
    headers = _header(line, f"item at byte {position}")
    if headers.get("type") not in KNOWN_TYPES:
        raise MalformedEnvelope(f"item at byte {position}: unknown type {headers.get('type')!r}")
    payload, end = _payload(raw, start, headers.get("length"))
    parsed = parse_json(payload, f"{headers['type']} payload") if headers["type"] in JSON_TYPES else None
    return Item(headers, payload, parsed), end


def _payload(raw: bytes, start: int, length: Any) -> tuple[bytes, int]:
    if length is None:
        return _line(raw, start)
    if type(length) is not int or not 0 <= length <= len(raw) - start:
        raise MalformedEnvelope(f"length {length!r} does not fit the {len(raw) - start} bytes that follow")
    end = start + length
    if raw[end : end + 1] not in (b"", b"\n"):
        raise MalformedEnvelope(f"no newline after the payload that ends at byte {end}")
    return raw[start:end], end + 1


def _line(raw: bytes, start: int) -> tuple[bytes, int]:
    end = raw.find(b"\n", start)
    end = len(raw) if end < 0 else end
    return raw[start:end], end + 1


def _header(line: bytes, where: str) -> dict[str, Any]:
    value = parse_json(line, f"{where} header")
    if not isinstance(value, dict):
        raise MalformedEnvelope(f"{where} header is not an object: {line[:80]!r}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Relay reads headers into a struct: a second `sent_at` makes it reject the whole envelope.
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError(f"duplicate key among {[key for key, _ in pairs]}")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
