"""The screen of `doctor`: one paragraph a matter, the problems and what to do at the end."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas, matters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from rich.console import RenderableType

    from sentinel_run.cli.checks.checkup import Checkup


def screen(found: Checkup) -> RenderableType:
    """Everything that was looked at."""
    return Group(*_parts(found))


def _parts(found: Checkup) -> Iterator[RenderableType]:
    for matter, finding in found.findings.items():
        yield Text(matter, style=canvas.TITLE)
        if matter == "options":
            yield settings(finding.facts["settings"])
        yield _pairs(matters.ROWS[matter](finding.facts))
        yield Text()
    if found.problems:
        yield from _list("problems", found.problems, canvas.BAD)
        yield Text()
    yield from _list("what to do next", found.advice, canvas.GOOD)


def settings(rows: Iterable[Mapping[str, Any]]) -> Table:
    """A line a setting: name, value, source."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for style in (canvas.ASIDE, "", canvas.ASIDE):
        table.add_column(style=style, overflow="fold")
    for row in rows:
        cells = (
            row["option"],
            matters.value(row["option"], row["value"]),
            row["source"].removeprefix(f"{row['option']} in "),
        )
        table.add_row(*(canvas.text(f"  {cell}" if not index else cell) for index, cell in enumerate(cells)))
    return table


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=canvas.ASIDE, no_wrap=True)
    table.add_column(overflow="fold")
    for label, content in rows:
        table.add_row(f"  {label}", canvas.text(content))
    return table


def _list(title: str, sentences: Iterable[str], style: str) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style=style, no_wrap=True)
    table.add_column(overflow="fold")
    for sentence in sentences:
        table.add_row("  *", canvas.text(sentence))
    yield Text(title, style=style)
    yield table
