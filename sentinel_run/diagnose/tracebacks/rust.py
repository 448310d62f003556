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
# Of several lines, such as `assert_eq!` with a message.
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
    place, said, last = _said(lines, at, line)
    if place is None:
        return None
    frames, last = _backtrace(lines, last + 1)
    if not any(frame.in_app for frame in frames):
        frames = (*frames, frame_at(place[0], int(place[1]), int(place[2])))
    return Traceback((Thrown("panic", "\n".join(said).strip(), frames=frames),), at, last, "rust")


def _said(lines: Sequence[str], at: int, line: str) -> tuple[tuple[str, str, str] | None, list[str], int]:
    """The place of a panic, or None if it has none, its message, and the last line of that."""
    if old := _OLD.match(line):
        return (old[2], old[3], old[4]), [old[1]], at
    if new := _NEW.match(line):
        return (new[1], new[2], new[3]), *_message(lines, at + 1)
    begin = _OLD_BEGIN.match(line)
    for number in range(at + 1, min(at + _LONGEST_MESSAGE, len(lines)) if begin else 0):
        if end := _OLD_END.match(lines[number][:_LOOK_AT_CHARS]):
            message = [begin[1] if begin else "", *lines[at + 1 : number], end[1]]
            return (end[2], end[3], end[4]), message, number
    return None, [], at


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
