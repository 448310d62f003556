"""D's uncaught exceptions and errors (druntime's rt/dmain2.d), the causes after the one that ended the program."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.scan import chain, run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("----------------",)
_HEAD = re.compile(r"((?:\w++\.|(?!))++)(\w++)@([^\s(]+\.di?)\((\d{1,9})\)(?:: (.*)|$)")
_RULE = "----------------"
_CALL = re.compile(r"(\S+?):(\d{1,9}|\?) (\S.*?) ?\[0x[0-9a-f]+\]$")
_NAME = re.compile(r"(?:^|[ (])((?:[A-Za-z_]\w*\.)*)(~?[A-Za-z_]\w*)(?=[!(]|$)")
# druntime and Phobos, wherever a compiler has them.
_FOREIGN_FILE = re.compile(r"\?\?|.*(?:/include/d/|/dmd|/ldc|/phobos|/druntime|libphobos|/\.dub/packages/)")
_FOREIGN = ("std.", "core.", "rt.", "object.", "gc.")
_LONGEST_MESSAGE = 20


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every throwable that ended a program, with those that it came of."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    thrown, last = chain(lines, at, head, _throwable, lambda line: _HEAD.match(line[:2000]))
    return Traceback(causes(thrown, "next"), at, last, "d") if thrown else None


def _throwable(lines: Sequence[str], at: int, head: re.Match[str]) -> tuple[Thrown, int] | None:
    """One of the chain, and its last line; its message goes on up to the rule."""
    end = at + 1
    while end < len(lines) and end - at < _LONGEST_MESSAGE and lines[end] != _RULE:
        end += 1
    if lines[end : end + 1] != [_RULE]:
        return None
    calls = run_of(lines, end + 1, _CALL)
    frames = tuple(_frame(call) for call in reversed(calls))
    if not any(frame.in_app for frame in frames):
        frames = (*frames, Frame(head[3], int(head[4])))
    value = "\n".join([head[5] or "", *lines[at + 1 : end]])
    return Thrown(head[2], value, head[1].rstrip("."), frames), end + len(calls)


def _frame(call: re.Match[str]) -> Frame:
    """`void main.charge(immutable(char)[])` is the function `charge` of the module `main`."""
    name = _NAME.search(call[3][:2000])
    module, function = (name[1].rstrip("."), name[2]) if name else ("", call[3])
    in_app = not _FOREIGN_FILE.match(call[1]) and not f"{module}.".startswith(_FOREIGN)
    return Frame(call[1].strip("?"), int(call[2].strip("?") or 0), function, module, in_app)
