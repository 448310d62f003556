"""On which line of a TOML file each key stands."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.settings import config_lines

TEXT = '''# a comment

timeout = 5
tag = { team = "infra", "a.b" = "c" }
redact = [
  "x",   # within a value
  "y",
]
name = """
[no.header]
breadcrumbs = 7
"""
a.b = 1; # broken lines come last
'''
KEYS: dict[tuple[str, ...], int] = {
    ("timeout",): 3,
    ("tag",): 4,
    ("tag", "team"): 4,
    ("tag", "a.b"): 4,
    ("redact",): 5,
    ("name",): 9,
}
SECTIONS = """\
x = 1
[command."backup.sh"]
timeout = "2h"

  [ environment . 'staging' ]  # a comment
  breadcrumbs.more = 3
[[list]]
y = 1
"""


def test_top_of_a_file() -> None:
    """Comments, values over more lines and texts that look like TOML are passed by; what is broken ends it."""
    assert config_lines.of_text(TEXT) == KEYS


def test_sections() -> None:
    """Headers have lines, and keys are told with the section that they stand in."""
    assert config_lines.of_text(SECTIONS) == {
        ("x",): 1,
        ("command",): 2,
        ("command", "backup.sh"): 2,
        ("command", "backup.sh", "timeout"): 3,
        ("environment",): 5,
        ("environment", "staging"): 5,
        ("environment", "staging", "breadcrumbs"): 6,
        ("environment", "staging", "breadcrumbs", "more"): 6,
        ("list",): 7,
        ("list", "y"): 8,
    }


@pytest.mark.parametrize(
    "text", ["", "\n\n# x", "=", "[", "\x00", "a = " + "[" * 3000, "a = [\n" + "1,\n" * 50_000 + "]"]
)
def test_nothing_to_tell(text: str) -> None:
    """Nor is anybody kept waiting by a value of fifty thousand lines."""
    assert config_lines.of_text(text) == {}


_KEY = st.text(st.characters(codec="ascii", categories=("Ll", "Lu", "Nd")), min_size=1, max_size=3)
_TABLE = st.dictionaries(
    _KEY, st.sampled_from(["1", '"a\\nb"', "[\n1,\n2]", "'''\nx = 1\n'''", "{ k = 1 }"]), max_size=4
)


@given(st.dictionaries(_KEY, _TABLE, max_size=4))
def test_every_key_has_its_line(tables: dict[str, dict[str, str]]) -> None:
    """Whatever TOML's reader finds stands where we say."""
    text = "".join(
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
        for name, table in tables.items()
    )
    lines = text.split("\n")

    found = config_lines.of_text(text)

    for name, table in tomllib.loads(text).items():
        assert lines[found[name,] - 1] == f"[{name}]"
        assert all(_stands(lines, found[name, key], key) for key in table)


def _stands(lines: list[str], number: int, key: str) -> Any:
    return lines[number - 1].startswith(f"{key} = ")
