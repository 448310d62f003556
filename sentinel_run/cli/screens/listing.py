"""The table of runs. What does not fit beside each other on a narrow terminal goes below."""

from __future__ import annotations

import time

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from sentinel_run.cli import listing
from sentinel_run.cli.screens import canvas, words
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sentinel_run.cli.listing import Listed

_MIDDLE, _WIDE = 76, 120
_GAP = "  "
_INDENT = " " * 10
# Less of a name or a reason says nothing.
_LEAST = 8
_STYLES = {"ok": canvas.GOOD, "failed": canvas.BAD, "running": canvas.GOING}


class _Column(Record):
    """A column, and the widths of the screen for which it is there. An elastic one gives way to the others."""

    title: str
    cell: Callable[[Listed, float], str]
    from_width: int = 0
    to_width: int = canvas.NO_WIDTH + 1
    elastic: bool = False
    right: bool = False


def screen(found: Sequence[Listed], width: int) -> Text:
    """One line a run; below it the reason, where `width` is too narrow for both."""
    columns = [column for column in _COLUMNS if column.from_width <= width < column.to_width]
    now = time.time()
    rows = [[column.cell(listed, now) for column in columns] for listed in found]
    widths = _widths(columns, rows, width)
    drawn = Text(no_wrap=True, overflow="crop")
    drawn.append(_line(columns, [column.title for column in columns], widths), canvas.TITLE)
    for listed, row in zip(found, rows, strict=True):
        drawn.append_tokens(_styled(columns, row, widths, listed))
        if width < _WIDE and (why := _why(listed, now)):
            drawn.append(f"\n{_INDENT}{_fitted(why, width - len(_INDENT))}", canvas.ASIDE)
    return drawn


def _widths(columns: Sequence[_Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """As wide as the widest cell; what is too much is taken from the elastic columns, the last one first."""
    widths = [
        max([len(column.title), *(cell_len(row[index]) for row in rows)]) for index, column in enumerate(columns)
    ]
    excess = sum(widths) + len(_GAP) * (len(columns) - 1) - width
    for index in reversed(range(len(columns))):
        if columns[index].elastic and excess > 0:
            kept = max(_LEAST, widths[index] - excess)
            excess, widths[index] = excess - (widths[index] - kept), kept
    return widths


def _styled(
    columns: Sequence[_Column], row: Sequence[str], widths: Sequence[int], listed: Listed
) -> Iterator[tuple[str, str]]:
    """The row in pieces, each with its style; only the status has one."""
    yield "\n", ""
    line, status = _line(columns, row, widths), listed.row.status
    at = [column.title for column in columns].index("status")
    start = sum(widths[:at]) + len(_GAP) * at
    before = _before(line, start)
    yield before, ""
    yield status, _STYLES.get(status, "")
    yield line[len(before) + len(status) :], ""


def _before(line: str, cells: int) -> str:
    """The beginning of `line` that takes so many cells; a wide letter takes two."""
    return line[:cells] if line.isascii() else set_cell_size(line, cells)


def _line(columns: Sequence[_Column], row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        _fitted(cell, width).rjust(width) if column.right else _padded(_fitted(cell, width), width)
        for column, cell, width in zip(columns, row, widths, strict=True)
    )
    return _GAP.join(cells).rstrip()


def _fitted(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _started(clock: Callable[[float, float], str]) -> Callable[[Listed, float], str]:
    return lambda listed, now: f"{clock(listed.row.started_at, now)}  {_ago(listed, now):>10}"


def _ago(listed: Listed, now: float) -> str:
    return words.ago(listed.row.started_at, now)


def _exit(listed: Listed, now: float) -> str:
    row = listed.row
    return row.signal or (words.NONE if row.exit_status is None else str(row.exit_status))


def _why(listed: Listed, now: float) -> str:
    """The cause where the exit status does not tell it, the reason, and how it compares with earlier runs."""
    row = listed.row
    is_told = row.cause in (row.signal, f"exit status {row.exit_status}")
    why = ": ".join(part for part in ("" if is_told else row.cause, row.reason) if part)
    return words.printable("; ".join(part for part in (why, row.compared) if part))


_COLUMNS = (
    _Column("run", lambda listed, now: listed.short_id),
    _Column("started", _ago, 0, _MIDDLE),
    _Column("started", _started(words.short_clock), _MIDDLE, _WIDE),
    _Column("started", _started(words.clock), _WIDE),
    _Column("name", lambda listed, now: words.printable(listed.row.name), elastic=True),
    _Column("status", lambda listed, now: listed.row.status),
    _Column("exit", _exit),
    _Column("took", lambda listed, now: words.took(listing.duration_s(listed.row)), right=True),
    _Column("memory", lambda listed, now: words.size(listed.row.max_rss_bytes), _MIDDLE, right=True),
    _Column("reason", _why, _WIDE, elastic=True),
)
