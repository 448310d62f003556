"""What a program said after a traceback that it may have printed itself: did it go on, and end for another reason?

Python's `traceback.print_exc()` and Ruby's `full_message` print the same as the language does at the end of a
program. The words after it decide. They have to name another error outright: neither that something failed, nor
the exception once more. And the program must have gone on before: it says so (`retrying`).
"""

from __future__ import annotations

import os
import re

from sentinel_run.diagnose.reason import names_an_error
from sentinel_run.diagnose.tracebacks.afterwords import tells_nothing_new

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.diagnose.thrown import Traceback
    from sentinel_run.diagnose.tracebacks.sources import Source

ENDED, ANOTHER_NAMED, WENT_ON = "", "another error is named", "went on, and another error is named"
# Their printed form does not tell that somebody caught it.
LANGUAGES = frozenset({"python", "ruby"})
# Enough for a decision: nobody reads more, and many tracebacks must not cost endless time.
_LOOK_AT_LINES, _LOOK_AT_CHARS = 80, 300
# Right after the traceback: further on such a word may be anybody's.
_NEXT_LINES = 3
_RUNTIME = re.compile(r"(?:python|pypy|ruby)[\d.]*$|.+\.(?:py|rb)$")
_LAUNCHED = re.compile(r"(?:env|nice|ionice|nohup|setsid|stdbuf|sudo|time|timeout|exec)$|-|\d|\w+=")
_GOES_ON = re.compile(
    r"\b(?:re-?try(?:ing)?|retries|try(?:ing)? again|attempt \d|carr(?:y|ied|ying) on|(?:go(?:ing)?|went) on"
    r"|skip(?:ped|ping)?|continu(?:e|es|ed|ing)|resum(?:ed|ing)|fall(?:ing|s)? ?back|recover(?:ed|ing)"
    r"|reconnect(?:ed|ing)|ignor(?:ed|ing)|instead|without it|next)\b",
    re.IGNORECASE,
)
# What only follows from the exception: no other reason.
_FOLLOWS = re.compile(
    r"\b(?:failed|failures?|fails?|abort(?:ed|ing)?|giv(?:ing|en) up|gave up|exit(?:ed|ing|s)?|terminated"
    r"|unsuccessful|unhandled|uncaught|exception|traceback|see above|stopped|crash(?:ed)?)\b",
    re.IGNORECASE,
)

# pytest's summary names the tests, and not always their errors.
_OF_TESTS = re.compile(r"(?:FAILED|ERROR) \S+(?:::|\.py)|!{3,} ")


def is_program_alone(argv: Sequence[str]) -> bool:
    """Whether the command is a program in such a language, with no shell around that may go on after its end."""
    for word in argv:
        name = os.path.basename(word)
        if not _LAUNCHED.match(name):
            return _RUNTIME.match(name) is not None
    return False


def aftermath(source: Source, traceback: Traceback, claimed: Sequence[int]) -> str:
    """`ENDED`, or what came after it; lines that other tracebacks `claimed` name no error of the program's."""
    lines = _telling(source, traceback, claimed)
    known = _names(traceback)
    for number in range(len(lines) - 1, -1, -1):
        if _is_another(lines[number], known):
            went_on = any(_GOES_ON.search(line) for line in lines[: min(_NEXT_LINES, number + 1)])
            return WENT_ON if went_on else ANOTHER_NAMED
    return ENDED


def _telling(source: Source, traceback: Traceback, claimed: Sequence[int]) -> list[str]:
    numbers = _near(traceback.last + 1, len(source.texts))
    texts = (source.texts[number][:_LOOK_AT_CHARS].strip() for number in numbers if not claimed[number])
    return [text for text in texts if not tells_nothing_new(text)]


def _near(first: int, end: int) -> Iterator[int]:
    """The numbers of the lines right after it, and of the last ones."""
    yield from range(first, min(first + _LOOK_AT_LINES, end))
    yield from range(max(first + _LOOK_AT_LINES, end - _LOOK_AT_LINES), end)


def _names(traceback: Traceback) -> tuple[str, ...]:
    """What would tell that a line speaks of the exception: types and messages of the chain."""
    values = (one.value.partition("\n")[0][:60].strip() for one in traceback.chain)
    return tuple({name for name in (*values, *(one.type for one in traceback.chain)) if len(name) > 2})


def _is_another(text: str, known: Sequence[str]) -> bool:
    if _FOLLOWS.search(text) or _OF_TESTS.match(text) or any(name in text for name in known):
        return False
    return names_an_error(text)
