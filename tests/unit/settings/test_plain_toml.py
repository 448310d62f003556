"""The reader of plain TOML says what `tomllib` says, or leaves the text to it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel_run.settings import plain_toml

PLAIN = """
# A config file as the documentation has it.
release = "app@1"   # where
ok-exit = [1, 24,
  # rsync: vanished files
  25, ]
'single' = 'C:\\path'
traces-sample-rate = 0.25
breadcrumbs = -3
attach-output = false
tag = { team = "data", "with space" = 'x', n = 1 }
empty = {}
none = []

[environment.production]
traces-sample-rate = 1.0
[command."backup.sh"]
\ttimeout = "2h"
[command]
[ command . 'a b' ]
retries = 0"""

# Pieces that make lines that are nearly right, or wrong in all the ways there are.
PIECES = [
    "a", "b", "a.b", '"a"', "'a'", '"a b"', "=", " = ", "\n", "\n\n", "[", "]", "[a]", "[a.b]", "[b]\n", "[[a]]",
    "{", "}", ",", ", ", "#", "# c\n", "#\x01\n", "1", "0", "01", "-1", "+1", "1_0", "1.5", "1.", ".5", "1e5", "inf",
    "0x1f", "true", "false", "True", "1979-05-27", '"x"', "'x'", '"""', "'''", '"\\n"', "'\\'", '"ü"', '"\t"', "\t",
    "\r\n", "\r", "\x00", "\ufeff", "\u00a0", "é", "a = 1\n", "a = {b = 1}\n", "a = [1]\n", "b = 'x'\n", "²",
]  # fmt: skip


def by_library(text: str) -> Any:
    """What it says, or None if it is no TOML to it."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def test_what_config_files_are_made_of_is_plain() -> None:
    """So they are read without loading a parser."""
    found = plain_toml.loads(PLAIN)

    assert found is not None
    assert found == tomllib.loads(PLAIN)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("a = {b = 1}\n[a]\n")
@example("[a.b]\n[a]\nb = 1")
@example("a = {b = 1,}")
@example("a = '''x'''")
@example("[a]\n[a]")
@example("a = ''\n'' = 2")
def test_any_text_is_read_as_the_library_reads_it(text: str) -> None:
    """Or left to it; never read where the library finds a fault."""
    found = plain_toml.loads(text)

    assert found is None or repr(found) == repr(by_library(text))


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    """Any characters at all."""
    found = plain_toml.loads(text)

    assert found is None or found == by_library(text)


@pytest.mark.parametrize("text", ['a = "\\u0041"', "a = 1e3", "a.b = 1", "[[a]]", 'a = """x"""', "a = 1979-05-27"])
def test_what_is_beyond_is_left_to_the_library(text: str) -> None:
    """It is TOML, but not plain."""
    assert plain_toml.loads(text) is None
    assert by_library(text) is not None
