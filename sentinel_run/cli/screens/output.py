"""The last lines of a run's output, each with its time and its stream; the reason is marked."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas
from sentinel_run.cli.story import is_reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from sentinel_run.cli.story import Story
    from sentinel_run.diagnose.lines import Line

_STREAMS = {"stdout": "out", "stderr": "err", "output": "", "attempt": ""}
_MARK = ">"
_LINES = ("lines", "line")
# What stands before a line: mark, time, stream. A minute more or less takes a column.
_MARGIN = len("> 12.345 out ")


def output(told: Story, width: int) -> Iterator[RenderableType]:
    """A title and the lines, or a sentence on why there are none. What is long for this width is cut."""
    if not told.kept:
        yield Text(f"\n{_none(told)}", style=canvas.ASIDE)
    elif told.lines:
        yield Text(f"\n{_title(told)}", style=canvas.TITLE)
        yield _lines(told, width)


def _none(told: Story) -> str:
    if told.is_running:
        return "its output is kept when it has ended"
    if not told.facts.place.captured:
        return "its output was not captured (--no-capture)"
    return "no output"


def _title(told: Story) -> str:
    shown, all_lines = len(_last(told)), sum(told.facts.output.lines.values())
    if shown >= max(all_lines, told.kept):
        return f"output, {shown} {'line' if shown == 1 else 'lines'}"
    around = "around the reason, and the " if told.around else ""
    return f"output, {around}last {shown} of {all_lines:,} lines"


def _last(told: Story) -> Sequence[Line]:
    """The last lines, fewer where the reason and those around it have a share of the screen."""
    return told.lines[min(len(told.around), len(told.lines) * 2 // 3) :]


def _lines(told: Story, width: int) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style=canvas.BAD, no_wrap=True)
    table.add_column(justify="right", style=canvas.ASIDE, no_wrap=True)
    table.add_column(style=canvas.ASIDE, no_wrap=True)
    table.add_column(overflow="fold")
    shown = (*told.around, *_last(told))
    between = told.between + len(told.lines) - len(_last(told))
    marked = max((at for at, line in enumerate(shown) if is_reason(line, told.diagnosis.reason)), default=-1)
    for number, line in enumerate(shown):
        if between and number == len(told.around) > 0:
            table.add_row("", "", "", Text(f"... {between:,} {_LINES[between == 1]}", style=canvas.ASIDE))
        _add(table, line, width - _MARGIN, is_marked=number == marked)
    return table


def _add(table: Table, line: Line, width: int, *, is_marked: bool) -> None:
    mark, style = (_MARK, canvas.TITLE) if is_marked else (" ", "")
    stream = _STREAMS.get(line.stream, line.stream)
    table.add_row(mark, f"{line.at_s:.3f}", stream, canvas.brief(line.text, width, style))
