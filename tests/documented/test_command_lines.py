"""Every command line that a page shows is one that the program takes: each option, value and subcommand is right."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sentinel_run import options, settings
from sentinel_run.cli.main import root
from tests.documented.pages import PAGES, blocks

_PROMPT = re.compile(r"^(?:\$ | +(?:- )?run: )", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
# Where a word stands for others, or a line is there to show a mistake.
_PLACEHOLDERS = re.compile(
    r"\[OPTIONS\]|SUBCOMMAND|\[RUN\]|\bSHELL\b|<TAB>|\{0\}|\bRUN\b|--jsno|histroy|enviroment|61 2"
)


def _lines(page: Path) -> Iterator[list[str]]:
    """The words behind `sentinel-run`, of each command that is shown in a block or within a sentence."""
    within = [
        _PROMPT.sub("", line) for block in blocks() if block.page == page.name for line in block.text.splitlines()
    ]
    for text in within + _INLINE.findall(page.read_text().replace("\\|", "|").replace("```", "")):
        words = _words(text)
        for at, word in enumerate(words):
            if word == "sentinel-run":
                yield list(_until_its_end(words[at + 1 :]))


def _words(text: str) -> list[str]:
    """As a shell takes them; nothing of a line that goes on below, which only the shell can read."""
    if _PLACEHOLDERS.search(text) or "->" in text.partition("sentinel-run")[2]:
        return []
    reader = shlex.shlex(text, posix=True, punctuation_chars="();<>|&")
    reader.whitespace_split = True
    try:
        return list(reader)
    except ValueError:
        return []


def _until_its_end(words: list[str]) -> Iterator[str]:
    for word in words:
        if set(word) <= set("();<>|&"):
            return
        yield word


SHOWING = [page for page in PAGES if page.name not in ("ARCHITECTURE.md", "CHANGELOG.md")]
LINES = sorted({(page.name, *words) for page in SHOWING for words in _lines(page) if words})


def test_there_are_many() -> None:
    """They are found where they stand: in blocks, in tables, in sentences, in pipelines behind variables."""
    assert len(LINES) > 120
    assert {page for page, *_ in LINES} > {"README.md", "cron.md", "migration.md", "reference.md", "history.md"}
    assert list(_until_its_end(_words("0 3 * * * sentinel-run --timeout '2 h' -- x | y")[6:])) == [
        "--timeout",
        "2 h",
        "--",
        "x",
    ]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_it_is_taken(line: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs: the line is read as it is before anything starts."""
    monkeypatch.chdir(tmp_path)
    _, *words = line
    reading = options.read(words)
    settings.resolve(reading, {})

    if reading.subcommand:
        _read_subcommand(root(), list(reading.command), click.Context(root()))


def _read_subcommand(group: click.Group, words: list[str], above: click.Context) -> None:
    name, *rest = words
    command = group.get_command(above, name)
    assert command is not None, name
    context = command.make_context(name, rest, parent=above)
    further = [*context._protected_args, *context.args]
    if isinstance(command, click.Group) and further:
        _read_subcommand(command, further, context)
