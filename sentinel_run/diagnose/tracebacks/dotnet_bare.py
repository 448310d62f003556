"""Ends of .NET programs that are no exceptions: FailFast, failed assertions, a full stack."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.dotnet_calls import call
from sentinel_run.diagnose.tracebacks.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Process terminated.", "Stack overflow.")
_HEAD = re.compile(r"(?:(Process terminated)\.|Stack overflow\.$) ?(.*)")
# `Repeat 24107 times:` and lines of dashes stand around the part of a full stack that repeats.
_REPEATED = re.compile(r"Repeat \d+ times:$|-+$")
_LONGEST_MESSAGE = 30


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every such end; of a full stack, with the name of the exception that .NET has for it but cannot throw."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    said, frames, last = [head[2]], list[Frame](), at
    for number in range(at + 1, len(lines)):
        if frame := call(lines[number]):
            frames.append(frame)
        elif not _REPEATED.match(lines[number]):
            if frames or number - at > _LONGEST_MESSAGE or _HEAD.match(lines[number]):
                break
            said.append(lines[number])
            continue
        last = number
    if head[1] and not frames:
        return None
    value = "\n".join(said if frames else said[:1]).strip()
    kind, module = (head[1], "") if head[1] else ("StackOverflowException", "System")
    return Traceback((Thrown(kind, value, module, tuple(reversed(frames))),), at, last, "dotnet")
