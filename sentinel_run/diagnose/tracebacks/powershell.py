"""PowerShell's errors, in its concise view (7) and its classic one (5.1, NormalView).

The type is what PowerShell itself puts first: the exception (`Exception`, `ParserError`), or the command that
failed (`Get-Item`); in the classic view the exception of `CategoryInfo`. A script goes on after most errors.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Line |", "+ CategoryInfo ")
_HEAD = re.compile(r"([\w.-]+): (?:(\S.*?):(\d{1,9})(?::(\d{1,9}))?)?$")
_CODE = re.compile(r" *(\d{1,9}) \| (.*)$")
_SAID = re.compile(r" +\| ?(.*)$")
_MARKS = re.compile(r"\s*~+\s*$")
_PLACE = re.compile(r"At (\S.*?):(\d{1,9}) char:(\d{1,9})$")
_CATEGORY = re.compile(r" *\+ CategoryInfo +: [^\[]*+\[([^\]]*+)\], ([\w.]+)")
_LONGEST_MESSAGE = 20


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error in `lines`."""
    at = 0
    while at < len(lines):
        found = _concise(lines, at) if lines[at].rstrip() == "Line |" else None
        if found is None and lines[at].startswith("At "):
            found = _classic(lines, at)
        if found is not None:
            yield found
            at = found.last
        at += 1


def _concise(lines: Sequence[str], at: int) -> Traceback | None:
    """`Type: file:line`, `Line |`, the source, marks, the message behind a margin."""
    head = _HEAD.match(lines[at - 1][:2000]) if at else None
    code = _CODE.match(lines[at + 1]) if at + 1 < len(lines) else None
    if head is None or code is None:
        return None
    said, end = [], at + 2
    while end < len(lines) and (match := _SAID.match(lines[end])):
        said.append(match[1])
        end += 1
    value = " ".join(line.strip() for line in said if not _MARKS.match(line[:2000]))
    kind = head[1].rpartition(".")
    place = Frame(head[2] or "", int(code[1]), column=int(head[4] or 0), source=code[2].strip())
    return _made(kind[2], value, kind[0], place, at - 1, end - 1)


def _classic(lines: Sequence[str], at: int) -> Traceback | None:
    """The message, `At file:line char:n`, the source behind `+`, marks, `+ CategoryInfo`."""
    place = _PLACE.match(lines[at][:2000])
    end = min(at + 12, len(lines))
    number = next((n for n in range(at + 1, end) if _CATEGORY.match(lines[n])), None)
    first = _first_of_message(lines, at)
    if place is None or number is None or first == at:
        return None
    category = _CATEGORY.match(lines[number])
    assert category is not None
    value = " ".join(line.strip() for line in lines[first:at])
    if category[1].strip():
        value = value.removeprefix(f"{category[1].strip()} : ")
    source = lines[at + 1].removeprefix("+").strip()
    last = number + (number + 1 < len(lines) and lines[number + 1].lstrip().startswith("+ FullyQualified"))
    module, _, kind = category[2].rpartition(".")
    frame = Frame(place[1], int(place[2]), column=int(place[3]), source=source)
    return _made(kind, value, module, frame, first, last)


def _first_of_message(lines: Sequence[str], at: int) -> int:
    """The message goes back to an empty line or the end of the error before; a console breaks it at its width."""
    first = at
    while first and at - first < _LONGEST_MESSAGE and lines[first - 1].strip():
        if lines[first - 1].lstrip().startswith("+ "):
            break
        first -= 1
    return first


def _made(kind: str, value: str, module: str, place: Frame, first: int, last: int) -> Traceback:
    return Traceback((Thrown(kind, value, module, (place,)),), first, last, "powershell", is_logged=True)
