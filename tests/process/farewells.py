"""What a person at a terminal is told at the end of a run."""

from __future__ import annotations

import os
import re

import pexpect

from tests.process.support import PATIENCE_S
from tests.process.terminals import end_of

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def on_screen(command: list[str | bytes], *, columns: int = 97, **environ: str) -> str:
    """All that a terminal of this width is sent."""
    words = [os.fsdecode(word) for word in command]
    child = pexpect.spawn(
        words[0],
        words[1:],
        dimensions=(30, columns),
        env={**os.environ, **environ},
        timeout=PATIENCE_S,
        echo=False,
    )
    return end_of(child).decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    """The same without colours."""
    return _COLOURS.sub("", text)


def labelled(text: str) -> dict[str, str]:
    """What stands beside the labels of a panel, the lines below a row joined to it."""
    rows: dict[str, str] = {}
    label = ""
    for line in plain(text).splitlines():
        if line.startswith("  │ "):
            label = line[4:13].strip() or label
            rows[label] = f"{rows[label]} {line[13:].strip()}" if label in rows else line[13:].strip()
    return rows
