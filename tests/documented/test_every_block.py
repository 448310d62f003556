"""No block of any page is left to trust."""

from __future__ import annotations

import re

from tests.documented import ways
from tests.documented.pages import ROOT, blocks

_ASKED = re.compile(r"@of\w*\(([^)]*)\)")
_NOT_RUN_AT_MOST = 9


def test_every_block_has_a_way() -> None:
    """By its word or by a row of the table; whoever adds a block of another kind says how it is run."""
    assert [str(block) for block in blocks() if ways.way(block) is None] == []
    assert len(blocks()) > 100


def test_every_row_has_its_block() -> None:
    """A row that fits nothing is one that a page has outlived."""
    used = {ways.row(block) for block in blocks()}

    assert [row for row in ways.ROWS if row not in used] == []


def test_every_way_is_gone() -> None:
    """There is a test that runs the blocks of each way."""
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    gone = {name for names in _ASKED.findall(tests) for name in re.findall(r'"(\w+)"', names)}

    assert {ways.way(block) for block in blocks()} - {""} == gone


def test_few_are_not_run() -> None:
    """Each of them has its reason."""
    left = [row for row in ways.ROWS if not row.way]

    assert all(row.reason for row in left)
    assert sum(ways.way(block) == "" for block in blocks()) <= _NOT_RUN_AT_MOST
