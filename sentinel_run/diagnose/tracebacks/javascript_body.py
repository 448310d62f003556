"""An error as Node, Deno and Bun print it, from its first line to the brace that closes its properties."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown
from sentinel_run.diagnose.tracebacks import javascript_lines as parts
from sentinel_run.diagnose.tracebacks.chain import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_CAUSE = re.compile(r"( *+)\[cause\]: (.*)$")
_ERRORS = re.compile(r"( *+)\[errors\]: \[$")
_CAUSED_BY = "Caused by: "
_ASIDE = re.compile(r"Emitted '\w+' event|\s+\.\.\. \d+ lines matching cause|[ \d]*+\|")
_CARET = re.compile(r" *+\^++ *$")
_LONGEST_MESSAGE = 20
_MOST = 50


class _Open:
    """An error that is being read: what is known of it so far."""

    def __init__(self, first: parts.First, indent: int, parent: int, link: str) -> None:
        self.first, self.indent, self.parent, self.link = first, indent, parent, link
        self.said = [first.message]
        self.frames: list[Frame] = []
        self.frames_follow = True

    def takes(self, line: str) -> bool:
        """Whether a line with a frame belongs to this error, and not to one among its properties."""
        return self.frames_follow and 4 <= _indent(line) - self.indent <= 6

    def thrown(self) -> Thrown:
        """As the chain has it. Of a message that does not come to its end only the first line is sure."""
        said = self.said if self.frames or len(self.said) <= _LONGEST_MESSAGE else self.said[:1]
        value = "\n".join(line.removeprefix(" " * self.indent) for line in said).strip()
        return Thrown(self.first.name, value, frames=tuple(reversed(self.frames)), link=self.link)


def body(lines: Sequence[str], at: int) -> tuple[Tree, int]:
    """The error whose first line is line `at`, and its last line."""
    first = parts.first(lines[at]) or parts.behind_words(lines[at])
    assert first is not None
    errors, end = _read(lines, at, _Open(first, _indent(lines[at]), -1, ""))
    return _tree(errors, 0), end


def _read(lines: Sequence[str], at: int, top: _Open) -> tuple[list[_Open], int]:
    errors, end, members_of, in_braces = [top], at, -1, lines[at].endswith("{")
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if (frame := parts.frame(line)) is not None:
            if not in_braces and members_of < 0 and (member := _member_said(errors[-1], line)):
                errors.append(member)
                members_of = 0
            if errors[-1].takes(line):
                errors[-1].frames.append(frame)
            in_braces = in_braces or line.endswith(" {")
        elif in_braces and line == f"{' ' * top.indent}}}":
            return errors, number
        elif (nested := _nested(line, errors, members_of)) is not None:
            errors.append(nested)
        elif opened := _ERRORS.match(line[:200]):
            members_of = _owner(errors, len(opened[1]))
        elif not in_braces and not _belongs(line, errors[-1]):
            break
        if line.strip():
            end = number
    return errors, end


def _belongs(line: str, latest: _Open) -> bool:
    """Whether a line outside of braces is part of the latest error: its message, or an aside of the runtime."""
    if _ASIDE.match(line[:200]):
        latest.frames_follow = latest.frames_follow and not line.startswith("Emitted")
        return True
    if _CARET.match(line[:2000]) and not latest.frames:
        latest.said[1:] = latest.said[1:-1]  # Deno shows the line of the throw between message and frames.
        return True
    if not latest.frames and len(latest.said) <= _LONGEST_MESSAGE:
        latest.said.append(line)
        return True
    return False


def _member_said(latest: _Open, frame: str) -> _Open | None:
    """The first member of Deno's AggregateError, whose first line was taken for a part of the message."""
    said = latest.said[-1] if len(latest.said) > 1 else ""
    first = parts.first(said)
    if latest.frames or first is None or _indent(said) != latest.indent + 4 or _indent(frame) != latest.indent + 8:
        return None
    latest.said.pop()
    return _Open(first, _indent(said), 0, "exceptions[0]")


def _nested(line: str, errors: list[_Open], members_of: int) -> _Open | None:
    if len(errors) >= _MOST:
        return None
    if line.startswith(_CAUSED_BY) and (first := parts.first(line[len(_CAUSED_BY) :])):
        return _Open(first, 0, len(errors) - 1, "cause")
    if (cause := _CAUSE.match(line[:3000])) and (first := parts.first(cause[2])):
        return _Open(first, len(cause[1]), _owner(errors, len(cause[1])), "cause")
    if members_of >= 0 and _indent(line) == errors[members_of].indent + 4 and (first := parts.first(line)):
        index = sum(one.parent == members_of and one.link != "cause" for one in errors)
        return _Open(first, _indent(line), members_of, f"exceptions[{index}]")
    return None


def _owner(errors: list[_Open], indent: int) -> int:
    """The error that a property with this indentation belongs to."""
    return next((at for at in reversed(range(len(errors))) if errors[at].indent < indent), 0)


def _tree(errors: list[_Open], at: int) -> Tree:
    """The error number `at` with its causes; these have higher numbers."""
    trees: dict[int, Tree] = {}
    for number in reversed(range(at, len(errors))):
        because = tuple(trees[below] for below in range(number + 1, len(errors)) if errors[below].parent == number)
        trees[number] = Tree(errors[number].thrown(), because)
    return trees[at]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
