"""Which names say that their value is a secret."""

from __future__ import annotations

import pytest

from sentinel_run.redact import secret_names

NAMES = [
    "DB_PASSWORD",
    "--token",
    "apiKey",
    "AWS_SECRET_ACCESS_KEY",
    "pgpassword",
    "PASSWORD2",
    "client-secret",
    "_auth",
]
PLAIN_NAMES = [
    "secretary",
    "tokenize",
    "PWD",
    "TOKENIZERS_PARALLELISM",
    "GIT_ASKPASS",
    "SSH_AUTH_SOCK",
    "key",
    "",
    "max_tokens",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_secrets(name: str) -> None:
    """A name says that its value is secret."""
    assert secret_names.is_secret(name)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_names_of_other_things(name: str) -> None:
    """A name that only contains such a word does not."""
    assert not secret_names.is_secret(name)
