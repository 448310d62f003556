"""docs/migration.md: every option of `sentry-cli monitors run` has its equal, or a sentence why none is needed."""

from __future__ import annotations

import re
from pathlib import Path

from sentinel_run import options

PAGE = Path(__file__).resolve().parents[1] / "docs" / "migration.md"
# What sentry-cli 3.8.2 takes (November 2026): by `monitors run --help`, by its own `--help` in front of
# `monitors`, and `--allow-failure`, which only the binary names.
VERSION = "3.8"
WORDS = frozenset(
    ["<monitor-slug>", "--environment", "-e", "--header", "--schedule", "-s", "--check-in-margin", "--log-level",
     "--max-runtime", "--quiet", "--silent", "--timezone", "--failure-issue-threshold", "--recovery-threshold",
     "--help", "-h", "--url", "--auth-token", "--allow-failure"]
)  # fmt: skip
OURS = frozenset(
    {f"--{option.name}" for option in options.TABLE} | {f"-{o.short}" for o in options.TABLE if o.short}
)


def _rows() -> dict[str, str]:
    """Their words and what the page says of them, row by row."""
    table = PAGE.read_text().partition(f"| sentry-cli {VERSION} | sentinel-run |\n")[2].partition("\n\n")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[1:]]
    return {theirs: " | ".join(said) for theirs, *said in cells}


def _words(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])(?:--?[a-z][a-z-]*|<[a-z-]+>)", text))


def test_the_page_has_each_of_its_options() -> None:
    """And none that it does not have."""
    assert sorted(word for theirs in _rows() for word in _words(theirs)) == sorted(WORDS)


def test_what_is_the_same_is_there() -> None:
    """An option of the same name exists; one of another name does, or the row says why there is none."""
    for theirs, said in _rows().items():
        if said.startswith("the same"):
            assert _words(theirs) <= OURS | {"--help", "-h"}, theirs
        elif not said.startswith("none: "):
            assert _words(said.partition(";")[0].partition(":")[0]) & OURS, theirs
