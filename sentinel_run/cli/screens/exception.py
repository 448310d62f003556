"""The exception that ended a run: where in the user's own code, its source line, and what caused it."""

from __future__ import annotations

from rich.padding import Padding
from rich.text import Text

from sentinel_run.cli.screens import canvas
from sentinel_run.diagnose.thrown import in_words, innermost
from sentinel_run.epilogue.why import place, source_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from sentinel_run.cli.story import Story
    from sentinel_run.diagnose.thrown import Thrown
    from sentinel_run.facts import Facts

_MOST_CAUSES = 5
_INDENT = 4


def exception(told: Story) -> Iterator[RenderableType]:
    """A title, the exception with its place, and its causes; nothing where the output shows no exception."""
    chain = told.diagnosis.thrown
    if not chain:
        return
    yield Text("\nexception", style=canvas.TITLE)
    yield from _one(chain[-1], "", told.facts)
    for cause in list(reversed(chain[:-1]))[:_MOST_CAUSES]:
        yield from _one(cause, "member " if cause.link.startswith("exceptions[") else "caused by ", told.facts)
    left_out = len(chain) - 1 - _MOST_CAUSES
    if left_out > 0:
        yield Text(f"and {left_out} more", style=canvas.ASIDE)


def _one(thrown: Thrown, how: str, facts: Facts) -> Iterator[RenderableType]:
    yield Text.assemble((how, canvas.ASIDE), canvas.text(in_words(thrown), "" if how else canvas.BAD))
    frame = innermost((thrown,))
    if frame is not None:
        yield Padding(Text.assemble(("at ", canvas.ASIDE), canvas.text(place(frame))), (0, 0, 0, _INDENT))
        if line := source_line(frame, facts):
            yield Padding(canvas.text(line), (0, 0, 0, 2 * _INDENT))
