"""Exceptions as rake, rails and capistrano tell them: `rake aborted!`, the message, plain places."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.ruby import PLACE, frame, named, told
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (" aborted!",)
_HEAD = re.compile(r"(?:rake|rails|bin/rails|cap) aborted!$")
_BARE = re.compile(rf"{PLACE}$")
_LONGEST_MESSAGE = 30


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception that has places. `raise "x"` comes without its type, which is RuntimeError."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, _: re.Match[str]) -> Traceback | None:
    """The type and message, places from the innermost outwards; each cause likewise."""
    thrown, last, begin = [], at, at + 1
    while begin < len(lines):
        name, value = (lines[begin].split(": ", 1) + [""])[:2]
        kind = named(name)
        body = _first_place(lines, begin + 1)
        calls = run_of(lines, body, _BARE)
        if not calls:
            break
        text, source = told([value if kind else lines[begin], *lines[begin + 1 : body]])
        module, short = kind or ("", "RuntimeError")
        frames = (*(frame(one) for one in reversed(calls[1:])), frame(calls[0], source))
        thrown.append(Thrown(short, text, module, frames))
        last = body + len(calls) - 1
        if lines[last + 1 : last + 3] != ["", "Caused by:"]:
            break
        begin = last + 3
    return Traceback(causes(thrown), at, last, "ruby") if thrown else None


def _first_place(lines: Sequence[str], at: int) -> int:
    """The first line from `at` on that is a place, as far as a message may reach."""
    for number in range(at, min(at + _LONGEST_MESSAGE, len(lines))):
        if _BARE.match(lines[number][:1000]) or lines[number].endswith(" aborted!"):
            return number
    return at
