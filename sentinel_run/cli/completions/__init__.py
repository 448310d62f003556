"""Completion scripts: static text out of the grammar, so that no TAB starts us. A file and a frame a shell."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_MARK = "# @TABLES@\n"


def framed(shell: str, tables: Iterable[str]) -> str:
    """The shell's frame, which holds all that is not in the grammar, with these lines in their place."""
    from importlib import resources

    frame = resources.files(__name__).joinpath(f"frame.{shell}").read_text(encoding="utf-8")
    return frame.replace(_MARK, "".join(f"{line}\n" for line in tables))


def brief(text: str) -> str:
    """The first sentence or paragraph of a help text, in one line."""
    return " ".join(text.strip().partition("\n\n")[0].split())


def quoted(text: str) -> str:
    """`text` as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
