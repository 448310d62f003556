"""Headers as text: what is one, how a variable has several, and that no error tells a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import dsn, headers
from sentinel_run.errors import BadValueError

_NAME = st.text("abcXYZ019-_.", min_size=1)
_VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("CF-Access-Client-Id: abc.access", ("CF-Access-Client-Id", "abc.access")),
        ("Authorization:Basic dTpw", ("Authorization", "Basic dTpw")),
        (" X-A :  a: b, c ", ("X-A", "a: b, c")),
        ("User-Agent: mine", ("User-Agent", "mine")),
    ],
)
def test_name_and_value(text: str, field: tuple[str, str]) -> None:
    """The first colon parts them, as sentry-cli and curl have it; blanks around them are none of theirs."""
    assert headers.parse(text) == field


@pytest.mark.parametrize(
    "text", ["", "secret", ":secret", "a b:secret", "ä:secret", "X:", "X:sec\nret", "X:secret\r", "X:\x7fsecret",
             "X: geheimnis-ä", "HOST:secret", "x-sentry-auth:secret", "Transfer-Encoding: secret"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    """The value is never in the message."""
    with pytest.raises(BadValueError) as caught:
        headers.parse(text)

    assert "sec" not in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A: 1", ["A: 1"]),
        ("A: 1, B: 2", ["A: 1", " B: 2"]),
        ("A: 1,B:2,C:3", ["A: 1", "B:2", "C:3"]),
        ("Cookie: a=1, b=2", ["Cookie: a=1, b=2"]),
        ("When: Wed, 09 Jun 2021 10:18:14 GMT, B: 2", ["When: Wed, 09 Jun 2021 10:18:14 GMT", " B: 2"]),
        ("A: 1, B: 2\n", ["A: 1, B: 2"]),
        ("A: 1\r\nB: 2\n\n", ["A: 1", "B: 2"]),
        ("", []),
    ],
)
def test_several_in_a_variable(text: str, parts: list[str]) -> None:
    """Commas between them, as in other lists, but for those that are a value's own; or one a line."""
    assert headers.split(text) == parts


@given(st.lists(st.tuples(_NAME, _VALUE)))
def test_what_is_handed_on_comes_back(fields: list[tuple[str, str]]) -> None:
    """Whatever is in a value, `deliver` reads the same headers from its environment."""
    assert [headers.parse(text) for text in headers.split(headers.joined(fields))] == fields


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://k@Sentry.example.com/1", "https://x@sentry.example.com:443/a/2", True),
        ("http://k@[::1]/1", "http://k@[::1]:80/1", True),
        ("https://k@sentry.example.com/1", "http://k@sentry.example.com/1", False),
        ("https://k@sentry.example.com/1", "https://k@sentry.example.com:8443/1", False),
        ("https://k@sentry.example.com/1", "https://k@example.com/1", False),
    ],
)
def test_one_server(one: str, other: str, is_same: bool) -> None:
    """Scheme, host and port name it; key, path and project do not."""
    assert (dsn.origin(one) == dsn.origin(other)) is is_same


def test_no_server() -> None:
    """A DSN that cannot be read names none."""
    assert (dsn.origin("https://sentry.example.com"), headers.bound((), None)) == ("", headers.NONE)
