"""Fortran's runtime errors: gfortran's (libgfortran) and Intel's (forrtl). The type is the runtime's own word."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Fortran runtime error: ", "ERROR STOP", "forrtl: ", "Backtrace for this error:")
_HEAD = re.compile(
    r"(?P<type>Fortran runtime error|Internal Error): (?P<value>.*)|(?P<stop>ERROR STOP) ?(?P<words>.*)"
    r"|forrtl: (?:severe|error) \((?P<number>\d+)\): (?P<intel>.*)|(?P<crash>Backtrace for this error:)$"
)
_PLACE = re.compile(r"At line (\d{1,9}) of file (.*?)(?: \(unit = .*\))?$")
_CALL = re.compile(r"#\d+ +0x[0-9a-f]+ in (.*)$|\tat (.*):(\d{1,9})$")
_ROW = re.compile(r"(\S+) +[0-9A-Fa-f]{8,16} +(\S+) +(\d{1,9}|Unknown) +(\S+)$")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every runtime error in `lines`, and the backtrace of a crash, which has no error but its signal."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    if head["number"]:
        return _intel(lines, at, head)
    place = _PLACE.match(lines[at - 1][:2000]) if at and head["type"] else None
    if head["crash"]:
        begin, end = at + 1, at
    else:
        begin, end = (at + 3, at + 2) if _has_backtrace(lines, at) else (at + 1, at)
    calls = run_of(lines, begin, _CALL)
    frames = _frames(calls) or ((Frame(place[2], int(place[1])),) if place else ())
    kind = head["type"] or head["stop"] or ""
    value = head["value"] or head["words"] or (_signal(lines, at) if head["crash"] else "")
    thrown = Thrown(kind, value, frames=frames)
    return Traceback((thrown,), at - bool(place), end + len(calls), "fortran")


def _signal(lines: Sequence[str], at: int) -> str:
    """The words for the signal, which stand two lines above the backtrace."""
    words = lines[at - 2] if at > 1 else ""
    return words if words.startswith("Program received signal") else ""


def _has_backtrace(lines: Sequence[str], at: int) -> bool:
    return lines[at + 1 : at + 3] == ["", "Error termination. Backtrace:"]


def _frames(calls: list[re.Match[str]]) -> tuple[Frame, ...]:
    """A line for the function, and below it one for the place; `???` is the runtime library itself."""
    found: list[Frame] = []
    for call in calls:
        if call[1]:
            found.append(Frame(function="" if call[1] == "???" else call[1], in_app=False))
        elif found:
            is_ours = not call[2].startswith("./") and not call[2].startswith("../")
            found[-1] = found[-1]._replace(file=call[2], line=int(call[3]), in_app=is_ours)
    return tuple(reversed(found))


def _intel(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    """A table: image, PC, routine, line, source; innermost first."""
    begin = at + 1 + (lines[at + 1 : at + 2] != [] and lines[at + 1].startswith("Image "))
    rows = run_of(lines, begin, _ROW)
    frames = tuple(
        Frame(row[4], int(row[3]), row[2].rstrip("_")) if row[3] != "Unknown" else Frame(row[1], in_app=False)
        for row in reversed(rows)
    )
    thrown = Thrown(f"forrtl ({head['number']})", head["intel"], frames=frames)
    return Traceback((thrown,), at, begin + len(rows) - 1, "fortran")
