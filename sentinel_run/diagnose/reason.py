"""The reason line: the line of the output that best says why the command failed.

Lines are looked at from the end, usage texts, source excerpts, progress and decoration left out. The strongest line wins:

4. one that names an error: in a form that a known tool has for it (`curl: (7) ...`, `E: ...`, `FAILED test_x.py::test_a`),
   or outright (`pg_dump: error: ...`, `ValueError: ...`, `FATAL ...`);
3. one with an error's words (`connection refused`);
2. one that only repeats that something failed (`make: *** [all] Error 2`), or warns;
1. any other;
0. one that says that all is well (`0 errors`, a log's INFO).

A log record in JSON counts by its level, and is told by its message and its error.

Among equals stderr comes before stdout and a later line before an earlier one; but where the errors of a tool follow
from its first one, as a compiler's do, the first one is the reason.
"""

from __future__ import annotations

import re
from itertools import takewhile

from sentinel_run.diagnose.json_records import json_record
from sentinel_run.diagnose.tools.words import LOOK_AT_CHARS, word
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.diagnose.lines import Line
    from sentinel_run.diagnose.tools.tool import Tool

_LOOK_BACK = 80
_LONGEST, _MOST_REST = 500, 4
_NAMED, _WORDED, _REPEATED, _ANY, _CALM = 4, 3, 2, 1, 0
_OF_LEVEL = {
    **dict.fromkeys(("warn", "warning"), _REPEATED),
    **dict.fromkeys(("info", "information", "notice", "debug", "trace", "verbose"), _CALM),
}
_NAMES = re.compile(
    r"\b(?:fatal|panic|critical|error)\b(?:\[\w+\])?\s*:|(?:Error|Exception)\b\s*:|^\W*(?:FATAL|CRITICAL|PANIC|ERROR)\b"
    r"|\b(?:level|lvl|severity)=\"?(?:error|fatal|panic|crit)|^(?:FAILED|FAIL) \S|^E\s{2,}\S|terminate called|Assertion .* failed|stack smashing|segmentation fault",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?:errors?|fatal|panic(?:ked)?|failed|failure|failing|fails?|cannot|can't|can not|couldn't|could not|unable|denied|refused"
    r"|rejected|no such|not found|no space|invalid|illegal|abort(?:ed|ing)?|killed|timed? ?out|unreachable|missing|exceeded|full"
    r"|corrupt(?:ed)?|unbound|undefined|unknown|unexpected|does not exist|doesn't exist|not permitted|not supported|expired"
    r"|mismatch(?:es|ed)?|not allowed|forbidden|unauthori[sz]ed|already (?:in use|exists)|conflicts?|not enough|not installed|bad)\b",
    re.IGNORECASE,
)
# Words that say there was no error, and names that only have the word in them.
_HARMLESS = re.compile(
    r"\b(?:0|no|without|zero|any|ignor\w+|on|if)[\s-]+(?:\w+[\s-]+){0,1}(?:errors?|failures?|failed|fatal)\b"
    r"|\b(?:errors?|failures?|failed|failing)(?:[-_ ](?:free|rate|count|log|page|handler|handling|reporting|level|budget|message)s?\b|\s*[:=]\s*(?:0\b|none\b|false\b))"
    r"|(?<=[/.])errors?\b|\berrors?[._]\w",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"^=+ .* =+$|^command terminated|^Command exited with|returned non-zero exit status|^(?:Process completed|exited) with (?:exit )?(?:code|status)"
    # What a trap says of a tool that has said it better, and how many of all there were.
    r"|^\W*(?:\S{1,60} )?(?:failed|aborted|exited|died) (?:at|on|in|near) line \d+|^\W*(?:\S{1,60} )?error (?:at|on|in|near) line \d+(?:\b.{0,200}\b(?:status|code|exit)[ =:]+\d+)?\W*$"
    r"|^\W*(?:error\W+)?(?:command|script) .{0,200}\bfailed with (?:exit )?(?:code|status)\W+\d+|\b\d+ \w+, (?:\d+ \w+, )?[1-9]\d* (?:failed|failures?|errors?)\b"
    r"|^(?:\w+: )?warning\b|^\W*WARN(?:ING)?\b|\(core dumped\)$|^\++ ",
    re.IGNORECASE,
)
_CALM_LOG = re.compile(
    r"^(?:(?!ERROR|FATAL|CRITICAL).){0,60}?(?:\b(?:INFO|DEBUG|TRACE|NOTICE)\b|\blevel=(?:info|debug))|^(?:info|debug|note|notice)\b\s*[:\]]"
)
_NOISE = re.compile(
    r"^\W*$|^usages?:|^examples?:|^try .*--help|^(?:see|run|type|use) .*(?:--help|for (?:more|usage|help|details|info))|^at |^File \"|^Traceback |^\^"
    r"|^\[[\d,]+ bytes of \w+ are not kept\]$|^-{1,2}\w[\w-]*(?:[ ,=]|$)|for more (?:information|details)|^(?:hint|note|help): "
    r"|^\d+ \||^\||^-->|^LINE \d+: |^[.FEsxX]{2,}(?:\s+\[\s*\d+%\])?$|^\[?\s*\d+(?:\.\d+)?%|^% Total |^Dload |--:--:--|^ok \d+\b|\(ignored\)$"
    r"|^A complete log of this run|^npm (?:ERR!|error)\s*$|^\.\.\.|^exit status \d+$|^\++ (?:exit|return) \d+$"
    r"|^=+ (?:test session starts|(?:\d+ (?:passed|skipped|deselected|xfailed|xpassed|warnings?),? )+in .*) =+$"
    r"|^(?:plugins|rootdir|configfile|cachedir): |^warning: (?:.{0,80} generated )?\d+ warnings?\b",
    re.IGNORECASE,
)
# How a terminal shows the keys of Ctrl-C, Ctrl-Z and Ctrl-\: the user's word, not the command's.
_ECHO = re.compile(r"^(?:\^[CZ])+|(?:\^[CZ\\])+\s*$")
# npm has its own name before each line of its usage, which is longer than what is looked at.
_USAGE = re.compile(r"\s*usage:|(npm (?:ERR!|error)) +usage:", re.IGNORECASE)
_TRACED = re.compile(r"\++ ")


class _Judged(Record):
    """A line, how strongly it speaks, and the tool whose word it is."""

    line: Line
    strength: int
    tool: Tool | None


def reason(lines: Sequence[Line]) -> str:
    """The line that best says why, trimmed; empty only if there was no output worth a word."""
    told = _last(list(_without_usage(lines)))
    recent = [_judged(line) for line in told if not _NOISE.search(line.text[:LOOK_AT_CHARS].strip())]
    if not recent:
        recent = [_Judged(line, _ANY, None) for line in _last(lines) if line.text.strip()]
    if not recent:
        return ""
    recent = _without_traced(recent)
    best = max(range(len(recent)), key=lambda at: (recent[at].strength, recent[at].line.stream == "stderr", at))
    return _shortened(_with_rest(_first(recent, recent[best]).line, lines))


def names_an_error(text: str) -> bool:
    """Whether a line of output names an error outright, or in the form that a known tool has for one."""
    found = word(text)
    return found.says_why if found is not None else _strength(text[:LOOK_AT_CHARS].strip()) == _NAMED


def _last(lines: Sequence[Line]) -> list[Line]:
    """The end of the output, and that of stderr, which a flood of stdout may have washed away."""
    errors = [line for line in lines[:-_LOOK_BACK] if line.stream == "stderr"]
    return [_without_echo(line) for line in (*errors[-_LOOK_BACK:], *lines[-_LOOK_BACK:])]


def _without_echo(line: Line) -> Line:
    return line._replace(text=_ECHO.sub("", line.text)) if "^" in line.text else line


def _without_usage(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines but for what is indented below `usage:`, whose options speak of errors that did not happen."""
    within: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if ("sage:" in line.text or "SAGE:" in line.text) and (usage := _USAGE.match(line.text)):
            within[line.stream] = (usage[1],) if usage[1] else (" ", "\t")
        elif line.stream in within and line.text and not line.text.startswith(within[line.stream]):
            del within[line.stream]
        if line.stream not in within:
            yield line


def _without_traced(recent: Sequence[_Judged]) -> list[_Judged]:
    """A statement that a shell traced (`set -x`) says why only as the last word: else that is what it printed."""
    return [
        one._replace(strength=_CALM) if one is not recent[-1] and _TRACED.match(one.line.text) else one
        for one in recent
    ]


def _judged(line: Line) -> _Judged:
    if line.text.lstrip().startswith("{") and (record := json_record(line.text)) is not None:
        strength = _NAMED if record.is_grave else _OF_LEVEL.get(record.level)
        said = line._replace(text=record.words)
        return _Judged(said, _strength(record.words[:LOOK_AT_CHARS]) if strength is None else strength, None)
    found = word(line.text)
    if found is not None:
        return _Judged(line, _NAMED if found.says_why else _REPEATED, found.tool)
    return _Judged(line, _strength(line.text[:LOOK_AT_CHARS].strip()), None)


def _strength(text: str) -> int:
    if _CALM_LOG.search(text):
        return _CALM
    if _SUMMARY.search(text):
        return _REPEATED
    plain = _HARMLESS.sub("", text)
    if _NAMES.search(plain):
        return _NAMED
    if _WORDS.search(plain):
        return _WORDED
    return _ANY if plain == text else _CALM


def _first(recent: Sequence[_Judged], best: _Judged) -> _Judged:
    """The first of the errors that `best` follows from, or itself."""
    if best.tool is None or not best.tool.first:
        return best
    return next(one for one in recent if one.tool is best.tool and one.strength == best.strength)


def _with_rest(line: Line, lines: Sequence[Line]) -> str:
    """The line, and where it ends with a colon the indented lines after it: what CMake and git say."""
    text = line.text.strip()
    at = (
        next((at for at, one in enumerate(lines) if one is line), len(lines)) if text.endswith(":") else len(lines)
    )
    following = [one.text for one in lines[at + 1 : at + 1 + _MOST_REST] if one.stream == line.stream]
    rest = takewhile(lambda said: said[:1] in (" ", "\t") and said.strip(), following)
    return " ".join((text, *(said.strip() for said in rest)))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... [{len(text):,} characters]"
