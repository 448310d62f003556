"""Ruby's uncaught exceptions (error.c, eval_error.c): from 2.0 to 3.4, chains and threads."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (":in `", ":in '", "(SyntaxError)", ": syntax error, unexpected")
# The method's name has no quotes, so that a line can be read in one way only.
PLACE = r"([^\s`'][^`']*?):(\d{1,9}+)(?::in [`']([^`']*+)')?"
_HEAD = re.compile(rf"(?:ruby: )?{PLACE}: (.*)")
# The file of a syntax error has no colon, so that there is one place only to look at in a line.
_START = re.compile(
    r"(?P<thread>#<Thread:0x\w+ .* terminated with exception)|(?P<reversed>\t *\d+: from )"
    r"|(?:ruby: )?(?:[^\s`'][^`']*?:\d{1,9}+:in [`']|[^\s:][^:]*+:\d{1,9}+: .*\(SyntaxError\)$)"
    r"|[^\s:]+?\.rb:\d{1,9}+: syntax error, "
)
_FROM = re.compile(rf"\t(?: *\d+: )?from {PLACE}$|\t \.\.\. \d+ levels\.\.\.$")
_TYPE = re.compile(r"(?:(.*)::)?([A-Z]\w*)$")
_NO_NAME = re.compile(r"#<Class:0x\w+>$")
_FOREIGN = re.compile(r"<internal:|.*(?:/gems/|/rubygems|/lib/ruby/|/vendor/bundle/)")
# What follows a message of one line in the innermost scope, where no `from` tells its end.
_HINT_LINES = re.compile(r"$|Did you mean\?|\s+\^[\^~]*$|[> ]+\d+ ?\|")
_MARKS = re.compile(r"\s*\^[\^~]*$")
_LONGEST_MESSAGE = 30


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception that ended the program or one of its threads, its causes included."""
    return scan(lines, _START, _one)


def frame(place: re.Match[str], source: str = "") -> Frame:
    """The frame of a match of `PLACE`; gems and Ruby's own library are not the user's."""
    file = place[1]
    return Frame(file, int(place[2]), place[3] or "", in_app=not _FOREIGN.match(file), source=source)


def named(text: str) -> tuple[str, str] | None:
    """Namespace and name of a class; a class without a name, which has an address instead, is `Exception`."""
    if _NO_NAME.match(text):
        return "", "Exception"
    match = _TYPE.match(text)
    return (match[1] or "", match[2]) if match else None


def told(said: list[str]) -> tuple[str, str]:
    """A message and the source line that error_highlight shows in it, with marks below."""
    marks = next((at for at, line in enumerate(said) if at > 1 and _MARKS.match(line[:1000])), 0)
    source = said[marks - 1].strip() if marks else ""
    rest = [*said[: marks - 1], *said[marks + 1 :]] if marks else said
    return "\n".join(rest).strip(), source


def _one(lines: Sequence[str], at: int, start: re.Match[str]) -> Traceback | None:
    begin = at + 1 if start["thread"] else at
    if start["reversed"]:
        if at and _FROM.match(lines[at - 1]):
            return None  # What the first of these lines did not begin, no later one does.
        begin = at + len(run_of(lines, at, _FROM))
    thrown, last, heads = [], at, set()
    while (found := _exception(lines, begin)) and lines[begin] not in heads:
        # The same line again is the same exception, told by its thread and then by the one that joined it.
        heads.add(lines[begin])
        thrown.append(found[0])
        last, begin = found[1], found[1] + 1
    if not thrown:
        return None
    if start["reversed"]:
        outer = tuple(frame(one) for one in run_of(lines, at, _FROM) if one[1])
        thrown[0] = thrown[0]._replace(frames=outer + thrown[0].frames)
    return Traceback(causes(thrown), at, last, "ruby", is_logged=bool(start["thread"]))


def _exception(lines: Sequence[str], at: int) -> tuple[Thrown, int] | None:
    """The exception whose head is line `at`, and its last line."""
    head = _HEAD.match(lines[at]) if at < len(lines) else None
    words = _words(head[4]) if head else None
    if head is None or words is None:
        return None
    module, kind, value = words
    more, end = _more(lines, at + 1)
    calls = run_of(lines, end, _FROM)
    text, source = told([value, *more])
    frames = [*(frame(one) for one in reversed(calls) if one[1]), frame(head, source)]
    thrown = Thrown(kind, text, module, tuple(map(judged, frames, [Frame(), *frames])))
    return thrown, end + len(calls) - 1


def judged(call: Frame, caller: Frame) -> Frame:
    """A method written in C has the place of its caller, and is not the user's."""
    is_in_c = call[:2] == caller[:2] and call.function != caller.function and " " not in call.function
    return call._replace(in_app=False) if is_in_c else call


def _words(text: str) -> tuple[str, str, str] | None:
    """Namespace, type and message of `message (Type)`."""
    if text == "unhandled exception":
        return "", "RuntimeError", ""
    if text.startswith("syntax error, "):
        return "", "SyntaxError", text.removesuffix(" (SyntaxError)")
    value, _, rest = text.rpartition(" (")
    name = named(rest[:-1]) if rest.endswith(")") else None
    if name is None:
        return None
    return *name, "" if value in (name[1], f"{name[0]}::{name[1]}") else value


def _more(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """Further lines of the message, and the line after them."""
    for end in range(at, min(at + _LONGEST_MESSAGE, len(lines))):
        if _FROM.match(lines[end]):
            return list(lines[at:end]), end
        if _HEAD.match(lines[end]) and _words(lines[end].partition(": ")[2]):
            break
    end = at
    if lines[at : at + 1] == [""] and len(lines) > at + 2 and _MARKS.match(lines[at + 2][:1000]):
        end = at + 3
    while end < len(lines) and lines[end] and _HINT_LINES.match(lines[end][:1000]):
        end += 1
    return list(lines[at:end]), end
