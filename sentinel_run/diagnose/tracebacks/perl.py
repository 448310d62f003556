"""Perl's last words: die, croak, confess, compilation errors (perldiag(1), Carp, Devel::StackTrace).

Perl's exceptions are texts; they have the type `die`, after what throws them, and an object that was thrown has
the name of its class. A warning looks the same, so that only the last word can be why a run failed.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (" line ", "=HASH(0x", "=ARRAY(0x", "=SCALAR(0x", "=CODE(0x")
# A program, a module or a test; a name without suffix only with a folder: `at platform line 5.` is plain English.
_FILE = r"(?P<file>-e|-|\(eval \d+\)|[^\s\"']*?(?:\.(?:pl|pm|t|cgi|PL|psgi)|/[^\s./\"']+))"
_PLACE = re.compile(
    rf" at {_FILE} line (?P<line>\d{{1,9}})(?:, <[^>]*> (?:line|chunk) \d+)?(?:\.|, near .*|, at EOF)?$"
)
_CALL = re.compile(r"(?P<function>[\w:]+|eval \{|eval '|require )(?:.*) called$")
_OBJECT = re.compile(r"(?:(\w+(?:::\w+)*)::)?(\w+)=(?:HASH|ARRAY|SCALAR|CODE|GLOB|REF)\(0x[0-9a-f]{4,16}\)$")
_COMPILATION = re.compile(
    r"BEGIN failed--compilation aborted|Compilation failed in require|BEGIN not safe after errors"
    r"|Execution of \S+ aborted due to compilation errors|\S+ had compilation errors|\t\.\.\.propagated"
)
# perldiag's warnings that a program without any sense for them lives with.
_WARNING = re.compile(
    r"Use of uninitialized value|Argument \".*\" isn't numeric|Useless use of|Subroutine \S+ redefined|Odd number"
    r"|Name \"\S+\" used only once|Wide character in|Deep recursion on|\"(?:my|our|state)\" variable|Scalar value"
    r"|(?:print|readline|close|printf|say)\(\) on (?:un|closed)|Possible |substr outside|splice\(\) offset"
    r"|Smartmatch|given is experimental|Unquoted string|Found = in conditional|Statement unlikely|Reference found"
)
_FOREIGN = re.compile(r".*(?:/perl/|/perl5/|/perl-base/|/share/perl|/site_perl/|/vendor_perl/)|.*/lib/\S*/perl")
# A database's message has lines of its own (`LINE 1: ...`, a caret, a hint) before the place.
_OF_DBI = re.compile(r"DBD::[\w:]+ .{0,80}failed: ")
_MOST_OF_DBI = 8
_NEAR = ", near "
_LOOK_AT_CHARS = 4000


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every message that ends with a place of Perl's, with the calls below it."""
    at = 0
    while at < len(lines):
        places = _places(lines, at)
        end = at + len(places)
        compiling = _compiling(lines, end) if places else []
        if compiling:
            frames = [_frame(place, "") for place in (places[0], *filter(None, map(_place, compiling)))]
            yield _made(lines, at, end + len(compiling) - 1, places[0], frames)
        else:
            yield from _died(lines, at, places)
        if not places and (found := _thrown_object(lines[at], at)):
            yield found
        at = max(end + len(compiling), at + 1)


def _places(lines: Sequence[str], at: int) -> list[re.Match[str]]:
    """The places of the messages from line `at` on, one below the other."""
    found: list[re.Match[str]] = []
    while at < len(lines) and not lines[at].startswith("\t") and not _COMPILATION.match(lines[at][:200]):
        place = _place(lines[at])
        if place is None or (not lines[at].endswith((".", ", at EOF")) and _NEAR not in lines[at]):
            break
        found.append(place)
        at += 1
    return found


def _place(line: str) -> re.Match[str] | None:
    """The place at the end of a line. It is looked for from its last ` at `, in one way only."""
    if " line " not in line or len(line) > _LOOK_AT_CHARS:
        return None
    at = line.rfind(" at ", 0, line.find(" line ", line.rfind(" at ")) if _NEAR in line else line.rfind(" line "))
    return _PLACE.match(line, at) if at >= 0 else None


def _compiling(lines: Sequence[str], at: int) -> Sequence[str]:
    """The compiler's last words, if line `at` is one: the messages before them are one error, their first."""
    end = at
    while end < len(lines) and _COMPILATION.match(lines[end][:200]):
        end += 1
    return lines[at:end]


def _died(lines: Sequence[str], at: int, places: Sequence[re.Match[str]]) -> Iterator[Traceback]:
    """Each message by itself; only the last of them may have calls."""
    for number, place in enumerate(places, at):
        if not _WARNING.match(lines[number]):
            calls, last = _calls(lines, number)
            functions = [*(function for _, function in calls), ""]
            stops = [place, *(call for call, _ in calls)]
            yield _made(lines, number, last, place, list(map(_frame, stops, functions)))


def _made(lines: Sequence[str], at: int, last: int, place: re.Match[str], frames: list[Frame]) -> Traceback:
    """`frames` are innermost first; the same place twice, as a failed `use` gives, is one."""
    near = lines[at][place.end("line") :] if _NEAR in place[0] else ""
    distinct = [one for number, one in enumerate(frames) if not number or one != frames[number - 1]]
    first = _first(lines, at)
    value = "\n".join((*lines[first:at], lines[at][: place.start()] + near))
    thrown = Thrown("die", value, frames=tuple(reversed(distinct)))
    return Traceback((thrown,), first, last, "perl", is_logged=True)


def _first(lines: Sequence[str], at: int) -> int:
    """Where the message begins whose last line is line `at`: only DBI's is known to have several."""
    for number in range(at, max(-1, at - _MOST_OF_DBI), -1):
        if _OF_DBI.match(lines[number][:200]):
            return number
        if number < at and _place(lines[number]):
            break
    return at


def _calls(lines: Sequence[str], at: int) -> tuple[list[tuple[re.Match[str], str]], int]:
    """The calls below line `at`, innermost first, each with the function that was called there."""
    found: list[tuple[re.Match[str], str]] = []
    while at + 1 < len(lines) and lines[at + 1].startswith("\t"):
        place = _place(lines[at + 1])
        call = _CALL.match(lines[at + 1][1 : place.start()]) if place else None
        if place is None or call is None:
            break
        found.append((place, call["function"].rstrip(" {'")))
        at += 1
    return found, at


def _thrown_object(line: str, at: int) -> Traceback | None:
    match = _OBJECT.match(line[:300])
    if match is None:
        return None
    return Traceback((Thrown(match[2], module=match[1] or ""),), at, at, "perl", is_logged=True)


def _frame(place: re.Match[str], function: str) -> Frame:
    file = place["file"]
    return Frame(file, int(place["line"]), function, in_app=not _FOREIGN.match(file))
