"""Errors of CMake, with the place in its list files: `CMake Error at CMakeLists.txt:3 (find_package):`.

As with a shell these have no type. Later errors follow from the first one, which is the one that is told.
"""

from __future__ import annotations

import re
from itertools import takewhile

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("CMake Error at ",)
_HEAD = re.compile(r"CMake Error at ([^\s:][^:]{0,400}):(\d{1,9})(?: \((\w{1,80})\))?:$")
_WORDS = re.compile(r"  |$")
_STACK = "Call Stack (most recent call first):"
_CALL = re.compile(r"  ([^\s:][^:]{0,400}):(\d{1,9})(?: \((\S{1,80})\))?$")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """The first error in `lines`, up to the end of the last one."""
    starts = (at for at, line in enumerate(lines) if line.startswith(HINTS))
    heads = [(at, head) for at in starts if (head := _HEAD.match(lines[at]))]
    if not heads:
        return
    (first, head), (last, _) = heads[0], heads[-1]
    words, calls, _ = _one(lines, first)
    thrown = Thrown(
        "", " ".join((lines[first], *words)), frames=tuple(_frame(match) for match in reversed((head, *calls)))
    )
    yield Traceback((thrown,), first, _one(lines, last)[2], "cmake", is_logged=True)


def _one(lines: Sequence[str], at: int) -> tuple[list[str], list[re.Match[str]], int]:
    """What the error at line `at` says, the calls, and its last line."""
    said = [match.string.strip() for match in run_of(lines, at + 1, _WORDS)]
    end = at + len(said)
    calls = run_of(lines, end + 2, _CALL) if end + 1 < len(lines) and lines[end + 1] == _STACK else []
    return _first_words(said), calls, end + len(calls) + bool(calls)


def _first_words(said: list[str]) -> list[str]:
    """The first paragraph, with the next one where it ends with a colon."""
    first = list(takewhile(bool, said))
    if first and first[-1].endswith(":"):
        first += takewhile(bool, said[len(first) + 1 :])
    return first


def _frame(match: re.Match[str]) -> Frame:
    return Frame(match[1], int(match[2]), match[3] or "")
