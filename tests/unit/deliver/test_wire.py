"""Reading a stored envelope: any bytes at all are a parcel or a `FormatError`."""

from __future__ import annotations

import gzip
import json
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel_run.deliver import wire
from sentinel_run.errors import FormatError

DSN = "http://key@127.0.0.1:9/1"
HEADER = json.dumps({"dsn": DSN, "event_id": "a" * 32}).encode()
ENVELOPE = HEADER + b'\n{"type":"event","length":2}\n{}\n'


@given(
    st.binary(max_size=200)
    | st.builds(
        lambda at, byte: ENVELOPE[:at] + byte + ENVELOPE[at + 1 :],
        st.integers(0, len(ENVELOPE)),
        st.binary(max_size=1),
    )
)
@example(b"")
@example(b"[" * 100_000)
@example(b'{"dsn": 1}\nx')
@example(b'{"dsn": "\\ud800"}\nx')
@example(HEADER)
def test_any_bytes(envelope: bytes) -> None:
    """A disk that went mad crashes nobody; what is read has a DSN and items."""
    try:
        parcel = wire.read(envelope)
    except FormatError:
        return
    assert parcel.dsn.envelope_url.startswith("http")
    assert parcel.items


@given(st.binary(min_size=1, max_size=300))
def test_items_pass_unchanged(items: bytes) -> None:
    """Whatever they are: only the header gets a member more."""
    body = gzip.decompress(wire.packed(wire.read(HEADER + b"\n" + items)))

    header, _, passed = body.partition(b"\n")
    sent_at = json.loads(header).pop("sent_at")
    assert passed == items
    assert datetime.fromisoformat(sent_at).tzinfo is not None
    assert {**json.loads(HEADER), "sent_at": sent_at} == json.loads(header)


@pytest.mark.parametrize("length", [*range(0, len(HEADER), 7), len(HEADER), len(HEADER) + 1])
def test_a_torn_header_is_told(length: int) -> None:
    """A crash of the machine may leave half a file."""
    with pytest.raises(FormatError):
        wire.read(ENVELOPE[:length])
