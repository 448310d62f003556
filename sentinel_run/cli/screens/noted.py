"""What a command noted of itself: the last of its notes, each with its time."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rich.console import RenderableType

    from sentinel_run.facts import Facts, Noted

_MOST = 40
_BAD = frozenset({"error", "fatal"})


def noted(facts: Facts) -> Iterator[RenderableType]:
    """A title and the notes; nothing for a command that noted nothing."""
    if not facts.noted:
        return
    count = len(facts.noted)
    yield Text(f"\nnotes, {f'last {_MOST} of ' if count > _MOST else ''}{count:,}", style=canvas.TITLE)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style=canvas.ASIDE, no_wrap=True)
    table.add_column(style=canvas.ASIDE, no_wrap=True)
    table.add_column(overflow="fold")
    for note in facts.noted[-_MOST:]:
        style = canvas.BAD if note.content.get("level") in _BAD else ""
        table.add_row(f"{note.at_s:.3f}", note.kind, canvas.text(in_words(note), style))
    yield table


def in_words(note: Noted) -> str:
    """A note as a person reads it."""
    content = note.content
    data = _pairs(content.get("data", {}))
    if note.kind == "tag":
        return _pairs({content["key"]: content["value"]})
    if note.kind == "measure":
        return f"{content['name']} {content['value']} {content.get('unit', '')}".rstrip()
    if note.kind == "user":
        return str(content["id"])
    if note.kind == "span":
        return " ".join(filter(None, [content["name"], content["state"], content.get("status", ""), data]))
    return " ".join(filter(None, [content.get("name") or content["message"], data]))


def _pairs(data: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in data.items())
