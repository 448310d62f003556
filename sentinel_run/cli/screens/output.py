"""The last lines of a run's output, each with its time and its stream; the reason is marked."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from sentinel_run.cli.story import Story
    from sentinel_run.diagnose.lines import Line

_STREAMS = {"stdout": "out", "stderr": "err", "output": "", "attempt": ""}
_MARK = ">"


def output(told: Story) -> Iterator[RenderableType]:
    """A title and the lines, or a sentence on why there are none."""
    if not told.kept:
        yield Text(f"\n{_none(told)}", style=canvas.ASIDE)
    elif told.lines:
        yield Text(f"\n{_title(told)}", style=canvas.TITLE)
        yield _lines(told)


def _none(told: Story) -> str:
    if told.is_running:
        return "its output is kept when it has ended"
    if not told.facts.place.captured:
        return "its output was not captured (--no-capture)"
    return "no output"


def _title(told: Story) -> str:
    shown, all_lines = len(told.lines), sum(told.facts.output.lines.values())
    if shown >= max(all_lines, told.kept):
        return f"output, {shown} {'line' if shown == 1 else 'lines'}"
    return f"output, last {shown} of {all_lines:,} lines"


def _lines(told: Story) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style=canvas.BAD, no_wrap=True)
    table.add_column(justify="right", style=canvas.ASIDE, no_wrap=True)
    table.add_column(style=canvas.ASIDE, no_wrap=True)
    table.add_column(overflow="fold")
    marked = _marked(told)
    for number, line in enumerate(told.lines):
        mark, style = (_MARK, canvas.TITLE) if number == marked else (" ", "")
        stream = _STREAMS.get(line.stream, line.stream)
        table.add_row(mark, f"{line.at_s:.3f}", stream, canvas.text(line.text, style))
    return table


def _marked(told: Story) -> int:
    """The number of the line that is the reason; -1 if it is not among those shown."""
    reason = told.diagnosis.reason
    found = [number for number, line in enumerate(told.lines) if reason and _is_same(line, reason)]
    return found[-1] if found else -1


def _is_same(line: Line, reason: str) -> bool:
    """A very long line is told as its beginning."""
    return line.text.strip() == reason or (len(reason) > 500 and line.text.strip()[:500] == reason[:500])
