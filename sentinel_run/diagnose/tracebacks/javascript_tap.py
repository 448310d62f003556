"""Failed tests of `node --test` in TAP (https://testanything.org): the YAML below `not ok` has error and stack."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks import javascript
from sentinel_run.diagnose.tracebacks.javascript_lines import frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("failureType: '",)
_FAILED = re.compile(r"( *)not ok \d{1,9}\b")
_MEMBER = re.compile(r"(\w{1,40}): ?(.*)$")
# A failed suite only has failed members, of which each has its own words.
_BELOW = "subtestsFailed"
_MOST_LINES = 300


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """The error of each failed test that is no suite of others."""
    free = 0
    for at, line in enumerate(lines):
        head = _FAILED.match(line) if at >= free and "not ok " in line[:200] else None
        if head is None:
            continue
        said, last = _block(lines, at + 1, f"{head[1]}  ")
        if "failureType" in said and said["failureType"] != [_BELOW]:
            yield _stackless(lines, free, at, said, last) if "stack" not in said else _error(at, said, last)
            free = last + 1


def _block(lines: Sequence[str], at: int, indent: str) -> tuple[dict[str, list[str]], int]:
    """The members of the block, each as its lines without quotes and indent, and the last line of the block."""
    said: dict[str, list[str]] = {}
    values = list[str]()
    for number in range(at, min(at + _MOST_LINES, len(lines))):
        text = lines[number].removeprefix(indent)
        if text == "...":
            return said, number
        if text == lines[number] and text.strip():
            break  # No line of the block has a smaller indent.
        if member := _MEMBER.match(text[:2000]):
            values = said.setdefault(member[1], [_unquoted(member[2])] if member[2] not in ("|-", "|") else [])
        elif text.startswith("  ") or not text.strip():
            values.append(text[2:])
    return {}, at


def _unquoted(text: str) -> str:
    return text[1:-1].replace("\\'", "'") if text[:1] == text[-1:] == "'" and len(text) > 1 else text


def _error(at: int, said: dict[str, list[str]], last: int) -> Traceback:
    frames = [found for text in said["stack"] if (found := frame(f"    at {text.strip()}"))]
    name = " ".join(said.get("name", ["Error"]))
    value = "\n".join(said.get("error", [])).strip()
    return Traceback((Thrown(name, value, frames=tuple(reversed(frames))),), at, last, "javascript")


def _stackless(lines: Sequence[str], free: int, at: int, said: dict[str, list[str]], last: int) -> Traceback:
    """A file that ended before its tests did: what it said stands above, as comments."""
    first = at - 1 if lines[at - 1].startswith("# Subtest: ") else at
    above = first
    while above > max(free, first - _MOST_LINES) and lines[above - 1].startswith("#"):
        above -= 1
    found = list(javascript.read([line[2:] for line in lines[above:first]]))
    if found:
        return Traceback(found[-1].chain, above + found[-1].first, last, "javascript")
    value = "\n".join(said.get("error", [])).strip()
    return Traceback((Thrown("Error", value, frames=_place(said)),), at, last, "javascript")


def _place(said: dict[str, list[str]]) -> tuple[Frame, ...]:
    place = frame(f"    at {''.join(said.get('location', []))}")
    return (place,) if place else ()
