"""Which of several tracebacks ended the run."""

from __future__ import annotations

from sentinel_run.diagnose.tracebacks.aftermath import ANOTHER_NAMED, ENDED, WENT_ON
from sentinel_run.diagnose.tracebacks.afterwords import says_farewell, tells_nothing_new
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.diagnose.thrown import Traceback
    from sentinel_run.diagnose.tracebacks.sources import Source


class Found(Record):
    """A traceback, the time and the stream of its last line, and where its lines are in the whole output.

    `is_logged` tells that it is part of a log record; `is_last_word`, that its program said nothing afterwards;
    `aftermath`, whether it named another error then.
    """

    traceback: Traceback
    at_s: float
    stream: str
    indexes: tuple[int, ...]
    is_logged: bool
    is_last_word: bool
    aftermath: str = ENDED

    @property
    def last(self) -> int:
        """The index of its last line."""
        return self.indexes[-1]

    @staticmethod
    def of(traceback: Traceback, source: Source, last_word: int) -> Found:
        """`traceback` as a reader found it in `source`, whose last line with anything to tell is `last_word`."""
        line = source.lines[traceback.last]
        return Found(
            traceback=traceback,
            at_s=line.at_s,
            stream=line.stream,
            indexes=tuple(source.indexes[traceback.first : traceback.last + 1]),
            is_logged=traceback.is_logged or bool({traceback.first, traceback.first - 1} & source.logged),
            is_last_word=traceback.last >= last_word,
        )


def last_word(texts: Sequence[str], farewells: int = 0) -> int:
    """The number of the last line that tells anything, -1 if none does.

    So many `farewells` at the end tell nothing.
    """
    for number in range(len(texts) - 1, -1, -1):
        if tells_nothing_new(texts[number]):
            continue
        if not farewells or not says_farewell(texts[number]):
            return number
        farewells -= 1
    return -1


def ended_by(found: Sequence[Found], *, is_alone: bool = False) -> Found | None:
    """The last one that nobody caught; else a logged one after which nothing more was said.

    `is_alone` tells that the command is the program itself, and no script that may go on after its end: then it
    has caught what it says another error after.
    """
    uncaught = [one for one in found if not one.traceback.is_caught]
    for one in reversed(uncaught):
        is_survived = one.aftermath == WENT_ON or (is_alone and one.aftermath == ANOTHER_NAMED)
        if not is_survived and (not one.is_logged or one.is_last_word):
            return one
    return None
