"""Python's tracebacks (its traceback module and CPython's traceback.c): chains both ways, groups, remote ones."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import Tree, chain
from sentinel_run.diagnose.tracebacks.python_lines import (
    GROUP_HEADER,
    HEADERS,
    LINKS,
    frames,
    margin,
    message,
    text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (HEADERS[0],)
# What stands above a traceback that did not end the program.
_CAUGHT = (
    "Exception ignored",
    "Task exception was never retrieved",
    "future: <",
    "handle: <",
    "--- Logging error",
)
# A worker's exception arrives as text between quotes, and is the cause of the one that its caller gets.
_QUOTES = '"""'
_NAME = re.compile(r"((?:(?:[^\W\d]\w*+|<locals>)\.|(?!))*+)([^\W\d]\w*+)(?:: ?(.*))?$")
_DEEPEST = 12
# From a header up to the words of an exception that it was caused by: two empty lines and what links them.
_ABOVE = 4
_LOOK_AT_CHARS = 4000


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every traceback in `lines`; a chain or a group is one."""
    at = 0
    while at < len(lines):
        if not lines[at].startswith((HEADERS[0], GROUP_HEADER)):
            at += 1
            continue
        first = at
        cause = _never_raised(lines, at)
        tree, at = _tree(lines, at, 0, cause)
        if tree is not None:
            is_caught = first > 0 and lines[first - 1].startswith(_CAUGHT)
            yield Traceback(chain(tree), first - _ABOVE * len(cause), at - 1, "python", is_caught)


def _never_raised(lines: Sequence[str], at: int) -> tuple[Tree, ...]:
    """The cause above line `at`, a header, that has no header: it was made but not raised (`from OSError()`)."""
    if at < _ABOVE or lines[at - 1] or lines[at - 3]:
        return ()
    link, name = LINKS.get(lines[at - 2], ""), _NAME.match(lines[at - _ABOVE][:_LOOK_AT_CHARS])
    return (Tree(Thrown(name[2], name[3] or "", name[1].rstrip("."), link=link)),) if link and name else ()


def _tree(lines: Sequence[str], at: int, depth: int, before: tuple[Tree, ...] = ()) -> tuple[Tree | None, int]:
    """An exception with all that came before it, and the line after it. At least one line is taken."""
    while True:
        tree, after = _one(lines, at, depth)
        if tree is None:
            return (before[0] if before else None), max(after, at + 1)
        tree = tree._replace(because=(*before, *tree.because))
        link, at = _link(lines, after, depth)
        if not link:
            return tree, after
        before = (tree._replace(thrown=tree.thrown._replace(link=link)),)


def _one(lines: Sequence[str], at: int, depth: int) -> tuple[Tree | None, int]:
    if depth == 0 and lines[at].startswith(GROUP_HEADER):
        at, depth = at + 1, 1
    elif (text(lines, at, margin(depth)) or "").startswith(HEADERS):
        at += 1
    calls, at = frames(lines, at, margin(depth))
    name = _NAME.match(text(lines, at, margin(depth)) or "")
    if name is None:
        return None, at
    value, at = message(lines, at + 1, margin(depth), name[2], name[3] or "")
    members, at = _members(lines, at, depth)
    return Tree(Thrown(name[2], value, name[1].rstrip("."), calls), members), at


def _link(lines: Sequence[str], at: int, depth: int) -> tuple[str, int]:
    """How the exception before line `at` led to a following one, and where that begins; an empty word if not."""
    before = margin(depth)
    at += text(lines, at, before) == _QUOTES
    link = LINKS.get(text(lines, at + 1, before) or "", "")
    following = text(lines, at + 3, before) or ""
    return (link, at + 3) if link and following.startswith((*HEADERS, GROUP_HEADER)) else ("", at)


def _members(lines: Sequence[str], at: int, depth: int) -> tuple[tuple[Tree, ...], int]:
    """The members of a group, each below a line `+---------------- 1 ----------------`."""
    found: list[Tree] = []
    edge = f"{'  ' * (depth + 1)}+----"
    if depth in (0, _DEEPEST) or at >= len(lines) or not lines[at].startswith(f"{'  ' * depth}+-+----"):
        return (), at
    while at < len(lines) and not lines[at].endswith("-----------------------"):
        member, at = _tree(lines, at + 1, depth + 1)
        if member is not None:
            link = f"exceptions[{len(found)}]"
            found.append(member._replace(thrown=member.thrown._replace(link=link)))
        while (
            at < len(lines) and not lines[at].startswith(edge) and text(lines, at, margin(depth + 1)) is not None
        ):
            at += 1  # `and 5 more exceptions`
        if at >= len(lines) or not lines[at].startswith(edge):
            return tuple(found), at
    return tuple(found), at + 1
