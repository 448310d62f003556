"""Screens at real terminals: they fit, they are coloured only there, and hostile output stays text."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.past import Ran, keep
from tests.cli.support import said, seen, told, uncoloured
from tests.process.support import run, wrapped

WIDTHS = (60, 80, 200)
_HOSTILE = (
    r"\033]0;owned\007\033[2J\033[31mred\033[0m \033[?1049h \302\2332J [bold]b[/bold] [/] :smile: \342\200\256evil"
)


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("subcommand", ["history", "show", "doctor"])
def test_it_fits(subcommand: str, columns: int) -> None:
    """No line is longer than the terminal is wide."""
    rows = uncoloured(seen(subcommand, columns=columns)).splitlines()

    assert max(len(row) for row in rows) <= columns


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("columns", WIDTHS)
def test_history_says_why_at_every_width(columns: int) -> None:
    """Status, exit and the beginning of the reason are there on narrow screens too."""
    screen = uncoloured(seen("history", columns=columns))

    assert "failed" in screen
    assert "SIGSEGV" in screen
    assert "pg_dump: error: connection" in screen


@pytest.mark.usefixtures("runs")
def test_colours_only_where_wanted() -> None:
    """On a terminal red and green; with NO_COLOR or a dumb terminal, and in a pipe, none."""
    coloured = seen("history", columns=80)

    assert "\x1b[1;31mfailed" in coloured
    assert "\x1b[32mok" in coloured
    assert "\x1b[1;31m" not in seen("history", columns=80, NO_COLOR="1")
    assert "\x1b" not in seen("history", columns=80, TERM="dumb")
    assert "\x1b" not in said("history")


@pytest.mark.parametrize("columns", WIDTHS)
def test_hostile_output_stays_text(columns: int) -> None:
    """Escape sequences, C1 controls, markup and reversed text of the command never reach the terminal."""
    run(wrapped("sh", "-c", f"printf '{_HOSTILE}\\n' >&2; exit 1", options=["--name", "[red]x\x1b[31m\u202e"]))

    for screen in (seen("show", columns=columns), seen("history", columns=columns)):
        text = uncoloured(screen)
        assert all(letter.isprintable() or letter == "\n" for letter in text)
        assert "[red]x" in text
    assert "[bold]b[/bold] [/] :smile:" in uncoloured(seen("show", columns=200))


def test_hostile_arguments_stay_text() -> None:
    """Line breaks and escapes in arguments are spelled out on the screen; programs get them as they were."""
    run([*wrapped("sh", "-c", "exit 1", "a\nb\x1b[31m"), b"\xff\xfe"])

    assert r"a\nb\x1b[31m" in said("show")
    assert told("show")["argv"][-2] == "a\nb\x1b[31m"


@pytest.mark.parametrize("columns", [1, 10, 20, 30])
def test_the_smallest_terminals(columns: int) -> None:
    """A story is told on any of them; where bars have no room there are none."""
    run(wrapped("sh", "-c", "sleep 0.3; echo 'error: too small'; exit 3"))

    for subcommand in ("show", "history", "stats"):
        assert "Traceback" not in seen(subcommand, columns=columns).replace("\n", "")


def test_wide_letters_keep_the_columns() -> None:
    """A name in wide letters takes two cells each; the columns after it still stand in line."""
    run(wrapped("false", options=["--name", "夜間バックアップ"]))
    run(wrapped("false", options=["--name", "sixteen-cells-it"]))

    rows = uncoloured(seen("history", columns=80)).splitlines()[1:3]

    assert rows[0].index("failed") == rows[1].index("failed") + 8


def test_wide_letters_keep_the_column_of_ways_on() -> None:
    """What the commands below `show` are for stands in line, though one of them has a name in wide letters."""
    run(wrapped("false", options=["--name", "夜間バックアップ"]))

    *_, page, envelope, others = uncoloured(seen("show", columns=100)).splitlines()

    ends = [
        cell_len(row[: row.index(what)]) for row, what in ((page, "a page"), (envelope, "what"), (others, "its"))
    ]
    assert len(set(ends)) == 1


def test_long_names_give_way() -> None:
    """A name that is too long for the screen is cut with a mark; nothing else is."""
    run(wrapped("false", options=["--name", "n" * 150]))

    row = uncoloured(seen("history", columns=60)).splitlines()[1]

    assert "n…" in row
    assert "failed" in row


@pytest.mark.parametrize("columns", WIDTHS)
def test_marks_and_a_sparkline(columns: int, state_directory: Path) -> None:
    """Each run begins with a mark; below the table the durations of a frequent name, the oldest first."""
    runs = [Ran("job", 500.0 - at, duration_s=10.0 + at, status=3 * (at == 2)) for at in range(0, 40, 2)]
    runs += [Ran("stopped", 30.0, stopped_by="SIGTERM"), Ran("skipped", 20.0, skipped="busy")]
    keep(state_directory, runs)

    coloured = seen("history", "--limit", "0", columns=columns)

    rows = uncoloured(coloured).splitlines()
    marks = [row[:2] for row in rows if row[0] in "✓✗!-"]
    assert marks == ["- ", "! ", *["✓ "] * 18, "✗ ", "✓ "]
    assert rows[-1].endswith("  job took 10 s to 48 s")
    spark = rows[-1].split()[0]
    assert (len(spark), spark[0], spark[-1]) == (20, "▂", "█")
    assert "\x1b[1;31m▃" in coloured
    assert max(len(row) for row in rows) <= columns


def test_a_terminal_without_marks(state_directory: Path) -> None:
    """Where the encoding has none, plain letters say the same."""
    keep(state_directory, [Ran("job", 10.0 - at, status=at % 2) for at in range(4)])

    screen = uncoloured(seen("history", columns=80, PYTHONIOENCODING="ascii", PYTHONUTF8="0"))

    assert screen.isascii()
    assert [row[:2] for row in screen.splitlines()[1:5]] == ["x ", "+ ", "x ", "+ "]
    assert "job took" in screen


def test_a_locale_without_utf_8() -> None:
    """A letter that the terminal cannot show is spelled out."""
    run(wrapped("sh", "-c", "echo 'error: ä☃' >&2; exit 1"))

    screen = seen("show", columns=80, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert r"error: \xe4\u2603" in screen
