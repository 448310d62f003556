"""Tracebacks behind something that no table knows: an indent, a tool's tag (`web:build: `), a time of some form.

What stands before the first words of a traceback, digits aside, stands before all of its lines, and ends with a
blank: `grep` quotes without one.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.tracebacks.choice import last_word
from sentinel_run.diagnose.tracebacks.sources import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_MARGIN = 120
# What nobody says in passing, after something else. The tests for literals are cheap, and only then is matched.
_LITERALS = ("Traceback (most", "Exception in thread", "panic", "\tat ", "    at ", " error: ")
_WORDS = re.compile(
    r"Traceback \(most recent call last\):$|Exception in thread \"|panic: |fatal error: "
    r"|thread '[^'\n]{0,80}' (?:\(\d+\) )?panicked at |\tat [\w.$/<>]+\(|    at .{1,300}:\d+:\d+\)?$"
    r"|PHP (?:Fatal|Parse) error: "
)
# Comments, the sides of a diff, bars at the side, and quotes of quotes: nobody's log.
_QUOTING = re.compile(r"\s*(?://+|\*+|--|;+|[+-]|#+|\||>[>| ]*>) *$")
# What a mail that quotes another one has above the quotation.
_QUOTES = re.compile(r" *> *$")
_OF_MAILS = re.compile(
    r"(?:From|To|Subject|Date|In-Reply-To|Message-ID): \S"
    r"|.{0,200}\b(?:wrote|writes|schrieb|a écrit|escribió)\b.{0,80}:$"
)
_LOOK_ABOVE = 20
_DIGIT = re.compile(r"\d")


def without_margin(source: Source) -> Source | None:
    """The last lines of the source that have a margin before a traceback, without it; None if there are none.

    Lines after them may only say that something failed.
    """
    texts, last = source.texts, None
    if not _may_have_margin("\n".join(texts)):
        return None
    at = free = 0
    while at < len(texts):
        margin = _margin(texts[at])
        if margin and not _is_of_mail(texts, at, margin):
            first, at = _block(texts, at, margin, free)
            last, free = (slice(first, at), len(margin)), at
        else:
            at += 1
    if last is None or last_word(texts) >= free:
        return None
    lines, width = last
    stripped = [text[width:] for text in texts[lines]]
    logged = {number - lines.start for number in source.logged}
    return Source(stripped, source.indexes[lines], source.lines[lines], logged)


def _may_have_margin(text: str) -> bool:
    return any(literal in text for literal in _LITERALS)


def _margin(text: str) -> str:
    """What stands before the words of a traceback; empty if there are none, or nothing before them."""
    if not _may_have_margin(text):
        return ""
    found = _WORDS.search(text, 0, _LONGEST_MARGIN + 400)
    margin = text[: found.start()] if found and found.start() <= _LONGEST_MARGIN else ""
    return margin if margin[-1:].isspace() and not _QUOTING.match(margin) else ""


def _is_of_mail(texts: Sequence[str], at: int, margin: str) -> bool:
    """Whether line `at`, which has this margin, is quoted in a mail."""
    if not _QUOTES.match(margin):
        return False
    above = texts[max(0, at - _LOOK_ABOVE) : at]
    return any(_OF_MAILS.match(text[:_LONGEST_MARGIN].lstrip("> ")) for text in above)


def _block(texts: Sequence[str], at: int, margin: str, free: int) -> tuple[int, int]:
    """The lines around `at`, from `free` on, that have the margin, as (first, end)."""
    shape, first, end = _DIGIT.sub("0", margin), at, at + 1
    while first > free and _has(texts[first - 1], shape):
        first -= 1
    while end < len(texts) and _has(texts[end], shape):
        end += 1
    return first, end


def _has(text: str, shape: str) -> bool:
    head = _DIGIT.sub("0", text[: len(shape)])
    return head == shape or (len(text) < len(shape) and head.rstrip() == shape.rstrip())
