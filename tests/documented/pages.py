"""The blocks of every page: fenced ones with the word behind the fence, indented ones without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_FENCED = r"^ *```(?P<word>\w*)\n(?P<fenced>.*?)^ *```$"
_INDENTED = r"(?<=\n\n)(?P<indented>(?: {4}[^\n]*\n(?:\n(?= {4}))?)+)"
_BLOCK = re.compile(f"{_FENCED}|{_INDENTED}", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A block as it stands in a page; `line` is that of its first line, from 1."""

    page: str
    line: int
    word: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> list[Block]:
    """Every block of every page, in order."""
    return [block for page in PAGES for block in _blocks(page)]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text()
    for found in _BLOCK.finditer(text):
        kind = "fenced" if found["fenced"] is not None else "indented"
        line = text.count("\n", 0, found.start(kind)) + 1
        yield Block(page.name, line, found["word"] or "", found[kind])
