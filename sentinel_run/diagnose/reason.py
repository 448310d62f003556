"""The reason line: the line of the output that best says why the command failed.

Rules, strongest first: a line that names an error outright (`pg_dump: error: ...`, `ValueError: ...`), a line with
an error's words (`connection refused`), the last line of stderr, the last line at all. Among equals stderr comes
before stdout, and a later line before an earlier one. Decoration, usage texts and summaries never count.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.diagnose.lines import Line

_LOOK_BACK = 60
# Enough to see what kind of line it is; an endless line must not cost endless time.
_LOOK_AT_CHARS = 1000
_LONGEST = 500
_NAMED = re.compile(
    r"\b(?:fatal|panic|critical|error)\b(?:\[\w+\])?\s*:|\b[\w.]*(?:Error|Exception)\b\s*:|^\s*(?:FATAL|CRITICAL|PANIC|ERROR)\b"
    r"|^(?:FAILED|FAIL) \S|^E\s{2,}\S|terminate called|Assertion .* failed|stack smashing|segmentation fault",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?:errors?|fatal|panic(?:ked)?|failed|failure|cannot|can't|couldn't|could not|unable|denied|refused"
    r"|no such|not found|invalid|illegal|abort(?:ed|ing)?|killed|timed? ?out|unreachable|missing|exceeded|full"
    r"|corrupt(?:ed)?|unbound|undefined)\b",
    re.IGNORECASE,
)
# A tool's last word that only repeats that something failed before.
_SUMMARY = re.compile(
    r"^make(?:\[\d+\])?: \*\*\*|^npm (?:ERR!|error) (?:A complete log|code ELIFECYCLE|errno)|^=+ .* =+$"
    r"|\b0 (?:errors?|fail(?:ed|ures?))\b|^\s*(?:errors?|failures?)\s*[:=]\s*0\b|^command terminated"
    r"|returned non-zero exit status",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^\W*$|^\s*(?:usage|example)s?:|^\s*try .*--help|^\s+at |^\s*File \"|^Traceback |^\s+\^"
    r"|^\[[\d,]+ bytes of \w+ are not kept\]$|^\s*(?:-{1,2}\w[\w-]*)(?:[ ,=]|$)|for more (?:information|details)",
    re.IGNORECASE,
)


def reason(lines: Sequence[Line]) -> str:
    """The line that best says why, trimmed; empty only if there was no output worth a word."""
    last = _last(lines)
    recent = [line for line in last if not _NOISE.search(line.text[:_LOOK_AT_CHARS])]
    if not recent:
        recent = [line for line in last if line.text.strip()]
    if not recent:
        return ""
    best = max(
        range(len(recent)),
        key=lambda index: (_strength(recent[index].text), recent[index].stream == "stderr", index),
    )
    return _shortened(recent[best].text.strip())


def _last(lines: Sequence[Line]) -> list[Line]:
    """The end of the output, and that of stderr, which a flood of stdout may have washed away."""
    errors = [line for line in lines[:-_LOOK_BACK] if line.stream == "stderr"]
    return [*errors[-_LOOK_BACK:], *lines[-_LOOK_BACK:]]


def _strength(text: str) -> int:
    text = text[:_LOOK_AT_CHARS]
    if _SUMMARY.search(text):
        return 1
    return 3 if _NAMED.search(text) else 2 if _WORDS.search(text) else 0


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... [{len(text):,} characters]"
