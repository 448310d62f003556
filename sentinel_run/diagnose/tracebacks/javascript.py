"""Errors of Node, Deno and Bun: stacks with properties in braces, causes, AggregateError, thrown values."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks import javascript_lines as parts
from sentinel_run.diagnose.tracebacks.chain import Tree, chain
from sentinel_run.diagnose.tracebacks.javascript_body import body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("    at ", "Node.js v", "Uncaught ")
# Node shows the place (`/srv/x.js:3`), the line and a caret before the error, Bun numbered lines and a caret.
_PLACE = re.compile(r"(\S.*):(\d{1,9})$")
_CARET = re.compile(r" *+\^++ *$")
_FOOTERS = ("Node.js v", "Bun v")
# What may be thrown and looks like an error's name.
_VALUES = frozenset({"undefined", "null", "true", "false", "NaN", "Infinity"})
_LOOK_BACK = 25
_LOOK_AT_CHARS = 2000


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error in `lines`, with its causes."""
    at, heads = 0, _Heads()
    while at < len(lines):
        line = lines[at][:_LOOK_AT_CHARS]
        found = None
        if parts.frame(line) is not None or line.startswith(_FOOTERS):
            found = _error(lines, at, heads)
        elif "Uncaught " in line[:40] and not parts.frame(_line(lines, at + 1)):
            found = _value(lines, at)
        if found is not None:
            yield found
            at, heads = found.last, _Heads(found.last + 1)
        else:
            heads.see(lines, at, line)
        at += 1


class _Heads:
    """Where the next error may begin: the latest line with an error's name, and what follows the latest caret."""

    def __init__(self, free: int = 0) -> None:
        self.free = free
        self.named = self.caret = self.after_caret = -1

    def see(self, lines: Sequence[str], at: int, line: str) -> None:
        """Take note of line `at`, which is no frame."""
        if _CARET.match(line):
            self.caret, self.after_caret = at, -1
        elif self.after_caret < self.caret and line.strip():
            self.after_caret = at
        if ("rror" in line or ": " in line or "ception" in line) and _names_an_error(line):
            is_member = line.startswith("    ") and self.named == at - 1 and "Uncaught " in lines[at - 1]
            self.named = self.named if is_member else at

    def before(self, lines: Sequence[str], at: int) -> int:
        """The first line of the error that line `at`, a frame or a runtime's last line, belongs to; -1 if none."""
        is_frame = not lines[at].startswith(_FOOTERS)
        least = max(self.free, at - _LOOK_BACK)
        if self.after_caret >= least and (parts.first(lines[self.after_caret]) or not is_frame):
            return self.after_caret
        if self.named >= least and is_frame:
            return self.named
        above = lines[at - 1] if is_frame and at > self.free else " "
        return at - 1 if not above.startswith(" ") and (parts.first(above) or parts.behind_words(above)) else -1


def _names_an_error(line: str) -> bool:
    first = parts.first(line)
    return first is not None and (first.is_known or first.is_uncaught)


def _error(lines: Sequence[str], at: int, heads: _Heads) -> Traceback | None:
    """The error that line `at`, a frame or a runtime's last line, belongs to."""
    head = heads.before(lines, at)
    if head < 0:
        return None
    place = _place(lines, heads.free, heads.caret) if heads.free <= heads.caret < head else None
    first = parts.first(lines[head]) or parts.behind_words(lines[head])
    if first is not None and not first.message and first.name in _VALUES:
        first = None
    tree, last = _bun_causes(lines, head) if first else (Tree(Thrown("Uncaught", lines[head].strip())), head)
    footer = next((n for n in range(last + 1, last + 4) if _line(lines, n).startswith(_FOOTERS)), -1)
    is_uncaught = place is not None or footer >= 0 or bool(first and first.is_uncaught)
    is_warning = tree.thrown.type.endswith("Warning")
    found = chain(_placed(tree, place))
    return Traceback(found, head, max(last, footer), "javascript", is_warning, is_logged=not is_uncaught)


def _bun_causes(lines: Sequence[str], head: int) -> tuple[Tree, int]:
    """The error at `head`. Bun shows its cause below, after an empty line, with a listing and a caret."""
    tree, last = body(lines, head)
    following = last + 2
    if not re.match(r" *\d+ \| ", _line(lines, following)[:20]):
        return tree, last
    caret = next(
        (n for n in range(following, following + 12) if _CARET.match(_line(lines, n)[:_LOOK_AT_CHARS])), -1
    )
    if caret < 0 or not parts.first(_line(lines, caret + 1)):
        return tree, last
    cause, last = body(lines, caret + 1)
    return tree._replace(because=(cause._replace(thrown=cause.thrown._replace(link="cause")),)), last


def _place(lines: Sequence[str], free: int, caret: int) -> Frame | None:
    """The place that Node names above the line with the caret."""
    for number in range(caret - 1, max(free, caret - 3) - 1, -1):
        if match := _PLACE.match(lines[number][:_LOOK_AT_CHARS]):
            source = lines[number + 1].strip() if number + 1 < caret else ""
            return parts.frame_at(match[1], int(match[2]), len(lines[caret].rstrip()), source)
    return None


def _placed(tree: Tree, place: Frame | None) -> Tree:
    """With the place as the innermost frame, where the stack shows none of the user's own code."""
    frames = tree.thrown.frames
    if place is None or not place.in_app or any(frame.in_app for frame in frames):
        return tree
    return tree._replace(thrown=tree.thrown._replace(frames=(*frames, place)))


def _value(lines: Sequence[str], at: int) -> Traceback | None:
    """A thrown value that is no error, as Deno says it."""
    first = parts.first(lines[at])
    if first is None or not first.is_uncaught or first.name != "Uncaught":
        return None
    return Traceback((Thrown(first.name, first.message),), at, at, "javascript")


def _line(lines: Sequence[str], at: int) -> str:
    return lines[at] if at < len(lines) else ""
