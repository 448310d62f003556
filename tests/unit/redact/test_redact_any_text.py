"""Promises that hold for every text, also for one that somebody has made to take long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run import redact

PIECES = [
    "password",
    "=",
    ": ",
    "token",
    '"',
    "'",
    "\n",
    " ",
    "://",
    "@",
    "[Filtered]",
    "--",
    "ghp_",
    "a" * 40,
    "Basic ",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "\\",
    ",",
    "(",
    ")",
    "]",
    "&",
    "b=",
    "mysql -p",
    "curl -u x:",
    "Authorization: ",
    "passphrase=",
    "<password>",
    "</",
    "?sig=",
    "\x1b[31m",
]
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=20).map("".join)


@given(TEXT)
def test_number_of_lines_stays(content: str) -> None:
    """Times are kept by line, so no line may come or go."""
    assert redact.text(content, redact.Secrets(("secret\nvalue",))).count("\n") == content.count("\n")


@given(TEXT)
def test_redaction_is_idempotent(content: str) -> None:
    """A second redaction, in the report, changes nothing."""
    once = redact.text(content)

    assert redact.text(once) == once


@given(TEXT, st.text(min_size=6, max_size=30).filter(lambda s: s.strip() and s not in redact.FILTERED), TEXT)
def test_value_of_a_secret_variable_never_survives(before: str, value: str, after: str) -> None:
    """A known value is gone wherever it stands."""
    secrets = redact.known({"API_TOKEN": value})

    assert value not in redact.text(before + value + after, secrets).replace(redact.FILTERED, "\0")


@given(st.lists(TEXT, max_size=6))
def test_argv_keeps_its_length(words: list[str]) -> None:
    """Each word stays one word."""
    assert len(redact.argv(words)) == len(words)


HOSTILE = [
    "token_",
    "token",
    "password=",
    "password ",
    'token="',
    "a.",
    "a:",
    "://a",
    "a@",
    "a:b@",
    "basic ",
    "mysql -",
    "--token ",
    "MIIEowIBAAKCAQEA\n",
    "-----BEGIN PRIVATE KEY-----",
    "sk-",
    "eyJ",
    "ghp_",
    "curl -u",
    "redis-cli ",
    "docker login ",
    "login a ",
    "<token>",
    "?sig=",
    "cookie:",
    "authorization: ",
    ",a=",
    "\\",
    "bearer a",
    "(",
    "SG.",
    "sshpass -p",
    "key\t",
    "-----END PRIVATE KEY-----\n",
    '"password": [',
    '"password": ["a",',
    "['--token', ",
    "token |",
    "token  a",
    "<token a",
    'name="token">a',
    "token%3D",
    "%3A%2F%2Fa%3A",
    "token: a = ",
    '"auth":"YWE6',
    "lftp -u a",
    "'--token', ",
    "['a','a'],",
    "name: token value: ",
    "name: token\n",
    "<token>\n",
    "password: |\n  a\n",
    "://a:",
    "user: pass",
    "ENV token ",
    "curl -b ",
    "sqlplus a/",
    "password for a (",
    "login\n",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_is_linear(unit: str) -> None:
    """Half a megabyte, all that is ever kept, is redacted in moments, whatever is in it."""
    content = "private key-----token " + unit * (500_000 // len(unit))
    started = time.process_time()

    redact.text(content)

    assert time.process_time() - started < 2.5
