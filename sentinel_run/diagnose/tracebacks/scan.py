"""What readers of line-based forms share: finding a first line, and taking the lines that go on from it."""

from __future__ import annotations

from sentinel_run.diagnose.tracebacks.afterwords import is_of_another

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from sentinel_run.diagnose.thrown import Thrown, Traceback

# No place and no head of a traceback is longer; an endless line must not cost endless time.
_LOOK_AT_CHARS = 4000
# A longer message is more likely the output of somebody else.
_LONGEST_MESSAGE = 20


def scan(
    lines: Sequence[str],
    head: re.Pattern[str],
    one: Callable[[Sequence[str], int, re.Match[str]], Traceback | None],
) -> Iterator[Traceback]:
    """What `one` makes of each line that `head` matches, its number and the match; the next begins after it.

    Where `one` finds nothing it may have looked at a bounded number of lines only, so that all stays linear.
    """
    free, match = 0, head.match
    for at, line in enumerate(lines):
        if at >= free and (found := match(line)) and (traceback := one(lines, at, found)) is not None:
            yield traceback
            free = traceback.last + 1


def run_of(lines: Sequence[str], at: int, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """The matches of `pattern` on line `at` and those right after it, up to the first that does not match."""
    found: list[re.Match[str]] = []
    while at < len(lines) and (match := pattern.match(lines[at][:_LOOK_AT_CHARS])):
        found.append(match)
        at += 1
    return found


def message(lines: Sequence[str], at: int, first: str, end: re.Pattern[str]) -> tuple[str, int]:
    """The message that begins with `first` and goes on at line `at`, and the line after it.

    It ends before a line that `end` matches, that a tool or a shell says, or where it would be far too long:
    then it is `first` alone.
    """
    said, number = [first], at
    while number < len(lines) and not end.match(lines[number][:_LOOK_AT_CHARS]):
        if is_of_another(lines[number]) and any(map(str.isalnum, lines[number][:_LOOK_AT_CHARS])):
            break  # Marks and empty lines may well be part of a message.
        if number - at == _LONGEST_MESSAGE:
            return first.strip(), at
        said.append(lines[number])
        number += 1
    return "\n".join(said).strip(), number


def chain(
    lines: Sequence[str],
    at: int,
    head: re.Match[str],
    one: Callable[[Sequence[str], int, re.Match[str]], tuple[Thrown, int] | None],
    next_head: Callable[[str], re.Match[str] | None],
) -> tuple[list[Thrown], int]:
    """The exceptions that follow each other from line `at` on, which `head` matches, and their last line.

    `one` gives an exception and its last line; on the line after that `next_head` tells whether another begins.
    """
    found: list[Thrown] = []
    last = at
    following: re.Match[str] | None = head
    while following is not None and (this := one(lines, at, following)):
        found.append(this[0])
        last, at = this[1], this[1] + 1
        following = next_head(lines[at]) if at < len(lines) else None
    return found, last
