"""pytest's own form of a traceback (`--tb=long`, `auto`, `short`): places, source with `>`, messages with `E`."""

from __future__ import annotations

import re
from itertools import pairwise

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.python_lines import LINKS, frame
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (" FAILURES =", " ERRORS =")
_TITLE = re.compile(r"_{3,}+ \S.* _{3,}+$")
_END = re.compile(r"={3,}+ ")
_CAPTURED = re.compile(r"-{3,}+ Captured ")
_PLACE = re.compile(r"([^\s:][^:]*+):(\d{1,9}+): (?:in (\S.*)|([A-Z]\w*+)|)$")
_DEFINITION = re.compile(r" {4}(?:async )?def (\w++)")
_NAME = re.compile(r"((?:\w++\.|(?!))*+)([A-Z]\w*+)(?:: (.*))?$")


class _Section(Record):
    """What is read of one exception; lists, because it grows line by line."""

    frames: list[Frame]
    said: list[str]
    named: list[str]
    last: list[int]


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """The exception of each failed test, with what caused it."""
    titles = [at for at, line in enumerate(lines) if line.startswith("___") and _TITLE.match(line)]
    for at, following in pairwise((*titles, len(lines))):
        sections, links = _sections(lines, at + 1, following)
        thrown = [one for one in map(_thrown, sections) if one is not None]
        if thrown:
            last = max(section.last[-1] for section in sections if section.last)
            top_first = causes(list(reversed(thrown)), links[-1] if links else "")
            yield Traceback(top_first, at, last, "python")


def _sections(lines: Sequence[str], at: int, end: int) -> tuple[list[_Section], list[str]]:
    sections, links = [_Section([], [], [], [])], []
    function = source = ""
    for number in range(at, end):
        line = lines[number]
        if _CAPTURED.match(line) or _END.match(line):
            break
        if line in LINKS:
            links.append(LINKS[line])
            sections.append(_Section([], [], [], []))
        elif line.startswith("E  "):
            sections[-1].said.append(line[1:])
            sections[-1].last.append(number)
        elif line.startswith(">"):
            source = line[1:].strip()
        elif definition := _DEFINITION.match(line):
            function = definition[1]
        elif place := _PLACE.match(line[:1000]):
            source = source or _following(lines, number)
            sections[-1].frames.append(frame(place[1], int(place[2]), place[3] or function, source))
            sections[-1].named.extend(filter(None, (place[4],)))
            sections[-1].last.append(number)
            function = source = ""
    return sections, links


def _following(lines: Sequence[str], at: int) -> str:
    """The source line below a place, as `--tb=short` has it."""
    line = lines[at + 1] if at + 1 < len(lines) else ""
    return line.strip() if line.startswith("    ") else ""


def _thrown(section: _Section) -> Thrown | None:
    if not section.said:
        return None
    module, kind, value = _words(section)
    return Thrown(kind, value, module, tuple(section.frames)) if kind else None


def _words(section: _Section) -> tuple[str, str, str]:
    """Namespace, type and message. Without a name of its own it is the failed condition of an `assert`."""
    said = [line.strip() for line in section.said]
    named = next(
        (at for at, line in enumerate(said) if (at == 0 or said[0].startswith("File ")) and _NAME.match(line)),
        None,
    )
    if named is None:
        kind = section.named[-1] if section.named else "AssertionError" if said[0].startswith("assert ") else ""
        return "", kind, "\n".join(said).strip()
    match = _NAME.match(said[named])
    assert match is not None
    return match[1].rstrip("."), match[2], "\n".join([match[3] or "", *said[named + 1 :]]).strip()
