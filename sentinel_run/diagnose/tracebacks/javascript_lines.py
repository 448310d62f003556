"""The parts of a JavaScript stack: V8's frames (https://v8.dev/docs/stack-trace-api), first lines of errors."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame
from sentinel_run.records import Record

_LOOK_AT_CHARS = 2000
# The engine's, the runtime's, and what a package manager installed.
_FOREIGN = (
    "node:",
    "internal/",
    "internal:",
    "ext:",
    "bun:",
    "npm:",
    "https:",
    "http:",
    "deno:",
    "[eval]-wrapper",
)
_PLACE = re.compile(r"(.+?):(\d{1,9}):(\d{1,9})$")
_NAMELESS = ("native", "<anonymous>", "index ")
# `Error`, `AssertionError [ERR_ASSERTION]: text`, `[AggregateError: text] {`; `error: text` is Bun's for an Error.
_FIRST = re.compile(r"\[?((?:[A-Za-z_$][\w$]*+\.|(?!))*+[A-Za-z_$][\w$]*+)(?: \[\w++\])?(?:: (.*)|\]?(?: \{)?$)")
_KNOWN = re.compile(r"[\w$.]*(?:Error|Exception|Rejection)$")
# What stands before the name: Deno, Node's warnings, browsers' consoles.
_BEFORE = re.compile(
    r"(?:error: (?=Uncaught |[A-Z]\w*+: ))?(?:Uncaught (?:\(in promise\) )?)?"
    r"(?:\(node:\d++\) (?:\[DEP\d++\] )?(?:UnhandledPromiseRejectionWarning: )?)?"
)
# `console.error('import failed:', error)`: a program's own words before the name.
_BEHIND_WORDS = re.compile(r".{1,200}?[:\s]\s?((?:[A-Z]\w{0,80})?(?:Error|Exception))(?: \[\w++\])?: (.*)")


class First(Record):
    """The first line of an error. `is_known` tells a name that cannot be a mere word before a colon."""

    name: str
    message: str
    is_known: bool
    is_uncaught: bool


def first(line: str) -> First | None:
    """What `line` says as the first line of an error, if it can be one."""
    line = line.strip()[:_LOOK_AT_CHARS]
    before = _BEFORE.match(line)
    start = before.end() if before else 0
    is_uncaught = line[:start].startswith(("error: ", "Uncaught "))
    match = _FIRST.match(line, start)
    if match is None or (match[1] == "error" and match[2] is None):
        return First("Uncaught", line[start:], True, True) if is_uncaught else None
    name = "Error" if match[1] == "error" else match[1].rpartition(".")[2]
    message = match[2] or ""
    if line[start : start + 1] == "[":
        message = message.removesuffix(" {").removesuffix("]")
    return First(name, message, bool(_KNOWN.match(name)), is_uncaught)


def behind_words(line: str) -> First | None:
    """What `line` says as the first line of an error that a program has logged behind words of its own."""
    match = _BEHIND_WORDS.match(line[:_LOOK_AT_CHARS])
    return First(match[1], match[2], True, False) if match else None


def frame(line: str) -> Frame | None:
    """The frame of a line `    at f (/srv/x.js:3:5)`, or None for any other line."""
    text = line.strip()[:_LOOK_AT_CHARS]
    if not text.startswith("at ") or not line.startswith("    "):
        return None
    text = text[3:].removesuffix(" {").removesuffix(",").removeprefix("async ")
    function, _, place = text[:-1].partition(" (") if text.endswith(")") and " (" in text else ("", "", text)
    if place.startswith(_NAMELESS):
        return Frame(file=place, function=function, in_app=False)
    match = _PLACE.match(place)
    if match is None:
        return None
    return frame_at(match[1], int(match[2]), int(match[3]), function=function)


def frame_at(file: str, line: int, column: int, source: str = "", function: str = "") -> Frame:
    """A frame with its judgement of whose code it is."""
    file = file.removeprefix("file://")
    return Frame(file, line, function, in_app=_is_in_app(file), column=column, source=source)


def _is_in_app(file: str) -> bool:
    return not file.startswith(_FOREIGN) and "/node_modules/" not in file and not file.startswith("node_modules/")
