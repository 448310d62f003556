"""Times, sizes and texts as the screens write them."""

from __future__ import annotations

import pytest

from sentinel_run.cli.screens import words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"), (-1, "0 ms"), (0.0123, "12 ms"), (0.0994, "99 ms"), (0.0996, "0.1 s"), (9.94, "9.9 s"),
        (9.96, "10 s"), (59.4, "59 s"), (59.6, "1m 00s"), (3599.6, "1h 00m"), (7380, "2h 03m"),
        (86400 * 30, "30d 0h"),
    ],
)  # fmt: skip
def test_took(seconds: float | None, text: str) -> None:
    """At most seven characters, and no 60 s or 60 min at the edges."""
    assert words.took(seconds) == text


@pytest.mark.parametrize(
    ("age_s", "text"),
    [(-5, "just now"), (0.4, "just now"), (59, "59 s ago"), (3600, "1 h ago"), (86400 * 80, "80 d ago")],
)
def test_ago(age_s: float, text: str) -> None:
    """The largest whole unit; a moment in the future was noted before the clock was set back."""
    assert words.ago(1_000_000_000 - age_s, 1_000_000_000) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "-"), (None, "-"), (999, "999 B"), (1000, "1.0 kB"), (210_400_000, "210 MB"), (1_200_000_000, "1.2 GB")],
)
def test_size(count: int | None, text: str) -> None:
    """Decimal units, as disks and networks count."""
    assert words.size(count) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä 夜", "plain ä 夜"),
        ("a\tb", "a       b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\r\0", r"a\nb\r\x00"),
        ("\x9b2J\u2028", r"\x9b2J\u2028"),
        ("\u202eevil", r"\u202eevil"),
        ("\udcff", r"\xff"),
        ("\ud800", r"\ud800"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    """Nothing that a terminal obeys is left, and what cannot be printed is spelled out."""
    assert words.printable(text) == shown


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (30 * 86400.0, "the last 30 days"),
        (86400.0, "the last day"),
        (5400.0, "the last 1.5 hours"),
        (3600.0, "the last hour"),
        (600.0, "the last 10 minutes"),
        (1.0, "the last second"),
        (0.5, "the last 0.5 seconds"),
    ],
)
def test_periods(seconds: float, expected: str) -> None:
    """In one unit, with a decimal where it needs one."""
    assert words.period(seconds) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(None, "-"), (0.0, "0.0 %"), (1e-6, "0.1 %"), (0.5, "50.0 %"), (0.99999, "99.9 %"), (1.0, "100.0 %")],
)
def test_shares_do_not_flatter(share: float | None, expected: str) -> None:
    """100 % is all of them, 0 % none."""
    assert words.percent(share) == expected


@pytest.mark.parametrize(
    ("change", "expected"), [(None, "-"), (0.0, "+0.0"), (-0.0001, "+0.0"), (0.0123, "+1.2"), (-0.2, "-20.0")]
)
def test_changes_have_a_sign(change: float | None, expected: str) -> None:
    """In percentage points; what rounds to nothing is no fall."""
    assert words.points(change) == expected
