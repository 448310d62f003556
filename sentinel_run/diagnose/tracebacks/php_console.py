"""Exceptions as PHP's consoles frame them: Symfony (and composer), Laravel's Collision, PHPUnit.

Without `-v` Symfony names no type; it is `Exception` then.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.php import frame, name
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("In ", "▕", "PHPUnit ")
_HEAD = re.compile(
    r"In (?P<file>\S.*?) line (?P<line>\d{1,9}):$| {3}(?P<collision>[A-Z][\w\\]*+) *$"
    r"|\d+\) (?P<test>[\w\\]+::\w+)(?: with data set .*)?$"
)
_BOX_TYPE = re.compile(r" {2}\[([\w\\]+)(?: \([^()]*\))?\] *$")
_TRACED = re.compile(r" {1,2}(?:(\S.*)\(\) )?at (\S.*?):(\d{1,9}|n/a)$")
_AT = re.compile(r" {2}at (\S.*?):(\d{1,9})$")
_EXCERPT = re.compile(r"\s*(➜)? +\d+▕ ?(.*)$")
_STEP = re.compile(r" {2}\d{1,4} +(\S+):(\d{1,9}) *$|\s+\+\d+ vendor frames *$| {6,}(\S+?)\(|\s*$")
_TEST_TYPE = re.compile(r"((?:\w+\\)*+)([A-Z]\w*)(?:: (.*))?$")
_TEST_PLACE = re.compile(r"(/\S.*?|phpvfscomposer:\S.*?|\w:\\\S.*?):(\d{1,9})$")
_LIST = re.compile(
    r"There (?:was|were) \d+ (skipped|incomplete|risky)?.*:$|(?:FAILURES|ERRORS|WARNINGS)!$|OK, but "
)
_LONGEST_MESSAGE = 40


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every framed exception in `lines`. PHPUnit's tests that were passed over have places, but did not fail."""
    return scan(_without_passed_over(lines), _HEAD, _one)


def _without_passed_over(lines: Sequence[str]) -> list[str]:
    kept, is_passed_over = [], False
    for line in lines:
        if found := _LIST.match(line[:200]):
            is_passed_over = bool(found[1])
        kept.append("" if is_passed_over else line)
    return kept


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    if head["collision"]:
        return _collision(lines, at, head)
    return _tested(lines, at, head) if head["test"] else _boxes(lines, at, head)


def _boxes(lines: Sequence[str], at: int, head: re.Match[str] | None) -> Traceback | None:
    """Boxes one below the other: each exception, and then the one before it."""
    thrown: list[Thrown] = []
    first = last = at
    while head is not None and head["file"] and (box := _box(lines, at, head)):
        thrown.append(box[0])
        last = at = box[1]
        at += 1
        while at < len(lines) and not lines[at].strip():
            at += 1
        head = _HEAD.match(lines[at]) if at < len(lines) else None
    return Traceback(causes(thrown, "previous"), first, last, "php") if thrown else None


def _box(lines: Sequence[str], at: int, head: re.Match[str]) -> tuple[Thrown, int] | None:
    begin = end = at + 2
    if begin >= len(lines) or lines[at + 1].strip() or not lines[begin].startswith("  "):
        return None
    while end < len(lines) and end - begin < _LONGEST_MESSAGE and lines[end].strip():
        end += 1
    kind = _BOX_TYPE.match(lines[begin])
    module, short = name(kind[1]) if kind else ("", "Exception")
    value = "\n".join(line.strip() for line in lines[begin + bool(kind) : end])
    calls = run_of(lines, end + 3, _TRACED) if lines[end + 2 : end + 3] == ["Exception trace:"] else []
    frames = _calls(calls) or (frame(head["file"], int(head["line"])),)
    return Thrown(short, value, module, frames), end + 2 + len(calls) if calls else min(end, len(lines) - 1)


def _calls(calls: list[re.Match[str]]) -> tuple[Frame, ...]:
    """`f() at x.php:3` is a call of f there: the place belongs to the function of the next line."""
    functions = [*((call[1] or "") for call in calls[1:]), ""] if calls else []
    found = [
        frame(call[2], int(call[3]) if call[3].isdigit() else 0, function)
        for call, function in zip(calls, functions, strict=True)
    ]
    return tuple(reversed(found))


def _collision(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    """The type, the message, `at file:line` with an excerpt, and the frames that are no vendor's."""
    body = range(at + 1, min(at + _LONGEST_MESSAGE, len(lines)))
    number = next((n for n in body if _AT.match(lines[n]) or _HEAD.match(lines[n])), None)
    place = _AT.match(lines[number]) if number is not None else None
    if number is None or place is None:
        return None
    excerpt = run_of(lines, number + 1, _EXCERPT)
    source = next((line[2].strip() for line in excerpt if line[1]), "")
    steps = run_of(lines, number + 1 + len(excerpt), _STEP)
    frames = [frame(place[1], int(place[2]))._replace(source=source)]
    frames.extend(frame(step[1], int(step[2])) for step in steps if step[1])
    module, kind = name(head["collision"])
    value = "\n".join(line.strip() for line in lines[at + 1 : number]).strip()
    last = number + len(excerpt) + len(steps)
    while last > number and not lines[last].strip():
        last -= 1
    return Traceback((Thrown(kind, value, module, tuple(reversed(frames))),), at, last, "php")


def _tested(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    """A failed test of PHPUnit: the exception or what was asserted, an empty line, places, innermost first."""
    thrown, last, begin = [], at, at + 1
    while begin < len(lines):
        end = begin
        while end < len(lines) and end - begin < _LONGEST_MESSAGE and not _TEST_PLACE.match(lines[end][:1000]):
            if _HEAD.match(lines[end][:1000]):
                break
            end += 1
        places = run_of(lines, end, _TEST_PLACE)
        if not places:
            break
        thrown.append(_of_test(lines[begin:end], places, head["test"]))
        last = end + len(places) - 1
        if lines[last + 1 : last + 3] != ["", "Caused by"]:
            break
        begin = last + 3
    return Traceback(causes(thrown, "previous"), at, last, "php") if thrown else None


def _of_test(said: Sequence[str], places: list[re.Match[str]], test: str) -> Thrown:
    text = "\n".join(said).strip()
    kind = _TEST_TYPE.match(said[0]) if said else None
    frames = [frame(place[1], int(place[2])) for place in reversed(places)]
    frames[0] = frames[0]._replace(function=test)
    if kind is None:
        return Thrown("ExpectationFailedException", text, "PHPUnit\\Framework", tuple(frames))
    value = "\n".join([kind[3] or "", *said[1:]]).strip()
    return Thrown(kind[2], value, kind[1].rstrip("\\"), tuple(frames))
