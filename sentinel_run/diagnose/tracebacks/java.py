"""Stack traces of the JVM (Throwable.printStackTrace): Java, and Kotlin, Scala and Groovy that run on it."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import MOST, Tree, chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("\tat ", "    at ")
_LOOK_AT_CHARS = 2000
_LONGEST_MESSAGE = 20
# Class loader and module stand before a slash; logging libraries add the jar in brackets.
_FRAME = re.compile(
    r"\s++at (?:[^\s(/]*+/|(?!))*+([\w$.<>-]++)\((?:Native Method|Unknown Source|([\w$.-]++)(?::(\d{1,9}))?)\)"
    r"(?: ~?\[[^\]]*\])?$"
)
_NAME = re.compile(r"((?:[a-z_][\w$]*+\.|(?!))*+)([A-Za-z_$][\w$.]*+)(?:: (.*))?$")
_THREAD = re.compile(r'Exception in thread "[^"]*+" ')
_NESTED = re.compile(r"(\s*+)(Caused by|Suppressed): (.*)$")
_MORE = re.compile(r"\s++\.\.\. (\d{1,6}) (?:more|common frames omitted)$")
_FOREIGN = (
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "kotlin.", "kotlinx.", "scala.", "groovy.", "clojure.",
    "org.codehaus.", "org.junit.", "junit.", "org.gradle.", "org.apache.", "org.springframework.", "io.netty.",
    "org.jetbrains.kotlin.",
)  # fmt: skip


class _Open:
    """An exception that is being read; `depth` counts the tabs before its first line."""

    def __init__(self, name: re.Match[str], depth: int, parent: int, link: str) -> None:
        self.name, self.depth, self.parent, self.link = name, depth, parent, link
        self.said = [name[3] or ""]
        self.frames: list[Frame] = []

    def thrown(self) -> Thrown:
        """As the chain has it."""
        value = "\n".join(self.said).strip()
        frames = tuple(reversed(self.frames))
        return Thrown(self.name[2], value, self.name[1].rstrip("."), frames, link=self.link)


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every stack trace in `lines`, with its causes and what was suppressed."""
    at, head = 0, -1
    while at < len(lines):
        line = lines[at][:_LOOK_AT_CHARS]
        if not _FRAME.match(line):
            head = at if _is_first(line) else head if at - head < _LONGEST_MESSAGE else -1
        elif head >= 0:
            opened, last = _read(lines, head)
            is_logged = not _THREAD.match(lines[head][:_LOOK_AT_CHARS])
            yield Traceback(chain(_tree(opened)), head, last, "java", is_logged=is_logged)
            at, head = last, -1
        at += 1


def _is_first(line: str) -> bool:
    """Whether it can be the first line of a stack trace: a name with a package, or one that tells an error."""
    name = _name(line)
    return name is not None and bool(
        _THREAD.match(line) or "." in name[0].partition(":")[0] or name[2].endswith(("Exception", "Error"))
    )


def _name(line: str) -> re.Match[str] | None:
    thread = _THREAD.match(line)
    return _NAME.match(line[:_LOOK_AT_CHARS], thread.end() if thread else 0)


def _read(lines: Sequence[str], head: int) -> tuple[list[_Open], int]:
    name = _name(lines[head])
    assert name is not None
    opened, last = [_Open(name, 0, -1, "")], head
    for number in range(head + 1, len(lines)):
        line = lines[number][:_LOOK_AT_CHARS]
        if match := _FRAME.match(line):
            opened[-1].frames.append(_frame(match))
        elif more := _MORE.match(line):
            opened[-1].frames.extend(_shared(opened, int(more[1])))
        elif nested := _nested(line, opened):
            opened[MOST:] = [nested]  # The chain has no room for more, so that only the last of them is kept.
        elif opened[-1].frames or not _goes_on(lines, number):
            break
        else:
            opened[-1].said.append(lines[number])
        last = number
    return opened, last


def _frame(match: re.Match[str]) -> Frame:
    (module, _, function), file, line = match[1].rpartition("."), match[2] or "", int(match[3] or 0)
    return Frame(file, line, function, module, in_app=bool(file) and not module.startswith(_FOREIGN))


def _shared(opened: list[_Open], count: int) -> list[Frame]:
    """The frames that `... n more` stands for: the outermost of the exception that this one is part of."""
    parent = opened[-1].parent
    return opened[parent].frames[-count:] if parent >= 0 and count else []


def _nested(line: str, opened: list[_Open]) -> _Open | None:
    match = _NESTED.match(line)
    name = _NAME.match(match[3]) if match else None
    if match is None or name is None:
        return None
    depth, is_cause = _depth(match[1]), match[2] == "Caused by"
    parent = next((at for at in reversed(range(len(opened))) if opened[at].depth == depth - (not is_cause)), 0)
    return _Open(name, depth, parent, "cause" if is_cause else "suppressed")


def _depth(space: str) -> int:
    return len(space.replace("    ", "\t"))


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether line `at` is part of a message: frames come soon after it."""
    ahead = (line[:_LOOK_AT_CHARS] for line in lines[at + 1 : at + _LONGEST_MESSAGE])
    return any(_FRAME.match(line) or _MORE.match(line) for line in ahead)


def _tree(opened: list[_Open]) -> Tree:
    """The first exception with all the others, which have higher numbers than those they belong to."""
    trees = [Tree(one.thrown()) for one in opened]
    for number in range(len(opened) - 1, 0, -1):
        parent = opened[number].parent
        trees[parent] = trees[parent]._replace(because=(trees[number], *trees[parent].because))
    return trees[0]
