"""Where time and memory went: a bar for each process, and CPU and memory of all below, on one time scale."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas, words
from sentinel_run.report.processes import processes
from sentinel_run.report.timeline import stretches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from sentinel_run.facts import Facts
    from sentinel_run.report.processes import Process
    from sentinel_run.report.timeline import Stretch

_MOST_ROWS = 12
# Where there is no terminal, and where one is wider than a person compares bars on.
_WIDEST = 100
_NUMBERS_WIDTH, _ENDING_WIDTH = 2 * (7 + 2), 7 + 2
_NAME_SHARE, _LONGEST_NAME, _DEEPEST = 4, 24, 4
_BAR, _LEVELS = "█", "▁▂▃▄▅▆▇█"
_PLAIN_BAR, _PLAIN_LEVELS = "#", "_.-:=+*#"


def waterfall(facts: Facts, width: int) -> Iterator[RenderableType]:
    """The table, or nothing for a run that ended before anybody looked."""
    parts, everyone = stretches(facts), processes(facts)
    if not parts:
        return
    shown = _longest(everyone)
    endings = any(map(_ending, shown))
    width = min(width, _WIDEST)
    name_width = min(_LONGEST_NAME, width // _NAME_SHARE)
    bar_width = width - name_width - 2 - _NUMBERS_WIDTH - (_ENDING_WIDTH if endings else 0)
    table = _table(name_width)
    table.add_row(
        Text(_title(shown, len(everyone) + facts.tree.not_kept), style=canvas.TITLE), "", "took", "memory", ""
    )
    for process in shown:
        _add_process(table, process, parts[-1].to_s, bar_width)
    _add_curves(table, parts, bar_width)
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
        return "one process"
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


def _add_curves(table: Table, parts: Sequence[Stretch], width: int) -> None:
    busiest, largest = max(part.cores for part in parts), max(part.rss_bytes for part in parts)
    # A processor that is half idle is no full bar.
    cpu = _curve(parts, width, lambda part: part.cores / max(1.0, busiest))
    memory = _curve(parts, width, lambda part: part.rss_bytes / (largest or 1))
    table.add_row(Text("CPU", style=canvas.ASIDE), Text(cpu, style=canvas.GOING), f"{busiest:.0%}", "")
    table.add_row(Text("memory", style=canvas.ASIDE), Text(memory, style=canvas.GOING), "", words.size(largest))


def _curve(parts: Sequence[Stretch], width: int, share: Callable[[Stretch], float]) -> str:
    """A level for each column: the highest of the parts that reach into it."""
    levels = _LEVELS if canvas.can_print(_LEVELS) else _PLAIN_LEVELS
    column_s = parts[-1].to_s / width
    drawn = ""
    for column in range(width):
        from_s, to_s = column * column_s, (column + 1) * column_s
        inside = [share(part) for part in parts if part.from_s < to_s and part.to_s > from_s]
        drawn += levels[min(len(levels) - 1, int(max(inside, default=0.0) * len(levels)))]
    return drawn
