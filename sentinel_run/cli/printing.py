"""The stdout of subcommands: what it cannot take is told as that, and where it is closed nothing breaks."""

from __future__ import annotations

import io
import os
import sys

from sentinel_run.errors import NoReaderError, UnprintedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDOUT = 1


class _Stdout(io.FileIO):
    """Tells a full disk behind `>file` from one below the state directory, which raises the same error."""

    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:
            raise NoReaderError from None
        except OSError as error:
            raise UnprintedError(error.strerror) from None


def prepare() -> None:
    """Let `print` and all others raise `UnprintedError`, or `NoReaderError`; a closed stdout takes everything."""
    before = sys.stdout
    if before is None:
        give_up()
    elif before is not sys.__stdout__:
        return
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Stdout(_STDOUT, "w", closefd=False)),
        encoding=before.encoding if before else "utf-8",
        errors=before.errors if before else "backslashreplace",
        line_buffering=bool(before and before.line_buffering),
    )


def give_up() -> None:
    """Let stdout take everything: Python would complain once more when it closes one that takes nothing.

    What takes it has the number 1, so that no file of ours gets that.
    """
    opened = os.open(os.devnull, os.O_WRONLY)
    if opened != _STDOUT:
        os.dup2(opened, _STDOUT)
