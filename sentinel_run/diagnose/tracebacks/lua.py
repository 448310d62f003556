"""Lua's errors as its stand-alone interpreters and LuaJIT report them (lua.c), and tracebacks of lauxlib.c.

Lua's errors are values without a type; they have the type `error`, after the function that throws them.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("stack traceback:", "lua")
_STACK = "stack traceback:"
_HEAD = re.compile(r"((?:[^\s:]*/)?(?:lua[\d.]*+|luajit[\w.-]*+|resty|texlua)): (.*)|(stack traceback:)$")
_PLACE = re.compile(r"((?:\[string \"[^\"]*+\"\]|[^\s:]++)):(\d{1,9}+): ")
_CALL = re.compile(
    r"\s+(?:(\[C\])|(\[string \"[^\"]*+\"\]|\(command line\)|[^\s:][^:]*+):(\d{1,9}+)?):? (?:in )?(.*)"
    r"|\s+(?:\(?\.\.\.tail call|\.\.\.\s*\(skipping|\.\.\.$)"
)
_FUNCTION = re.compile(r"(?:function|method|field|local|upvalue|global|metamethod)(?: function)? ['<](.*)['>]$")
_FOREIGN = re.compile(r"\[C\]|.*(?:/share/lua/|/luarocks/|/rocks)|=\[C")
_LONGEST_MESSAGE = 60


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error of the interpreter, and every traceback that a program printed itself."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    if head[3]:
        return _printed(lines, at)
    for end in range(at + 1, min(at + _LONGEST_MESSAGE, len(lines))):
        if lines[end] == _STACK:
            calls, last = _calls(lines, end + 1)
            return _made("\n".join([head[2], *lines[at + 1 : end]]), calls, at, last)
        if _HEAD.match(lines[end]):
            break
    # Only a script that does not compile has a place and no calls.
    return _made(head[2], (), at, at) if _PLACE.match(head[2][:4000]) else None


def _printed(lines: Sequence[str], at: int) -> Traceback | None:
    """A traceback that the program asked for; what was wrong is the line above it."""
    calls, last = _calls(lines, at + 1)
    if not calls or not at or not lines[at - 1].strip():
        return None
    return _made(lines[at - 1].strip(), calls, at - 1, last)._replace(is_logged=True)


def _made(text: str, calls: tuple[Frame, ...], first: int, last: int) -> Traceback:
    place = _PLACE.match(text[:4000])
    if place and not calls:
        calls = (_frame(place[1], int(place[2]), ""),)
    value = text[place.end() :] if place else text
    return Traceback((Thrown("error", value, frames=calls),), first, last, "lua")


def _calls(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """The frames from line `at` on, outermost first, and the last line of them."""
    found: list[Frame] = []
    while at < len(lines) and (call := _CALL.match(lines[at][:2000])):
        if call[4] is not None:
            found.append(_frame(call[1] or call[2], int(call[3] or 0), _function(call[4])))
        at += 1
    return tuple(reversed(found)), at - 1


def _function(words: str) -> str:
    match = _FUNCTION.match(words)
    return match[1] if match else "" if words == "?" else words


def _frame(file: str, line: int, function: str) -> Frame:
    return Frame(file, line, function, in_app=not _FOREIGN.match(file))
