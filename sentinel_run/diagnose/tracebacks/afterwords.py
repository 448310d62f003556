"""Lines that tell nothing new: what the tools that started a failed program say after it."""

from __future__ import annotations

import re

# Enough to know such a line; an endless line must not cost endless time.
_LOOK_AT_CHARS = 300
_AFTERWORDS = re.compile(
    r"[\W_]*+$|make(?:\[\d+\])?: (?:\*\*\*|Leaving directory)|npm (?:ERR!|error)|error Command failed|Aborted"
    r"|Segmentation fault|command terminated|Command exited with non-zero status|error: Process completed with"
    r"|[\w./-]++: line \d+: +\d+ \w|Bus error|Killed|Trace/breakpoint trap|note: run with `RUST_BACKTRACE"
)
# A heading, a statement that a shell traces (`set -x`), a complaint of a tool: no message goes on so.
_OTHERS = re.compile(r"[=_-]{5}|\++ \S|[\w./-]++: line \d+: |(?:ba|da|z)?sh: |(?i:error|fatal|warning|usage): ")


def tells_nothing_new(text: str) -> bool:
    """Whether the line is empty, decoration, or says only that a program failed."""
    return _AFTERWORDS.match(text[:_LOOK_AT_CHARS]) is not None


def is_of_another(text: str) -> bool:
    """Whether the line cannot be part of a program's message of several lines: its tool or its shell says it."""
    return tells_nothing_new(text) or _OTHERS.match(text[:_LOOK_AT_CHARS]) is not None
