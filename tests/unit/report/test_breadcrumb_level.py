"""The level that a line of output gives itself."""

from __future__ import annotations

import pytest

from sentinel_run.report.breadcrumbs import level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FATAL: no room", "fatal"),
        ("warning: x is old", "warning"),
        ("no error so far", "info"),
        ('{"level":"error","msg":"no room"}', "error"),
        ('{"ts": 1, "level": "info", "msg": "ERROR pages are set up"}', "info"),
        ('{"level":50,"msg":"no room"}', "error"),
        ('{"severity": "ALERT"}', "fatal"),
        ('time=1 level=warn msg="ERROR later"', "warning"),
        ("level: 7 of 9, ERROR", "error"),
        ("the level is high", "info"),
    ],
)
def test_level(text: str, expected: str) -> None:
    """A record's own field is believed before a word in its text."""
    assert level(text) == expected
