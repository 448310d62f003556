"""DSNs: taken apart as Sentry's SDKs do, refused without showing the key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import dsn
from sentinel_run.errors import BadValueError

GOOD = {
    "https://key@host/42": "https://host/api/42/envelope/",
    " https://key:secret@host/42 ": "https://host/api/42/envelope/",
    "http://key@127.0.0.1:8000/1": "http://127.0.0.1:8000/api/1/envelope/",
    "http://key@[::1]:8000/1": "http://[::1]:8000/api/1/envelope/",
    "http://key@[::1]/1": "http://[::1]/api/1/envelope/",
    "https://key@host/a/b/42": "https://host/a/b/api/42/envelope/",
    "https://key@host/42?x=y": "https://host/api/42/envelope/",
    "HTTPS://key@host/42": "https://host/api/42/envelope/",
}
BAD = [
    "", "x", "https://", "https://host/42", "https://key@host", "https://key@host/", "ftp://key@host/42", "https://@host/42",
    "https://key@/42", "https://key@host/4 2", "https://key@host/4-2", "https://key@host/abc", "https://key@host:0/42", "https://key@host:65536/42",
    "https://key@host:x/42", "https://key@:80/42", "https://key@höst/42", "https://key@ho\nst/42", "//key@host/42",
    "https://key@host:" + "9" * 5000 + "/42",
]  # fmt: skip


@pytest.mark.parametrize(("text", "url"), GOOD.items())
def test_where_envelopes_go(text: str, url: str) -> None:
    """The address of the envelope endpoint."""
    assert dsn.parse(text).envelope_url == url


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:24])
def test_bad_dsn_is_refused(text: str) -> None:
    """The refusal says what a DSN looks like."""
    with pytest.raises(BadValueError, match="expected a Sentry DSN such as"):
        dsn.parse(text)


def test_key_is_not_shown() -> None:
    """Neither in the refusal nor for human eyes."""
    with pytest.raises(BadValueError) as caught:
        dsn.parse("https://abcdef@host:x/42")

    assert "abcdef" not in str(caught.value)
    assert "abcdef" not in dsn.parse("https://abcdef@host/42").shown


@given(st.text(max_size=30), st.text(max_size=10))
def test_any_text_is_parsed_or_refused(text: str, host: str) -> None:
    """Nothing but the refusal is raised."""
    for candidate in (text, f"https://{text}@{host}/1"):
        try:
            assert dsn.parse(candidate).public_key
        except BadValueError:
            continue
