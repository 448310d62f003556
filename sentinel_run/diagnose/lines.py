"""The lines of the kept output, as a person would read them: in order of arrival, without control characters."""

from __future__ import annotations

import re
from itertools import chain, pairwise, repeat
from operator import itemgetter

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.facts import Output, Passage

# ECMA-48: control sequences, then the strings that OSC, DCS, PM and APC begin, then two-character escapes.
# The strings end with their line at the latest.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]", re.MULTILINE)
# Commands of CI runners in the output (GitHub's `::error file=x::text`, Azure's and Gitea's `##[error]text`).
_CI_COMMAND = re.compile(r"^(?:::([a-z-]+)(?: [^:\n]*)?::|##\[([a-z-]+)\])", re.MULTILINE)
# C0, C1, separators of lines, and what turns the direction of writing, so that a screen shows another order.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Line(Record):
    """One line of output: seconds after the start of the run, the stream it came on, its clean text."""

    at_s: float
    stream: str
    text: str


def lines(output: Output) -> list[Line]:
    """All kept lines in order of arrival. A gap between head and tail is a line that says how much is missing."""
    streams = sorted({passage.stream for passage in output.passages})
    found = [_of_stream(output, stream) for stream in streams]
    return sorted(chain.from_iterable(found), key=itemgetter(0)) if len(found) > 1 else [*chain(*found)]


def clean(text: str) -> str:
    """`text`, one line or many, without colours and control characters; what was overwritten is not there."""
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "::" in text or "##[" in text:
        text = _CI_COMMAND.sub(_as_words, text)
    if "\r" in text or "\x08" in text:
        text = "\n".join(map(_last_state, text.split("\n")))
    is_clean = text.replace("\n", "").replace("\t", "").isprintable()  # A quick look; most of all output is.
    return text if is_clean else _CONTROLS.sub("", text)


def _as_words(command: re.Match[str]) -> str:
    """`error: ` for a command that marks one; nothing for those that only steer the runner."""
    word = command[1] or command[2]
    return f"{word}: " if word in ("error", "warning", "notice", "debug") else ""


def _last_state(line: str) -> str:
    """What is shown at the end: after the last return that something follows, with what backspaces left."""
    if "\r" in line:
        end = len(line.rstrip())
        line = line[line.rfind("\r", 0, end) + 1 :].partition("\r")[0] if end else ""
    return _struck_over(line) if "\x08" in line else line


def _struck_over(text: str) -> str:
    """What is left after each backspace has taken the letter before it, as man pages and spinners use it."""
    shown: list[str] = []
    for letter in text:
        if letter != "\x08":
            shown.append(letter)
        elif shown:
            shown.pop()
    return "".join(shown)


def _of_stream(output: Output, stream: str) -> list[Line]:
    found: list[Line] = []
    for passage in (passage for passage in output.passages if passage.stream == stream):
        if passage.part == "tail":
            at_s = passage.marks[0][1] if passage.marks else 0.0
            found.append(Line(at_s, stream, f"[{output.dropped.get(stream, 0):,} bytes of {stream} are not kept]"))
        _add_passage(found, passage)
    return found


def _add_passage(found: list[Line], passage: Passage) -> None:
    texts = clean(passage.text).split("\n")
    if not texts[-1]:
        texts.pop()
    marks: Sequence[tuple[int, float]] = passage.marks or ((0, 0.0),)
    for (first, at_s), (after, _) in pairwise((*marks, (len(texts), 0.0))):
        found += map(Line._make, zip(repeat(at_s), repeat(passage.stream), texts[first:after]))
