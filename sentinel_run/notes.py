"""Our own words on stderr, each line prefixed, so that nobody takes them for the command's."""

from __future__ import annotations

import os

PREFIX = "sentinel-run: "


def say(message: str) -> None:
    """Write one line to stderr. A stderr that is closed or full is no reason to fail."""
    line = f"{PREFIX}{' '.join(message.splitlines())}\n"
    try:
        os.write(2, line.encode("utf-8", "surrogateescape"))
    except OSError:
        return


def may_speak(*, quiet: bool, verbose: bool) -> bool:
    """Notes are for people at a terminal, and for whoever asks with `--verbose`."""
    return not quiet and (verbose or os.isatty(2))
