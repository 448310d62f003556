"""What a reader of tracebacks finds in the output: exceptions with their frames, as Sentry orders them."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_WORDS = 500


class Frame(Record):
    """One call. `line` and `column` count from 1; 0 is unknown. `source` is the code as the output showed it.

    `in_app` is the reader's judgement of the language's own folders (site-packages, node_modules, a JDK's
    packages); False for a frame that is no code of the user's.
    """

    file: str = ""
    line: int = 0
    function: str = ""
    module: str = ""
    in_app: bool = True
    column: int = 0
    source: str = ""


class Thrown(Record):
    """One exception. Frames stand as Sentry wants them: the outermost call first, the place of the throw last.

    `type` is the short name (`ConnectionError`), the second half of the fingerprint, so nothing in it may change
    from run to run; `module` is the namespace it lives in (`requests.exceptions`), where the output says one.
    It is empty for a complaint that is no exception (a shell's): that gives a place and, in `value`, its words.

    `parent` is the index, in the traceback's chain, of the exception that this one caused or is a member of
    (-1 for the one that ended the program); `link` says how: `__cause__`, `__context__`, `cause`,
    `suppressed`, `exceptions[0]`.
    """

    type: str
    value: str = ""
    module: str = ""
    frames: tuple[Frame, ...] = ()
    parent: int = -1
    link: str = ""


class Traceback(Record):
    """One traceback in the output: lines `first` to `last` (both counted) of the lines that the reader was given.

    `chain` has the root cause first and the exception that ended the program last. `is_caught` tells a traceback
    that the output shows to be handled (a warning, an `Exception ignored`), which never is why a run failed.
    `is_logged` tells one that the program printed itself, or may have survived (a thread's, a shell's complaint):
    it ended the run only if nothing was said after it.
    """

    chain: tuple[Thrown, ...]
    first: int
    last: int
    language: str
    is_caught: bool = False
    is_logged: bool = False


def in_words(thrown: Thrown) -> str:
    """`ValueError: bad` on one line, as the language itself would begin it."""
    value = " ".join(thrown.value.split())
    words = ": ".join(filter(None, (thrown.type, value)))
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}... [{len(words):,} characters]"


def innermost(chain: Sequence[Thrown]) -> Frame | None:
    """The innermost frame of the user's own code: of the exception that ended the program, else of its causes."""
    frames = (frame for thrown in reversed(chain) for frame in reversed(thrown.frames))
    return next((frame for frame in frames if frame.in_app), None)
