"""The panel's lines fit their paper, whatever is to be said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sentinel_run.epilogue import paint
from sentinel_run.epilogue.paint import Paper
from sentinel_run.epilogue.panel import Panel

_PLAIN = Paper(width=60, obeys=True, has_colours=False, encoding="utf-8")


@given(
    sentence=st.text(),
    width=st.integers(0, 300),
    rows=st.lists(st.tuples(st.sampled_from(["at", "took"]), st.text())),
)
def test_no_line_is_wider_than_the_paper(sentence: str, width: int, rows: list[tuple[str, str]]) -> None:
    """Nor holds anything that a terminal obeys. Of a sentence or a row there are three lines at most."""
    lines = paint.panel(_PLAIN._replace(width=width), Panel(sentence, tuple(rows)))

    assert max(map(cell_len, lines)) <= max(30, min(width, 120))
    assert len(lines) <= 3 * (1 + len(rows))
    assert all(line.isprintable() or "\u200d" in line for line in lines)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_nothing_is_lost_that_fits_three_lines(width: int) -> None:
    """Words go to the next line whole; what is too much is cut with a mark."""
    words = "pg_dump: error: connection to server at db1 failed: Connection refused"

    whole = paint.panel(_PLAIN._replace(width=width), Panel(words, ()))
    cut = paint.panel(_PLAIN, Panel("word " * 100, ()))

    assert " ".join(re.sub(r"^(sentinel-run: |  │   )", "", line) for line in whole) == words
    assert cut[-1].endswith("...")
    assert len(cut) == 3


def test_the_documentation_shows_what_is_drawn() -> None:
    """The panel of docs/terminal.md is the one that such a run gets."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "terminal.md").read_text()
    rows = (
        ("at", "jobs/sync.py:42 in load"),
        ("", '  raise ValueError(f"no such table: {name}")'),
        ("took", "12.3 s, CPU 1.4 s, peak memory 41 MB"),
        ("slowest", "pg_dump 9.1 s, gzip 2.0 s"),
        ("report", "sent to sentry.example.com"),
        ("more", "sentinel-run show 3f2a91bc"),
    )
    told = Panel("sync.py failed with exit status 1: ValueError: no such table: orders", rows)

    drawn = paint.panel(_PLAIN._replace(width=100), told)

    assert "".join(f"{line}\n" for line in drawn) in page


def test_a_row_below_its_label() -> None:
    """What goes on stands below its beginning."""
    lines = paint.rows(
        _PLAIN, [("at", "/opt/jobs/sync.py:42 in load"), ("", "  raise ValueError"), ("more", "x " * 40)]
    )

    assert lines[0] == "  │ at       /opt/jobs/sync.py:42 in load"
    assert lines[1] == "  │            raise ValueError"
    assert lines[3].startswith("  │          x x")
