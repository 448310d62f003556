"""Where the page goes: to a file in one step, readable by its owner only, or into a pipe or a device."""

from __future__ import annotations

import os
import sys

from sentinel_run.errors import SentinelError
from sentinel_run.store import paths

STDOUT = "-"
# Every page of ours has this near its beginning.
MARK = '<meta name="generator" content="sentinel-run'
_LOOK_AT_BYTES = 2048


class PageError(SentinelError):
    """The page cannot be written where it was asked for."""


def write(path: str, page: str) -> None:
    """Put the page at `path`; readers see all of it or nothing. Raises `PageError` with nothing changed.

    What is there already is replaced only if it is a page of ours: `show --html job.sh` rather lacks its FILE.
    """
    if path == STDOUT:
        sys.stdout.buffer.write(page.encode())
        sys.stdout.buffer.flush()
        return
    if not os.path.basename(path):
        raise PageError(f"--html {path!r} names no file")
    try:
        _write(path, page.encode())
    except OSError as error:
        raise PageError(f"--html {path}: {error.strerror}") from None


def _write(path: str, content: bytes) -> None:
    if os.path.exists(path) and not os.path.isfile(path):  # /dev/stdout, a FIFO: nothing that could be replaced.
        with open(path, "wb") as file:
            file.write(content)
        return
    if os.path.exists(path) and not _is_ours(path):
        raise PageError(
            f"--html {path}: is there already, and not one of our pages; give another name, or remove it"
        )
    paths.write_whole(os.path.realpath(path), content)


def _is_ours(path: str) -> bool:
    """Whether the file is an earlier page, or empty."""
    with open(path, "rb") as file:
        beginning = file.read(_LOOK_AT_BYTES)
    return not beginning or MARK.encode() in beginning
