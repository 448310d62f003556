"""The envelope reader takes what the protocol allows, and nothing else."""

from __future__ import annotations

import pytest

from tests.servers.envelope import MalformedEnvelope, parse_envelope


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b'{"sent_at":"a","sent_at":"b"}\n', "duplicate key"),
        (b'{}\n{"type":"invention"}\n{}', "unknown type"),
        (b'{}\n{"type":"event","length":9}\n{}', "does not fit"),
        (b'{}\n{"type":"event","length":1}\n{}', "no newline after the payload"),
        (b'{}\n{"type":"event"}\n{"a":NaN}', "NaN is not JSON"),
        (b"{}\n\n", "header"),
        (b"[]\n", "not an object"),
        (b"", "header"),
        (b'{"a":"\xff"}\n', "utf-8"),
    ],
)
def test_the_envelope_reader_is_strict(raw: bytes, complaint: str) -> None:
    """What breaks the protocol is refused with its reason."""
    with pytest.raises(MalformedEnvelope, match=complaint):
        parse_envelope(raw)


def test_a_payload_with_a_length_may_hold_anything() -> None:
    """Newlines belong to a payload of declared length, and the last newline of all may be missing."""
    envelope = parse_envelope(b'{}\n{"type":"attachment","length":4}\n\n{}\n\n{"type":"session"}\n{}')

    assert [item.payload for item in envelope.items] == [b"\n{}\n", b"{}"]
