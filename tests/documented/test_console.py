"""Sessions at a prompt: each command is run, in the order of its page, and prints what the page says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documented.pages import Block
from tests.documented.ways import of_pages
from tests.process.support import PROGRAM


def _sessions(blocks: list[Block]) -> Iterator[tuple[str, str]]:
    """(command, expected output) of each `$ ` line."""
    for block in blocks:
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            yield command, expected


def _matches(expected: str, shown: str) -> bool:
    """Whether the output is as documented; `...` stands for anything, and a time for any time."""
    pattern = r".*".join(re.escape(part) for part in expected.strip().split("..."))
    pattern = re.sub(r"\d\\.\d{3}", r"\\d+\\.\\d{3}", pattern)
    return re.fullmatch(pattern, shown.strip(), re.DOTALL) is not None


@of_pages("console")
def test_console_blocks_are_true(page: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one block of a page leaves behind is there for the next one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(PROGRAM[0]).parent}:/usr/local/bin:/usr/bin:/bin")

    for command, expected in _sessions(page):
        shown = subprocess.run(
            ["sh", "-c", f"({command}) 2>&1"], capture_output=True, text=True, check=False
        ).stdout

        assert _matches(expected, shown), f"{command}\n{shown}"
