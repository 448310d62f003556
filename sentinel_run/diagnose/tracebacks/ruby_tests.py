"""Failed tests of RSpec and minitest (Rails' too), each with its exception and places."""

from __future__ import annotations

import re
import textwrap

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.ruby import PLACE, frame, named, told
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("     Failure/Error: ", "Error:", "Failure:")
_HEAD = re.compile(r"(?: +\d+\) )?(?P<minitest>Error|Failure):$|     (?P<rspec>Failure/Error): ?(?P<source>.*)$")
_TEST = re.compile(r"(\S+#\S+)(?: \[(.+?):(\d{1,9})\])?:$")
_MINITEST_PLACE = re.compile(rf" {{4}}{PLACE}$")
_RSPEC_PLACE = re.compile(rf"     # (?!-)(?:  )?{PLACE}$")
_RSPEC_TYPE = re.compile(r"     (?:# )?([A-Z][\w:]*):$")
_CAUSED_BY = ["     # ------------------", "     # --- Caused by: ---"]
_LONGEST_MESSAGE = 40


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every failed test in `lines`."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    return _rspec(lines, at, head["source"]) if head["rspec"] else _minitest(lines, at)


def _rspec(lines: Sequence[str], at: int, source: str) -> Traceback | None:
    """The source that failed, an empty line, the type, the message indented below it, places; causes likewise."""
    end = _first_place(lines, at + 1, _RSPEC_PLACE)
    places = run_of(lines, end, _RSPEC_PLACE)
    if not places:
        return None
    body = lines[at + 1 : end]
    number = next((n for n, line in enumerate(body) if _RSPEC_TYPE.match(line)), -1)
    kind = _RSPEC_TYPE.match(body[number]) if number >= 0 else None
    module, short = (kind and named(kind[1])) or ("RSpec::Expectations", "ExpectationNotMetError")
    value, _ = told(textwrap.dedent("\n".join(body[number + 1 :])).split("\n"))
    frames = [frame(place) for place in reversed(places)]
    frames[-1] = frames[-1]._replace(source=source.strip())
    thrown, last = [Thrown(short, value, module, tuple(frames))], end + len(places) - 1
    while cause := _caused(lines, last + 1):
        thrown.append(cause[0])
        last = cause[1]
    return Traceback(causes(thrown), at, last, "ruby")


def _caused(lines: Sequence[str], at: int) -> tuple[Thrown, int] | None:
    kind = _RSPEC_TYPE.match(lines[at + 2]) if lines[at : at + 2] == _CAUSED_BY and at + 2 < len(lines) else None
    name = named(kind[1]) if kind else None
    if name is None:
        return None
    end = _first_place(lines, at + 3, _RSPEC_PLACE)
    places = run_of(lines, end, _RSPEC_PLACE)
    value = "\n".join(line.removeprefix("     #   ") for line in lines[at + 3 : end]).strip()
    frames = tuple(frame(place) for place in reversed(places))
    return Thrown(name[1], value, name[0], frames), max(end + len(places) - 1, at + 2)


def _minitest(lines: Sequence[str], at: int) -> Traceback | None:
    """`Test#name [file:line]:` and what was asserted, or `Test#name:` and an exception with places."""
    test = _TEST.match(lines[at + 1]) if at + 1 < len(lines) else None
    if test is None:
        return None
    if test[2]:
        end = at + 2
        while end < len(lines) and lines[end].strip():
            end += 1
        place = Frame(test[2], int(test[3]), test[1])
        thrown = Thrown("Assertion", "\n".join(lines[at + 2 : end]).strip(), "Minitest", (place,))
        return Traceback((thrown,), at, end - 1, "ruby")
    end = _first_place(lines, at + 2, _MINITEST_PLACE)
    places = run_of(lines, end, _MINITEST_PLACE)
    text, _, rest = "\n".join(lines[at + 2 : end]).partition(": ")
    name = named(text)
    if name is None or not places:
        return None
    value, source = told(rest.split("\n"))
    frames = (*(frame(place) for place in reversed(places[1:])), frame(places[0], source))
    return Traceback((Thrown(name[1], value, name[0], frames),), at, end + len(places) - 1, "ruby")


def _first_place(lines: Sequence[str], at: int, place: re.Pattern[str]) -> int:
    for number in range(at, min(at + _LONGEST_MESSAGE, len(lines))):
        if place.match(lines[number][:1000]):
            return number
        if _HEAD.match(lines[number]):
            break
    return at
