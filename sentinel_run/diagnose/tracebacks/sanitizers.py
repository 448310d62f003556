"""Reports of the sanitizers of gcc and clang: ASan, LSan, MSan, TSan, UBSan."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Sanitizer: ", ": runtime error: ")
_LOOK_AT_CHARS = 4000
_TITLE = re.compile(r"(?:==\d++==)?(?:ERROR|WARNING): (\w+Sanitizer): (.*)$")
# What follows the kind of the error is addresses and registers, which differ from run to run.
_KIND = re.compile(r"(attempting [\w -]+?|[\w -]+?|[\w-]+: [\w -]+?)(?= on | \(pid=| in (?:\d|\w)|: | at |$)")
_SUMMARY = re.compile(r"SUMMARY: \w+Sanitizer: (.*)$")
_ACCESS = re.compile(
    r" *+((?:READ|WRITE|Read|Write|Atomic \w++) of size \d++)|.*The signal is caused by a (\w++ memory access)"
)
_FRAME = re.compile(r" ++#\d++ (?:0x[0-9a-f]++ in )?(.*)$")
_PLACE = re.compile(r"([^\s:]++):(\d{1,9})(?::(\d{1,9}))?$")
_IN_MODULE = re.compile(r" \([^()]{0,1000}\+0x[0-9a-f]+\)(?: \(BuildId: \w+\))?$")
_UNDEFINED = re.compile(r"(\S[^:]*+):(\d{1,9}):(\d{1,9}): runtime error: (.*)$")
_FOREIGN = ("/usr/include/", "../sysdeps/", "../csu/", "/libsanitizer/", "/compiler-rt/", "/lib/")


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every report in `lines`. Undefined behaviour alone does not end a program, so it counts as logged."""
    at = 0
    while at < len(lines):
        line = lines[at][:_LOOK_AT_CHARS]
        found = None
        if "Sanitizer: " in line and (title := _TITLE.match(line)):
            found = _report(lines, at, title)
        elif ": runtime error: " in line and (match := _UNDEFINED.match(line)):
            frame = Frame(match[1], int(match[2]), in_app=_is_in_app(match[1]), column=int(match[3]))
            thrown = Thrown("undefined behavior", match[4], "UndefinedBehaviorSanitizer", (frame,))
            found = Traceback((thrown,), at, at, "cpp", is_logged=True)
        if found is not None:
            yield found
            at = found.last
        at += 1


def _report(lines: Sequence[str], at: int, title: re.Match[str]) -> Traceback:
    frames: list[Frame] = []
    kind = _KIND.match(title[2])
    value, last, is_first_stack = "", at, True
    for number in range(at + 1, len(lines)):
        line = lines[number][:_LOOK_AT_CHARS]
        if match := _FRAME.match(line) if line.startswith("    #") else None:
            frames.extend((_frame(match),) if is_first_stack else ())
        elif summary := _SUMMARY.match(line):
            value, last = value or _plain(summary[1]), number
            break
        elif _TITLE.match(line):
            break
        elif access := _ACCESS.match(line):
            value = value or access[1] or access[2]
        is_first_stack = is_first_stack and (line.startswith("    #") or not frames)
    last = _aborting(lines, last)
    thrown = Thrown(kind[1] if kind else title[2], value, title[1], tuple(reversed(frames)))
    return Traceback((thrown,), at, last, "cpp")


def _plain(summary: str) -> str:
    """A summary that tells more than the title and the place: how much leaked."""
    return summary if "leaked" in summary else ""


def _aborting(lines: Sequence[str], last: int) -> int:
    """The last line of a report, past the memory map that follows the summary of a crash."""
    if last + 1 < len(lines) and lines[last + 1].startswith("Shadow bytes around"):
        for number in range(last + 1, min(last + 60, len(lines))):
            if lines[number].endswith("==ABORTING"):
                return number
    return last + 1 if last + 1 < len(lines) and lines[last + 1].endswith("==ABORTING") else last


def _frame(match: re.Match[str]) -> Frame:
    """`main /srv/a.cpp:28:5 (a.out+0x12)`; the module in brackets stands for a place that is unknown."""
    function, _, last = match[1].rpartition(" ")
    if last.startswith("("):
        function, _, last = function.rpartition(" ")
    place = _PLACE.match(last)
    if place is None:
        return Frame(function=_IN_MODULE.sub("", match[1]), in_app=False)
    return Frame(place[1], int(place[2]), function, in_app=_is_in_app(place[1]), column=int(place[3] or 0))


def _is_in_app(file: str) -> bool:
    return bool(file) and file != "<null>" and not any(part in file for part in _FOREIGN)
