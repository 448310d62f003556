"""Where screens are drawn: on a terminal in its width and colours, elsewhere as plain text without a width."""

from __future__ import annotations

import io
import sys

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group
from rich.text import Text

from sentinel_run.cli.screens import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

# Wider than any line that is kept, so that nothing is cut or wrapped on its way to a file or a pipe.
NO_WIDTH = 10_000_000
_MOST_ROWS, _LEFT_OUT = 4, "... {:,} more characters"
GOOD, BAD, GOING, ASIDE, TITLE = "green", "bold red", "cyan", "dim", "bold"


def put(draw: Callable[[int], RenderableType]) -> None:
    """Print on stdout, in one piece, what `draw` makes for the width that there is.

    Raises `NoReaderError`, where rich would make an exit of its own.
    """
    console = _console()
    drawn = _drawn(console, draw(console.width))
    _forgive_encoding()
    sys.stdout.write(drawn)
    sys.stdout.flush()


def text(content: str, style: str = "") -> Text:
    """A text of somebody else's: no markup, no control characters."""
    return Text(words.printable(content), style=style)


def brief(content: str, width: int, style: str = "") -> Text:
    """The same in a few rows of so many columns, with what is left out told; all of it where there is no width."""
    shown = words.printable(content)
    if width < NO_WIDTH and is_long(shown, width):
        begun = set_cell_size(shown, width * _MOST_ROWS - len(_LEFT_OUT))
        shown = begun + _LEFT_OUT.format(len(shown) - len(begun))
    return Text(shown, style=style)


def is_long(content: str, width: int) -> bool:
    """Whether a text has no room in a few rows of so many columns."""
    return len(content) > width * _MOST_ROWS // 2 and cell_len(content) > width * _MOST_ROWS


def height() -> int:
    """The lines of the terminal."""
    return _console().height


def can_print(letters: str) -> bool:
    """Whether stdout's encoding has these letters; bars are drawn with others where it has not."""
    try:
        letters.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, no_color=True, width=NO_WIDTH)
    return console


def _drawn(console: Console, made: RenderableType) -> str:
    if isinstance(made, Text) and not console.is_terminal:
        return f"{made.plain}\n"  # What rich does for wrapping would take seconds for a long history.
    with console.capture() as captured:
        console.print(Group(made))  # Of a lone text print() would forget how it wants to be wrapped.
    drawn = captured.get()
    return drawn if console.is_terminal else "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


def _forgive_encoding() -> None:
    """In a locale without UTF-8 a letter that it lacks is spelled out."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
