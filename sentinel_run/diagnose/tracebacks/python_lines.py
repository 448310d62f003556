"""The parts of a Python traceback: frames and messages, behind the margin (`    | `) of an exception group."""

from __future__ import annotations

import re
from itertools import takewhile

from sentinel_run.diagnose.thrown import Frame
from sentinel_run.diagnose.tracebacks.afterwords import is_of_another

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

GROUP_HEADER = "  + Exception Group Traceback (most recent call last)"
HEADERS = ("Traceback (most recent call last)", "Exception Group Traceback (most recent call last)")
LINKS = {
    "The above exception was the direct cause of the following exception:": "__cause__",
    "During handling of the above exception, another exception occurred:": "__context__",
}
# loguru marks the frame where the exception was caught with `>`.
_FRAME = re.compile(r'[> ]*+File "([^"]*+)", line (\d{1,9}+)(?:,? in (.*))?$')
# A warning, and what pytest says of a doctest's example.
_PLACED = re.compile(r"[^:]++:\d++: (?:\w*Warning: |UnexpectedException$)")
_MARKS = re.compile(r"[\s^~]*+$")
_BRACKETS = re.compile(r"\s*[\[\](){},]+\s*$")
_FOREIGN = ("/site-packages/", "/dist-packages/", "/lib/python", "/lib64/python")
_LOOK_AT_CHARS = 1000
# A longer message is more likely the output of somebody else.
_LONGEST_MESSAGE = 20
# Another thread's or process's log, which writes to the same stream.
_LONGEST_INTERRUPTION = 3
# A class is told by its capital letter; those without one by how they end.
_EXCEPTION = re.compile(
    r"(?:[\w<>]{1,80}\.){0,12}(?:[A-Z]\w{0,100}|\w{0,80}(?:error|exception|timeout|fault|exit))(?::|$)"
)
# Messages that the language makes itself, on one line: what follows them is somebody else's.
_WHOLE = re.compile(
    r"KeyError: (?:(['\"]).*\1|-?\d+|\(.*\))$"
    r"|(?:\w+Error|Exception): \[(?:Errno|WinError) -?\d+\] .*'$"
    r"|ModuleNotFoundError: No module named '[^']*'(?:; .*)?$"
    r"|(?:NameError: name '\w+' is not defined|AttributeError: .* has no attribute '\w+')(?:\. Did you mean: .*)?$"
    r"|ZeroDivisionError: (?:\w+ )?(?:division|modulo)(?: or modulo)? by zero$"
    r"|IndexError: \w+ index out of range$"
    r"|RecursionError: maximum recursion depth"
    r"|Unicode\w+Error: '[\w-]+' codec can't "
    r"|JSONDecodeError: .*\(char \d+\)$"
    r"|CalledProcessError: Command .* (?:returned non-zero exit status \d+|died with <Signals\.\w+: \d+>)\.$"
)


def margin(depth: int) -> str:
    """What stands before each line of an exception group's traceback, `depth` groups deep."""
    return f"{'  ' * depth}| " if depth else ""


def text(lines: Sequence[str], at: int, before: str) -> str | None:
    """The line without the margin `before`; None where there is no line, or none with that margin."""
    if at >= len(lines):
        return None
    line = lines[at]
    if line.startswith(before):
        return line[len(before) :]
    return "" if line == before.rstrip() else None


def frames(lines: Sequence[str], at: int, before: str) -> tuple[tuple[Frame, ...], int]:
    """The frames from line `at` on, and the line after them."""
    found: list[Frame] = []
    while (said := text(lines, at, before)) is not None:
        if match := _FRAME.match(said):
            found.append(frame(match[1], int(match[2]), match[3] or ""))
        elif said.startswith("    ") and found:
            found[-1] = _with_source(found[-1], said)
        elif found and (skipped := _interruption(lines, at, before)):
            at += skipped
            continue
        elif not said.startswith("  [Previous line repeated") and not _is_gap(said, text(lines, at + 1, before)):
            break
        at += 1
    return tuple(found), at


def _interruption(lines: Sequence[str], at: int, before: str) -> int:
    """How many lines from `at` on somebody else said in between: no exception's, and frames go on after them."""
    for count in range(_LONGEST_INTERRUPTION + 1):
        said = text(lines, at + count, before)
        if said is None or said.startswith(HEADERS) or _EXCEPTION.match(said[:300]):
            return 0
        if said.startswith('  File "'):
            return count
        if said.startswith("    ") and (text(lines, at + count + 1, before) or "").startswith('  File "'):
            return count
    return 0


def frame(file: str, line: int, function: str, source: str = "") -> Frame:
    """A frame of Python; the standard library and what pip installed are not the user's."""
    in_app = not file.startswith("<frozen") and not any(part in file for part in _FOREIGN)
    return Frame(file=file, line=line, function=function, in_app=in_app, source=source)


def frame_of(line: str) -> Frame | None:
    """The frame that a line `File "x.py", line 3, in f` tells of."""
    match = _FRAME.match(line)
    return frame(match[1], int(match[2]), match[3] or "") if match else None


def message(lines: Sequence[str], at: int, before: str, kind: str, first: str) -> tuple[str, int]:
    """The message that begins with `first` and goes on at line `at`, its notes included, and the line after it."""
    if not before and _WHOLE.match(f"{kind}: {first}"[:_LOOK_AT_CHARS]):
        return first.strip(), at
    said, end = [first], at
    while (more := _more(lines, end, before)) is not None:
        if len(said) > _LONGEST_MESSAGE:
            said = [first, *takewhile(lambda text: text.startswith((" ", "\t")), said[1:])]  # A statement of SQL.
            return "\n".join(said).strip(), at + len(said) - 1
        said.append(more)
        end += 1
    return "\n".join(said).strip(), end


def _more(lines: Sequence[str], at: int, before: str) -> str | None:
    said = text(lines, at, before)
    if said is None and before and at < len(lines) and _comes_back(lines, at, before):
        return lines[at]  # CPython 3.11 and 3.12 forget the margin on the second line of a message.
    if said is not None and _BRACKETS.match(said[:300]):
        return said  # A message with JSON in it, as those of web services are.
    if said is None or is_of_another(said) or said in LINKS or _PLACED.match(said[:300]):
        return None
    return None if said.startswith((*HEADERS, GROUP_HEADER, "Exception ")) else said


def _comes_back(lines: Sequence[str], at: int, before: str) -> bool:
    edge = before[:-2]
    ahead = lines[at : at + _LONGEST_MESSAGE]
    return not ahead[0].startswith((f"{edge}+", f"{edge}  ")) and any(
        line.startswith((before, f"{edge}+")) for line in ahead
    )


def _with_source(last: Frame, said: str) -> Frame:
    return last if last.source or _MARKS.match(said) else last._replace(source=said.strip())


def _is_gap(said: str, following: str | None) -> bool:
    """An empty line between frames, or before the message, as loguru leaves them."""
    return not said.strip() and bool(following and following.strip())
