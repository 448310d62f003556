"""Python's tracebacks (traceback module, CPython's traceback.c): chains, groups, notes, syntax errors."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Traceback (most recent call last)",)
_FRAME = re.compile(r'\s*+File "([^"]*+)", line (\d++)(?:, in (.*))?$')


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every traceback in `lines`."""
    at = 0
    while at < len(lines):
        if lines[at].startswith(HINTS[0]):
            first, frames, at = at, [], at + 1
            while at < len(lines) and lines[at].startswith(" "):
                if found := _FRAME.match(lines[at]):
                    frames.append(Frame(found[1], int(found[2]), found[3] or ""))
                at += 1
            if at < len(lines):
                kind, _, value = lines[at].partition(": ")
                yield Traceback(causes([Thrown(kind, value, frames=tuple(frames))]), first, at, "python")
        at += 1
