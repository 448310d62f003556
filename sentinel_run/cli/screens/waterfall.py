"""Where time and memory went: a bar for each process, and CPU and memory of all below, on one time scale."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas, curve, words
from sentinel_run.report.processes import processes
from sentinel_run.report.timeline import stretches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from sentinel_run.facts import Facts
    from sentinel_run.report.processes import Process
    from sentinel_run.report.timeline import Stretch

_MOST_ROWS = 12
# Where there is no terminal, and where one is wider than a person compares bars on.
_WIDEST = 100
_NUMBERS_WIDTH, _ENDING_WIDTH = 2 * (7 + 2), 7 + 2
_NAME_SHARE, _LONGEST_NAME, _DEEPEST = 4, 24, 4
# Shorter bars cannot be told apart.
_SHORTEST_BARS = 6
_BAR, _PLAIN_BAR = "█", "#"
# A curve of several rows needs a screen on which the lines of output below it are still in sight.
_ROOMY_WIDTH, _ROOMY_HEIGHT, _TALL = 70, 36, 3


def waterfall(facts: Facts, width: int) -> Iterator[RenderableType]:
    """The table, or nothing for a run that ended before anybody looked, and on a screen without room for bars."""
    parts, everyone = stretches(facts), processes(facts)
    if not parts:
        return
    shown = _longest(everyone)
    endings, height = any(map(_ending, shown)), _height(width)
    width = min(width, _WIDEST)
    name_width = min(_LONGEST_NAME, width // _NAME_SHARE)
    bar_width = width - name_width - 2 - _NUMBERS_WIDTH - (_ENDING_WIDTH if endings else 0)
    if bar_width < _SHORTEST_BARS:
        return
    table = _table(name_width)
    table.add_row(
        Text(_title(shown, len(everyone) + facts.tree.not_kept), style=canvas.TITLE), "", "took", "memory", ""
    )
    for process in shown:
        _add_process(table, process, parts[-1].to_s, bar_width)
    _add_curves(table, parts, bar_width, height)
    yield Text()
    yield table


def _table(name_width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, overflow="ellipsis", width=name_width)
    table.add_column(no_wrap=True, overflow="crop")
    table.add_column(justify="right", no_wrap=True, width=7)
    table.add_column(justify="right", no_wrap=True, width=7)
    table.add_column(style=canvas.BAD, no_wrap=True, overflow="ellipsis", max_width=7)
    return table


def _longest(everyone: Sequence[Process]) -> list[Process]:
    """Those that took longest, in their order."""
    chosen = sorted(everyone, key=lambda process: -process.duration_s)[:_MOST_ROWS]
    return [process for process in everyone if any(process is one for one in chosen)]


def _title(shown: Sequence[Process], count: int) -> str:
    if not count:
        return "the command alone"
    of = f"{len(shown)} of {count:,}" if count > len(shown) else f"{count}"
    return f"{of} {'process' if count == 1 else 'processes'}"


def _add_process(table: Table, process: Process, total_s: float, bar_width: int) -> None:
    ending = _ending(process)
    name = " " * min(process.depth, _DEEPEST) + words.printable(process.name)
    bar = Text(_bar(process, total_s, bar_width), style=canvas.BAD if ending else "")
    took = words.took(process.duration_s) + ("+" if process.member.is_left else "")
    table.add_row(Text(name), bar, took, words.size(process.member.peak_rss_bytes), ending)


def _ending(process: Process) -> str:
    """How it failed, if it is known to have."""
    member = process.member
    return member.signal_name or (f"exit {member.exit_status}" if member.exit_status else "")


def _bar(process: Process, total_s: float, width: int) -> str:
    first = min(width - 1, int(process.start_s / total_s * width)) if total_s else 0
    last = max(first + 1, round(process.end_s / total_s * width)) if total_s else 1
    return " " * first + (_BAR if canvas.can_print(_BAR) else _PLAIN_BAR) * (last - first)


def _add_curves(table: Table, parts: Sequence[Stretch], width: int, height: int) -> None:
    busiest, largest = max(part.cores for part in parts), max(part.rss_bytes for part in parts)
    # A processor that is half idle is no full bar.
    cpu = curve.rows(parts, width, height, lambda part: part.cores / max(1.0, busiest))
    memory = curve.rows(parts, width, height, lambda part: part.rss_bytes / (largest or 1))
    _add_curve(table, "CPU", cpu, words.busy(busiest), "")
    _add_curve(table, "memory", memory, "", words.size(largest))


def _add_curve(table: Table, title: str, drawn: Sequence[str], *peak: str) -> None:
    """Title and peak beside its top; a plot is set off from what is above it."""
    if len(drawn) > 1:
        table.add_row("")
    top, *below = drawn
    table.add_row(Text(title, style=canvas.ASIDE), Text(top, style=canvas.GOING), *peak)
    for row in below:
        table.add_row("", Text(row, style=canvas.GOING))


def _height(width: int) -> int:
    """Rows of a curve: several on a terminal with room, where the rest of the story is still in sight."""
    if width >= canvas.NO_WIDTH or width < _ROOMY_WIDTH:
        return 1
    return _TALL if canvas.height() >= _ROOMY_HEIGHT else 1
