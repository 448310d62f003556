"""PHP's uncaught exceptions and fatal errors (main.c, zend_exceptions.c), as its CLI, its log and FPM write them.

A fatal error that is no exception has PHP's own word for its type: `Fatal error`. A warning ends nothing.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("atal error: ", "arse error: ", "ompile error: ", "ore error: ")
_HEAD = re.compile(
    r"(?:NOTICE: )?(?:PHP message: )?(?:PHP )?"
    r"((?:Recoverable f|Catchable f|F)atal error|Parse error|Compile error|Core error): +(Uncaught )?(.*)"
)
_NAME = re.compile(r"((?:\w++\\)*+)(\w++)(?: in |: |$)")
_PLACE = re.compile(r"(.*) in (\S.*?)(?::(\d{1,9})| on line (\d{1,9}+))$")
_CALL = re.compile(r"#\d+ (?:(\S.*?)\((\d{1,9}+)\)|(\[internal function\])): ([^(]++)\(|#\d+ (\{main\})")
_FOREIGN = re.compile(r"(?:.*/)?vendor/|.*(?:/share/php|/share/pear|phar://)|\[internal")
_LONGEST_MESSAGE = 30


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every fatal error in `lines`; of an exception, with those that came before it."""
    return scan(lines, _HEAD, _one)


def frame(file: str, line: int, function: str = "") -> Frame:
    """A frame; what composer and PHP itself installed is not the user's."""
    return Frame(file, line, function, in_app=not _FOREIGN.match(file))


def name(text: str) -> tuple[str, str]:
    """Namespace and name of a class."""
    module, _, kind = text.rpartition("\\")
    return module, kind


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    if not head[2]:
        return _plain(at, head)
    thrown, begin, last = [], at, at
    text = head[3]
    while found := _exception(lines, begin, text):
        thrown.append(found[0])
        last = begin = found[1]
        while begin + 1 < len(lines) and not lines[begin + 1].strip():
            begin += 1
        begin += 1
        if begin >= len(lines) or not lines[begin].startswith("Next "):
            break
        text = lines[begin][len("Next ") :]
    if not thrown:
        return None
    last += last + 1 < len(lines) and lines[last + 1].startswith("  thrown in ")
    return Traceback(causes(list(reversed(thrown)), "previous"), at, last, "php")


def _plain(at: int, head: re.Match[str]) -> Traceback | None:
    """A fatal error without an exception; a syntax error is a ParseError that PHP words so."""
    place = _PLACE.match(head[3][:4000])
    if place is None:
        return None
    kind = "ParseError" if head[1] == "Parse error" else head[1]
    thrown = Thrown(kind, place[1], frames=(frame(place[2], int(place[3] or place[4])),))
    return Traceback((thrown,), at, at, "php")


def _exception(lines: Sequence[str], at: int, text: str) -> tuple[Thrown, int] | None:
    """The exception that begins with `text` on line `at`, and its last line."""
    kind = _NAME.match(text)
    end = next((n for n in range(at + 1, min(at + _LONGEST_MESSAGE, len(lines))) if _is_stack(lines[n])), None)
    if kind is None or end is None:
        return None
    said = "\n".join([text[kind.end(2) :], *lines[at + 1 : end]])
    value, where = _placed(said)
    calls = run_of(lines, end + 1, _CALL)
    # `#0 x.php(6): f()` says that f was called from there: each place belongs to the function of the next call.
    functions = [call[4] or "" for call in calls]
    places = [where, *((call[1] or call[3] or "", int(call[2] or 0)) for call in calls if not call[5])]
    frames = [frame(*place, function) for place, function in zip(places, [*functions, ""], strict=False)]
    # A function of PHP itself throws where it is called.
    frames = frames[1:] if places[:1] == places[1:2] else frames
    thrown = Thrown(kind[2], value, kind[1].rstrip("\\"), tuple(reversed(frames)))
    return thrown, end + len(calls)


def _is_stack(line: str) -> bool:
    return line == "Stack trace:"


def _placed(said: str) -> tuple[str, tuple[str, int]]:
    """The message and the place, which stands at the end of its last line."""
    before, _, last = said.rpartition("\n")
    _, _, where = last.rpartition(" in ")
    file, _, line = where.rpartition(":")
    if not line.isascii() or not line.isdigit():
        return said.removeprefix(": ").strip(), ("", 0)
    value = "\n".join(filter(None, [before, last[: -len(where) - len(" in ")]]))
    return value.removeprefix(": ").strip(), (file, int(line[:9]))
