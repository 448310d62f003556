"""How the end of a run looks on a terminal: within its width, in colours that any background bears.

Made by hand: loading a library for it would take longer than most commands.
"""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from sentinel_run.epilogue import words
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.epilogue.panel import Panel, Row

# Set Graphics Rendition (ECMA-48): the terminal's own red and green, its own foreground bold or faint. No white or
# black, no yellow, no background of ours.
_PLAIN, _BAD, _GOOD, _ASIDE, _TITLE = "", "31", "32", "2", "1;31"
_PREFIX = "sentinel-run: "
_LABEL_WIDTH = 9
# Before what goes on from the line above, so that its first word is no label.
_FURTHER = "  "
# Wider lines are hard to read.
_WIDEST, _NARROWEST = 120, 30
_MOST_LINES = 3


class Paper(Record):
    """What is written on: columns, whether it obeys control characters and has colours, and its encoding."""

    width: int
    obeys: bool
    has_colours: bool
    encoding: str

    def can_show(self, letters: str) -> bool:
        """Whether the encoding has these letters."""
        try:
            letters.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def inked(self, text: str, style: str) -> str:
        """`text` in a style, where there are colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.has_colours and style and text else text


def line(paper: Paper, name: str, rest: str, *, is_good: bool) -> list[str]:
    """The one line; the words of `rest` up to its first comma are the mark of a good end."""
    mark, comma, further = rest.partition(",")
    return [
        paper.inked(f"{_PREFIX}{name} ", _ASIDE)
        + paper.inked(mark, _GOOD if is_good else _PLAIN)
        + paper.inked(comma + further, _ASIDE)
    ]


def panel(paper: Paper, told: Panel) -> list[str]:
    """The sentence and the rows below it."""
    sentence = words.printable(" ".join(told.sentence.split()))
    taken = len(_indent(paper) + _FURTHER)
    first, *others = _wrapped(sentence, _room(paper, len(_PREFIX)), _room(paper, taken))
    title = paper.inked(_PREFIX, _ASIDE) + paper.inked(first, _TITLE)
    below = [f"{_bar(paper)}{_FURTHER}{paper.inked(other, _TITLE)}" for other in others]
    return [title, *below, *rows(paper, told.rows)]


def rows(paper: Paper, told: Sequence[Row]) -> list[str]:
    """Labelled rows, each with what belongs to it below its beginning."""
    return [drawn for label, text in told for drawn in _row(paper, label, text)]


def _row(paper: Paper, label: str, text: str) -> Iterator[str]:
    room = _room(paper, len(_indent(paper)) + _LABEL_WIDTH)
    indent = text[: len(text) - len(text.lstrip(" "))]
    for number, part in enumerate(_wrapped(words.printable(text), room, room)):
        beginning = paper.inked(f"{'' if number else label:<{_LABEL_WIDTH}}", _ASIDE)
        yield f"{_bar(paper)}{beginning}{indent if number else ''}{part}".rstrip()


def _bar(paper: Paper) -> str:
    return paper.inked(_indent(paper), _BAD)


def _indent(paper: Paper) -> str:
    return "  │ " if paper.can_show("│") else "  | "


def _room(paper: Paper, taken: int) -> int:
    return max(_NARROWEST, min(paper.width, _WIDEST)) - taken


def _wrapped(text: str, first: int, further: int) -> list[str]:
    """Lines of at most so many cells, broken at spaces if there are any; what is too much is cut with a mark."""
    lines: list[str] = []
    while text and len(lines) < _MOST_LINES:
        room = further if lines else first
        head = _beginning(text, room)
        if len(head) < len(text) and len(lines) == _MOST_LINES - 1:
            return [*lines, f"{_beginning(text, room - 3)}..."]
        if len(head) < len(text) and text[len(head)] != " " and head.strip().rpartition(" ")[0]:
            head = head[: head.rindex(" ")]
        lines.append(head.rstrip())
        text = text[len(head) :].lstrip(" ")
    return lines or [""]


def _beginning(text: str, cells: int) -> str:
    """As much of `text` as fits, at least one letter; a wide letter takes two cells, a combining one none."""
    if text.isascii():
        return text[: max(1, cells)]
    used = 0
    for at, letter in enumerate(text):
        used += _cells(letter)
        if used > cells:
            return text[: max(1, at)]
    return text


def _cells(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1
