"""Which of several tracebacks ended the run."""

from __future__ import annotations

import re

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.diagnose.thrown import Traceback
    from sentinel_run.diagnose.tracebacks.sources import Source


class Found(Record):
    """A traceback, the time and the stream of its last line, and the index of that line in the whole output.

    `is_logged` tells that it is part of a log record; `is_last_word`, that its program said nothing afterwards.
    """

    traceback: Traceback
    at_s: float
    stream: str
    last: int
    is_logged: bool
    is_last_word: bool

    @staticmethod
    def of(traceback: Traceback, source: Source) -> Found:
        """`traceback` as a reader found it in `source`."""
        line = source.lines[traceback.last]
        return Found(
            traceback=traceback,
            at_s=line.at_s,
            stream=line.stream,
            last=source.indexes[traceback.last],
            is_logged=traceback.first in source.logged or traceback.first - 1 in source.logged,
            is_last_word=not any(map(_says_something, source.texts[traceback.last + 1 :])),
        )


# What tools that started the failed program say after it: only that it failed.
_AFTERWORDS = re.compile(
    r"\W*+$|make(?:\[\d+\])?: (?:\*\*\*|Leaving directory)|npm (?:ERR!|error)|error Command failed|Aborted"
    r"|Segmentation fault|command terminated|Command exited with non-zero status|Error: Process completed with"
)


def ended_by(found: Sequence[Found]) -> Found | None:
    """The last one that nobody caught; else a logged one after which nothing more was said."""
    uncaught = [one for one in found if not one.traceback.is_caught]
    for one in reversed(uncaught):
        if not one.is_logged or one.is_last_word:
            return one
    return None


def _says_something(text: str) -> bool:
    return not _AFTERWORDS.match(text[:200])
