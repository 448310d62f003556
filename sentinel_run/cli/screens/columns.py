"""Lines in columns that fit the screen: a narrow one has fewer of them, and texts give way to numbers."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from sentinel_run.cli.screens import canvas
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Tokens = list[tuple[str, str]]

MIDDLE, WIDE = 76, 120
_GAP = "  "
# Less of a text says nothing; so much of one tells it from others.
_LEAST, _ENOUGH = 7, 28


class Column(Record):
    """A column, and the widths of the screen for which it is there. An elastic one gives way to the others.

    One with `goes` is left out where texts would have to be cut for it, that with the lowest number first.
    `cell` makes the text of an item at a time (seconds since the epoch), `style` its style.
    """

    title: str
    cell: Callable[[Any, float], str]
    from_width: int = 0
    to_width: int = canvas.NO_WIDTH + 1
    elastic: bool = False
    goes: int = 0
    right: bool = False
    style: Callable[[Any], str] = lambda item: ""


def lines(columns: Sequence[Column], items: Sequence[Any], width: int, now: float) -> Iterator[Tokens]:
    """The header, then a line for each item, in pieces with their styles."""
    shown = [column for column in columns if column.from_width <= width < column.to_width]
    rows = [[column.cell(item, now) for column in shown] for item in items]
    if any(column.goes for column in shown):
        shown, rows = _without_what_goes(shown, rows, width)
    widths = _widths(shown, rows, width)
    yield [(_joined(shown, [column.title for column in shown], widths), canvas.TITLE)]
    for item, row in zip(items, rows, strict=True):
        yield _styled(shown, row, widths, item)


def fitted(text: str, width: int) -> str:
    """`text` cut, with a mark, to so many cells."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _without_what_goes(
    columns: list[Column], rows: list[list[str]], width: int
) -> tuple[list[Column], list[list[str]]]:
    """The columns that the screen has room for beside enough of each text, and their cells."""
    wanted = [
        min(cells, _ENOUGH) if column.elastic else cells
        for column, cells in zip(columns, _widest(columns, rows), strict=True)
    ]
    stay = list(range(len(columns)))
    for index in sorted((index for index in stay if columns[index].goes), key=lambda index: columns[index].goes):
        if sum(wanted[one] + len(_GAP) for one in stay) - len(_GAP) > width:
            stay.remove(index)
    return [columns[index] for index in stay], [[row[index] for index in stay] for row in rows]


def _widest(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max([len(column.title), *(cell_len(row[index]) for row in rows)]) for index, column in enumerate(columns)
    ]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """As wide as the widest cell; what is too much is taken from the elastic columns, the last one first."""
    widths = _widest(columns, rows)
    excess = sum(widths) + len(_GAP) * (len(columns) - 1) - width
    for index in reversed(range(len(columns))):
        if columns[index].elastic and excess > 0:
            kept = max(_LEAST, widths[index] - excess)
            excess, widths[index] = excess - (widths[index] - kept), kept
    return widths


def _styled(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int], item: Any) -> Tokens:
    """Cells without a style are put together: a long history has many."""
    tokens: Tokens = []
    plain = ""
    for index, (column, cell, width) in enumerate(zip(columns, row, widths, strict=True)):
        gap = _GAP if index else ""
        placed, style = _placed(column, cell, width), column.style(item)
        if not (style and cell):
            plain += gap + placed
            continue
        before, _, after = placed.partition(cell)
        tokens += (
            [(plain + gap + before, ""), (cell, style)] if cell in placed else [(plain + gap, ""), (placed, style)]
        )
        plain = after if cell in placed else ""
    return [*tokens, (plain.rstrip(), "")]


def _joined(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (_placed(column, cell, width) for column, cell, width in zip(columns, row, widths, strict=True))
    return _GAP.join(cells).rstrip()


def _placed(column: Column, cell: str, width: int) -> str:
    cell = fitted(cell, width)
    padding = " " * (width - cell_len(cell))
    return padding + cell if column.right else cell + padding
