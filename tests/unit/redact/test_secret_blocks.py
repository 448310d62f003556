"""Secrets that their surroundings tell: what is around them keeps its words and lines."""

from __future__ import annotations

import pytest

from sentinel_run import redact

MANY_LINES = [
    "a:\n  password: |\n    §\n\n    §\n  b: x",
    "- api_key: >-\n    §\n- b: x",
    '"password":\n  "§",\n"b": "c"',
    '"tokens": [\n  "§",\n  "§"\n], "b": ["c"]',
    "- name: DB_PASSWORD\n  value: §\n- name: B\n  value: c",
    "<password>\n  §\n</password>",
    "machine m\n  login bob\n  password §\n",
    "- name: DB_PASSWORD\n  value: § and §\n- name: B",
    "run --password \\\n  § -v",
    "note: |\n  token ring\npath: x",
]


@pytest.mark.parametrize("content", MANY_LINES)
def test_secrets_whose_name_is_on_another_line(content: str) -> None:
    """Blocks of YAML, lists of JSON, members and elements: the value goes, the rest and the lines stay."""
    redacted = redact.text(content.replace("§", "hunter2"))

    assert redacted == content.replace("§ and §", "§").replace("§", redact.FILTERED)
    assert redact.text(redacted) == redacted


BODY = "MIIEowIBAAKCAQEA1234\nabcdefghijklmnopqrst\nxyz=="
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----"
PEMS = [
    f"a\n{KEY}\nb",
    KEY.replace("\n", "\\n"),
    f"a\n{KEY[:60]}",
    f"{KEY[40:]}\nb",
    KEY.replace("\n", "\n| "),
    f"{KEY}\n{KEY}",
]


@pytest.mark.parametrize("content", PEMS, ids=["whole", "one line", "no end", "no begin", "prefixed", "two"])
def test_private_keys(content: str) -> None:
    """A private key is gone, also where its beginning or its end was not kept; the number of lines stays."""
    redacted = redact.text(content)

    assert not any(part in redacted for part in ("MIIEow", "AKCAQ", "efghij", "xyz=="))
    assert redacted.count("\n") == content.count("\n")


def test_text_around_a_key_stays() -> None:
    """What stands before and behind a whole key is still there."""
    assert redact.text(f"a\n{KEY}\nb").split("\n") == ["a", *["[Filtered]"] * 5, "b"]
