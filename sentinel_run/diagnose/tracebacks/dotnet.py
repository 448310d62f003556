""".NET's exceptions (C#, F#, VB) as .NET, .NET Framework and Mono print them: inner ones and aggregates."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import MOST, Tree, chain
from sentinel_run.diagnose.tracebacks.dotnet_calls import call
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (
    "nhandled exception",
    "nhandled Exception",
    "UNHANDLED EXCEPTION",
    "Process terminated.",
    "   at ",
)
_LEAD = re.compile(r"(?:Unhandled exception\. |Unhandled Exception: |\[ERROR\] FATAL UNHANDLED EXCEPTION: )")
_MONO_LEAD = "Unhandled Exception:"
_NAME = re.compile(
    r"((?:[^\W\d]\w*+\.|(?!))*+)([^\W\d_a-z][\w+`]*+)(?:\[.*?\])?(?: \((?:0x)?[0-9A-Fa-f]{1,8}\))?(?:: (.*)|$)"
)
_PRINTED = re.compile(
    r"((?:[^\W\d]\w*+\.|(?!))++)([^\W\d]\w*(?:Exception|Error))(?: \((?:0x)?[0-9A-Fa-f]{1,8}\))?: "
)
_INNER = "---> "
_MEMBER = re.compile(r" *---> \(Inner Exception #(\d{1,4})\) (.*)")
_INNER_END = "--- End of inner exception stack trace ---"
_SEPARATOR = "--- End of stack trace from "
_LONGEST_MESSAGE = 30


class _Open(Record):
    """An exception that is being read; lists, because it grows line by line."""

    name: re.Match[str]
    said: list[str]
    calls: list[Frame]
    inner: list[Tree]


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception in `lines`; one that the program printed itself may have been survived."""
    at = 0
    while at < len(lines):
        found = _one(lines, at)
        if found is not None:
            yield found
            at = found.last
        at += 1


def _begins(line: str) -> bool:
    """Whether a further exception begins there, so that no message goes on."""
    return bool(_LEAD.match(line) or _PRINTED.match(line.lstrip()[:1000]))


def _one(lines: Sequence[str], at: int) -> Traceback | None:
    line = lines[at]
    lead = _LEAD.match(line)
    if line == _MONO_LEAD and at + 1 < len(lines):
        return _told_twice(lines, _read(lines, at, at + 1, lines[at + 1], is_logged=False))
    if lead:
        return _read(lines, at, at, line[lead.end() :], is_logged=False)
    if _PRINTED.match(line.lstrip()[:1000]):
        found = _read(lines, at, at, line.lstrip(), is_logged=True)
        return found if found and any(one.frames for one in found.chain) else None
    return None


def _told_twice(lines: Sequence[str], found: Traceback | None) -> Traceback | None:
    """Mono tells an exception that nobody caught a second time."""
    at = found.last + 1 if found else len(lines)
    again = _LEAD.match(lines[at]) if at < len(lines) else None
    second = _read(lines, at, at, lines[at][again.end() :], is_logged=False) if again else None
    return found._replace(last=second.last) if found and second else found


def _read(lines: Sequence[str], first: int, at: int, head: str, *, is_logged: bool) -> Traceback | None:
    """The exception that `head`, the text of line `at`, begins, and all inside it."""
    stack: list[_Open] = []
    if not _opened(stack, head):
        return None
    last = at
    for number in range(at + 1, len(lines)):
        if not _goes_on(stack, lines[number]):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            if lines[number].strip() or not _MEMBER.match(following):
                break
        elif lines[number].strip():
            last = number
    while len(stack) > 1:
        _close(stack)
    return Traceback(chain(_tree(stack[0], "")), first, last, "dotnet", is_logged=is_logged)


def _opened(stack: list[_Open], text: str) -> bool:
    """Opens the exception `Type: message`; .NET Framework and Mono have the inner ones on the same line."""
    names = list(map(_NAME.match, text.split(f" {_INNER}", MOST)))
    found = [name for name in names if name is not None]
    if names[0] is None or len(stack) + len(found) > MOST:
        return False
    stack.extend(_Open(name, [name[3] or ""], [], []) for name in found)
    return True


def _goes_on(stack: list[_Open], line: str) -> bool:
    """Takes one line into what is open; False where it is no part of it."""
    text = line.strip()
    if frame := call(line):
        stack[-1].calls.append(frame)
        if text.endswith("<---"):
            _close(stack)
        return True
    if text.startswith(_SEPARATOR):
        return True
    if text.startswith(_INNER_END):
        _close(stack)
        return True
    if member := _MEMBER.match(line):
        return _opened(stack, member[2])
    if text.startswith(_INNER):
        return _opened(stack, text[len(_INNER) :])
    return _is_message(stack[-1], line, stack)


def _is_message(last: _Open, line: str, stack: list[_Open]) -> bool:
    if last.calls or last.inner or len(last.said) > _LONGEST_MESSAGE or _begins(line):
        return False
    outer, arrow, inner = line.partition(f" {_INNER}")
    last.said.append(outer)
    return not arrow or _opened(stack, inner)


def _close(stack: list[_Open]) -> None:
    """The innermost open exception is complete, and belongs to the one around it."""
    if len(stack) > 1:
        done = stack.pop()
        around = stack[-1]
        is_aggregate = around.name[2] == "AggregateException"
        tree = _tree(done, f"exceptions[{len(around.inner)}]" if is_aggregate else "InnerException")
        # Older runtimes tell the first member of an aggregate twice.
        if not (around.inner and _same(around.inner[0].thrown, tree.thrown)):
            around.inner.append(tree)


def _same(one: Thrown, other: Thrown) -> bool:
    return one._replace(link="") == other._replace(link="")


def _tree(done: _Open, link: str) -> Tree:
    value = "\n".join(done.said if len(done.said) <= _LONGEST_MESSAGE else done.said[:1]).strip()
    thrown = Thrown(done.name[2], value, done.name[1].rstrip("."), tuple(reversed(done.calls)), link=link)
    return Tree(thrown, tuple(done.inner))
