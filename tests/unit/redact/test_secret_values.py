"""The values of secret variables are known in every notation."""

from __future__ import annotations

import base64
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest

from sentinel_run import redact
from sentinel_run.redact import secret_values


def test_secret_values_come_from_names_and_urls() -> None:
    """Values of secret variables and passwords in URLs are known, long ones first; short ones are not."""
    environ = {
        "A_TOKEN": "abcdef",
        "PWD": "/home/bob",
        "PIN_TOKEN": "123",
        "DATABASE_URL": "pg://u:longpassword@h/d",
    }

    found = secret_values.of(environ)

    assert [value for value in found if value in str(environ)] == ["longpassword", "abcdef"]
    assert [len(value) for value in found] == sorted(map(len, found), reverse=True)


def test_values_of_headers_are_secret() -> None:
    """Of those that are given and of those of the variable, whatever their names: whole, and behind a scheme."""
    basic, bearer = "Basic Ym9iOmh1bnRlcjI0Nw==", "Bearer abc.defghi"  # bob:hunter247

    known = redact.known(
        {"SENTINEL_RUN_HEADER": f"Authorization: {basic}, X-Id: tenant-4711"}, (), (), [("A", bearer)]
    )

    for secret in ("Ym9iOmh1bnRlcjI0Nw==", "hunter247", "tenant-4711", "abc.defghi"):
        assert redact.text(f"seen: <{secret}>", known) == "seen: <[Filtered]>"


@pytest.mark.parametrize("before", ["", "a", "bob:", "user:"])
@pytest.mark.parametrize("after", ["", "x", "xyz"])
def test_the_value_of_a_secret_variable_in_base64(before: str, after: str) -> None:
    """Of the base64 of a text that holds it (a basic auth header) at most the ends of the value are left."""
    encoded = base64.b64encode(f"{before}hunter2-and-more{after}".encode()).decode()

    redacted = redact.text(f"sent {encoded}.", redact.known({"DB_PASSWORD": "hunter2-and-more"}))

    rest = redacted.removeprefix("sent ").removesuffix(".").replace(redact.FILTERED, "")
    assert redact.FILTERED in redacted
    assert len(rest) <= len(encoded) - 16


@pytest.mark.parametrize("value", ["p@ss/w ord", 'back\\slash"quote', "two\nlines long", "it's me"])
def test_the_value_of_a_secret_variable_in_other_notations(value: str) -> None:
    """In a URL, in JSON and in a shell's trace it is the same secret."""
    forms = [quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], shlex.quote(value)]

    secrets = redact.known({"DB_PASSWORD": value})

    assert [form for form in forms if form.strip("'") in redact.text(f"got {form} here", secrets)] == []
