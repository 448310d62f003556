"""Last words of C and C++ programs: terminate, assert, glibc's checks of stack and heap, gdb's stack."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.afterwords import is_of_another

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (
    "terminate called ", "terminating ", "Assertion ", " detected ***", "free()", "malloc", "realloc()",
    "munmap_chunk()", "double free or corruption", "corrupted ", "*** Error in `", "Program received signal ",
)  # fmt: skip
_LOOK_AT_CHARS = 4000
_LONGEST_MESSAGE = 20
# gdb shows the place, its source line and the libraries before the stack that it is asked for.
_GDB_LINES = 20
# libstdc++ and libc++, which says it all on one line.
_TERMINATE = re.compile(r"terminate called after throwing an instance of '(.*)'$")
_TERMINATING = re.compile(
    r"libc\+\+abi(?:\.dylib)?: terminating (?:due to|with) uncaught exception of type "
    r"([^:]*+(?:::[^:]*+|(?!))*+)(?:: (.*))?$"
)
_TERMINATED = re.compile(r"terminate called (without an active exception|recursively)$")
# assert(3) of glibc, and of musl and others.
_ASSERT = re.compile(r"(?:[^\s:]*+: )?([^\s:]++):(\d{1,9}):(?: (.*):)?$")
_ASSERT_MUSL = re.compile(r"([^\s:()]++): (.*): (\d{1,9})\)$")
_CHECK = re.compile(r"\*\*\* ((?:stack smashing|buffer overflow) detected) \*\*\*: ")
_HEAP = re.compile(
    r"(?:\*\*\* Error in `[^']*': )?"
    r"((?:free|malloc|realloc|calloc|munmap_chunk|malloc_consolidate|mremap_chunk)\(\): \w.*"
    r"|double free or corruption.*|corrupted (?:size vs\. prev_size|double-linked list).*)$"
)
_OLD_ADDRESS = re.compile(r": 0x[0-9a-f]++ \*\*\*$")
_SIGNAL = re.compile(r"Program received signal (SIG[A-Z]++), (.*)\.$")
_GDB_FRAME = re.compile(r"#\d++ ++(?:0x[0-9a-f]++ in )?(.*)$")
# Names as a person would write them.
_NAMES = (
    (re.compile(r"std::__cxx11::"), "std::"),
    (re.compile(r"std::basic_string<char, std::char_traits<char>, std::allocator<char> ?>"), "std::string"),
    (re.compile(r" >"), ">"),
    (re.compile(r"^std::_Nested_exception<(.*)>$"), r"\1"),
)


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every such word in `lines`."""
    at = 0
    while at < len(lines):
        found = _terminate(lines, at) or _at_once(lines[at], at) or _gdb(lines, at)
        if found is not None:
            yield found
            at = found.last
        at += 1


def _terminate(lines: Sequence[str], at: int) -> Traceback | None:
    line = lines[at][:_LOOK_AT_CHARS]
    if not line.startswith(("terminate called", "libc++abi")):
        return None
    if thrown := _TERMINATE.match(line):
        said, last = _what(lines, at + 1)
        return Traceback((Thrown(_readable(thrown[1]), said),), at, last, "cpp")
    if thrown := _TERMINATING.match(line):
        return Traceback((Thrown(_readable(thrown[1]), thrown[2] or ""),), at, at, "cpp")
    if how := _TERMINATED.match(line):
        return Traceback((Thrown("std::terminate", how[1]),), at, at, "cpp")
    return None


def _what(lines: Sequence[str], at: int) -> tuple[str, int]:
    """The message, which may have several lines, and its last line."""
    if at >= len(lines) or not lines[at].startswith("  what():  "):
        return "", at - 1
    said = [lines[at].removeprefix("  what():  ")]
    for line in lines[at + 1 : at + _LONGEST_MESSAGE]:
        if is_of_another(line):
            break
        said.append(line)
    return "\n".join(said).strip(), at + len(said) - 1


def _readable(name: str) -> str:
    for pattern, plain in _NAMES:
        name = pattern.sub(plain, name)
    return name


def _at_once(text: str, at: int) -> Traceback | None:
    """What is said on one line."""
    line = text[:_LOOK_AT_CHARS]
    if "Assertion" in line and (thrown := _assertion(line)):
        return Traceback((thrown,), at, at, "cpp")
    if check := _CHECK.match(line):
        return Traceback((Thrown(check[1]),), at, at, "cpp")
    if heap := _HEAP.match(line):
        return Traceback((Thrown("heap corruption", _OLD_ADDRESS.sub("", heap[1])),), at, at, "cpp")
    return None


def _assertion(line: str) -> Thrown | None:
    place, _, said = line.partition(" Assertion ")
    if said.endswith("' failed.") and (match := _ASSERT.match(place)):
        frame = Frame(match[1], int(match[2]), match[3] or "", in_app=_is_in_app(match[1]))
        return Thrown("Assertion failed", said[1 : -len("' failed.")], frames=(frame,))
    said, _, place = line.removeprefix("Assertion failed: ").rpartition(" (")
    if line.startswith("Assertion failed: ") and (match := _ASSERT_MUSL.match(place)):
        return Thrown("Assertion failed", said, frames=(Frame(match[1], int(match[3]), match[2]),))
    return None


def _is_in_app(file: str) -> bool:
    return not file.startswith(("/usr/include/", "/usr/lib/", "malloc.c", "../sysdeps/"))


def _gdb(lines: Sequence[str], at: int) -> Traceback | None:
    """The signal that gdb saw, and the stack that it printed."""
    match = _SIGNAL.match(lines[at][:_LOOK_AT_CHARS]) if lines[at].startswith("Program received") else None
    if match is None:
        return None
    frames: list[Frame] = []
    last = at
    for number in range(at + 1, len(lines)):
        call = _GDB_FRAME.match(lines[number][:_LOOK_AT_CHARS]) if lines[number].startswith("#") else None
        if call:
            frames.append(_gdb_frame(call[1]))
            last = number
        elif frames or number > at + _GDB_LINES:
            break
    return Traceback((Thrown(match[1], match[2], frames=tuple(reversed(frames))),), at, last, "cpp")


def _gdb_frame(call: str) -> Frame:
    """`main (argc=2) at a.cpp:34`, or without a place, or with the library it is from."""
    function, _, rest = call.partition(" (")
    file, _, line = rest.rpartition(") at ")[2].rpartition(":") if ") at " in rest else ("", "", "")
    is_known = line.isascii() and line.isdigit() and len(line) < 10
    return Frame(file if is_known else "", int(line) if is_known else 0, function, in_app=is_known)
