"""Texts of somebody else's on their way into the page."""

from __future__ import annotations

from sentinel_run.cli.screens import words
from sentinel_run.cli.screens.noted import in_words
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sentinel_run.facts import Facts

_BAD = frozenset({"error", "fatal"})


class Event(Record):
    """Something at a moment of the run: a step of it, or a note that the command made."""

    at: str
    kind: str
    text: str
    is_bad: bool


def harmless(value: Any) -> Any:
    """A text with what a browser would obey or hide (control characters, changes of direction) spelled out.

    Lines stay lines. What is no plain text (numbers, markup of the templates) is as it was.
    """
    if type(value) is not str or value.isprintable():
        return value
    return "\n".join(map(words.printable, value.split("\n")))


def noted(facts: Facts) -> list[Event]:
    """Steps and notes in the order of their times."""
    steps: Iterable[tuple[float, Event]] = (
        (step.at_s, Event(f"{step.at_s:.3f}", "step", step.message, step.level in _BAD)) for step in facts.steps
    )
    notes = (
        (note.at_s, Event(f"{note.at_s:.3f}", note.kind, in_words(note), note.content.get("level") in _BAD))
        for note in facts.noted
    )
    return [event for _, event in sorted((*steps, *notes), key=lambda timed: timed[0])]
