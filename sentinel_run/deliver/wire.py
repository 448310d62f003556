"""A stored envelope as it goes over the wire: its DSN read, `sent_at` set, compressed."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

from sentinel_run import dsn
from sentinel_run.errors import BadValueError, FormatError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.dsn import Dsn
    from sentinel_run.facts import Reporting

CONTENT_TYPE = "application/x-sentry-envelope"


# What we note in the envelope's own header for ourselves; no server sees it.
_OURS = "sentinel_run"


class Parcel(Record):
    """A stored envelope: its DSN as text and in parts, its headers, and its items as they are.

    `wants` names the headers that its request needs, `wants_from` is where its run has left them (store/carried);
    `fields` are those that it is sent with.
    """

    address: str
    dsn: Dsn
    headers: dict[str, Any]
    items: bytes
    wants: tuple[str, ...] = ()
    wants_from: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def marked(envelope: bytes, reporting: Reporting) -> bytes:
    """The envelope with a note of the headers that its request needs: their names, and where they lie."""
    if not reporting.headers:
        return envelope
    first, _, items = envelope.partition(b"\n")
    note = {"headers": reporting.headers, "headers_at": reporting.headers_at}
    return json.dumps({**json.loads(first), _OURS: note}).encode() + b"\n" + items


def read(envelope: bytes) -> Parcel:
    """The parcel in a stored envelope. Raises `FormatError` if it is damaged or names no DSN."""
    first, newline, items = envelope.partition(b"\n")
    try:
        headers = json.loads(first)
        address = headers["dsn"]
        parsed = dsn.parse(address)
        note = headers.pop(_OURS, None) or {}
        wants, wants_from = tuple(map(str, note.get("headers", ()))), str(note.get("headers_at", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadValueError) as error:
        raise FormatError(f"not a stored envelope: {error}") from None
    if not newline or not items:
        raise FormatError("not a stored envelope: it has no items")
    return Parcel(address, parsed, headers, items, wants, wants_from)


def packed(parcel: Parcel) -> bytes:
    """The request's body, compressed, with the moment of sending in its header."""
    sent_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    headers = {**parcel.headers, "sent_at": sent_at}
    return gzip.compress(json.dumps(headers, separators=(",", ":")).encode() + b"\n" + parcel.items, 6)
