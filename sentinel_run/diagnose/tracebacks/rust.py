"""Rust's panics (std::panicking), with and without a backtrace, and the stack overflow of its runtime."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.afterwords import tells_nothing_new

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (" panicked at ", " has overflowed its stack")
_LOOK_AT_CHARS = 4000
_LONGEST_MESSAGE = 30
_THREAD = r"thread (?:'[^']*+'|<unnamed>)(?: \(\d++\))? "
# Since 1.73 the message has lines of its own; before, it stood in quotes before the place.
_NEW = re.compile(rf"{_THREAD}panicked at (\S.*?):(\d{{1,9}}):(\d{{1,9}}):$")
_OLD = re.compile(rf"{_THREAD}panicked at '(.*)', (\S[^']*?):(\d{{1,9}}):(\d{{1,9}})$")
_OLD_BEGIN = re.compile(rf"{_THREAD}panicked at '(.*)$")
_OLD_END = re.compile(r"(.*)', (\S[^']*?):(\d{1,9}):(\d{1,9})$")
_OVERFLOW = re.compile(rf"{_THREAD}has overflowed its stack$")
_NUMBER = re.compile(r" \(\d++\)(?= has )")
_CALL = re.compile(r" *+\d++: (?: *+0x[0-9a-f]++ - )?(.++)$")
_PLACE = re.compile(r" ++at (\S.*?):(\d{1,9})(?::(\d{1,9}))?$")
_HASH = re.compile(r"::h[0-9a-f]{16}$|\[[0-9a-f]{16}\]")
_FOREIGN = (
    "std::",
    "core::",
    "alloc::",
    "<std::",
    "<core::",
    "<alloc::",
    "__rust",
    "rust_begin",
    "_start",
    "__libc",
)
_FOREIGN_FILES = ("/rustc/", "/.cargo/registry/", "/.cargo/git/", "/library/std/src/", "/library/core/src/")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every panic in `lines`."""
    at = 0
    while at < len(lines):
        line = lines[at][:_LOOK_AT_CHARS]
        found = None
        if " panicked at " in line and line.startswith("thread "):
            found = _panic(lines, at, line)
        elif _OVERFLOW.match(line):
            found = Traceback((Thrown("stack overflow", _NUMBER.sub("", line)),), at, at, "rust")
        if found is not None:
            yield found
            at = found.last
        at += 1


def _panic(lines: Sequence[str], at: int, line: str) -> Traceback | None:
    if new := _NEW.match(line):
        place = new
        said, last = _message(lines, at + 1)
    elif old := _old(lines, at, line):
        said, place, last = old
    else:
        return None
    frames, last = _backtrace(lines, last + 1)
    if not any(frame.in_app for frame in frames):
        frames = (*frames, frame_at(*_where(place)))
    return Traceback((Thrown("panic", "\n".join(said).strip(), frames=frames),), at, last, "rust")


def _old(lines: Sequence[str], at: int, line: str) -> tuple[list[str], re.Match[str], int] | None:
    """The message, the match with the place in its last three groups, and the last line, which both are on."""
    if whole := _OLD.match(line):
        return [whole[1]], whole, at
    begin = _OLD_BEGIN.match(line)
    said = [begin[1]] if begin else []
    for last in range(at + 1, min(at + _LONGEST_MESSAGE, len(lines)) if begin else at):
        if end := _OLD_END.match(lines[last][:_LOOK_AT_CHARS]):
            return [*said, end[1]], end, last
        said.append(lines[last])
    return None


def _where(place: re.Match[str]) -> tuple[str, int, int]:
    file, line, column = place.groups()[-3:]
    return file, int(line), int(column)


def _message(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """The message, and its last line."""
    said: list[str] = []
    for line in lines[at : at + _LONGEST_MESSAGE]:
        if line.startswith(("stack backtrace:", "note: ")) or (said and tells_nothing_new(line)):
            break
        said.append(line)
    return said, at + len(said) - 1


def _backtrace(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """The frames from line `at` on, if there are any, and the last line of the panic."""
    if at >= len(lines) or not lines[at].startswith("stack backtrace:"):
        return (), at if at < len(lines) and lines[at].startswith("note: run with") else at - 1
    found: list[Frame] = []
    at += 1
    while at < len(lines):
        line = lines[at][:_LOOK_AT_CHARS]
        if call := _CALL.match(line):
            found.append(_named(call[1]))
        elif (place := _PLACE.match(line)) and found:
            found[-1] = _placed(found[-1], place)
        elif not line.startswith(("note: ", "      ")):
            break
        at += 1
    return tuple(reversed(found)), at - 1


def _named(name: str) -> Frame:
    """A call; what has no path of modules is C's."""
    name = _HASH.sub("", name)
    module, _, function = name.rpartition("::")
    return Frame(function=function, module=module, in_app=bool(module) and not name.startswith(_FOREIGN))


def _placed(frame: Frame, place: re.Match[str]) -> Frame:
    known = frame_at(place[1], int(place[2]), int(place[3] or 0))
    return known._replace(function=frame.function, module=frame.module, in_app=frame.in_app and known.in_app)


def frame_at(file: str, line: int, column: int) -> Frame:
    """The frame of a place in the source; the toolchain's and other crates' are not the user's."""
    file = file.removeprefix("./")
    return Frame(file, line, column=column, in_app=not any(part in file for part in _FOREIGN_FILES))
