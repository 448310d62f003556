"""Who said which line: the streams of the output, each service in it by itself, log prefixes taken away."""

from __future__ import annotations

import re

from sentinel_run.diagnose.json_records import json_record
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.diagnose.lines import Line


class Source(Record):
    """The lines of one program: `texts` without prefixes, and the index of each line in the whole output.

    Where a log record follows lines that have no prefix, an empty text stands between them, so that a reader sees
    the end of a message of several lines. A record in JSON that carries a stack is as many texts as the stack has
    lines, all of one index. `logged` has the positions in `texts` of records of trouble (ERROR, or a stack).
    """

    texts: list[str]
    indexes: list[int]
    lines: list[Line]
    logged: set[int]


# Enough for any prefix; an endless line must not cost endless time.
_LOOK_AT_CHARS = 400
_MOST_PREFIXES = 4
_TROUBLE = "WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|PANIC|SEVERE"
_CALM = "TRACE|DEBUG|INFO|NOTICE"
_KLOG = r"\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.-]+:\d+\] "
_FORMS = (
    r"(?P<compose>[A-Za-z][\w.-]* +\| )",  # docker compose
    r"(?P<pod>\[(?:pod/)?[a-z][\w.-]*/[\w./-]+\] )",  # kubectl logs --prefix
    r"(?P<pid>\[pid +\d+\] )",
    # syslog, journalctl
    r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? (?!Caused by: )[\w.-]+ "
    r"(?P<unit>(?!(?i:[\w-]*error|[\w-]*exception|panic|warning):)[\w./@-]+(?:\[\d+\])?: )",
    r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? ",  # ts(1)
    r"[\w.-]+ (?P<job>[\w./@-]+\[\d+\]: )",  # journalctl -o short-iso, after its timestamp
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?\]?:? ?",
    r"<\d{1,3}>",  # sd-daemon(3), syslog's own form
    r"std(?:out|err) [FP] ",  # the files of a container runtime (CRI), after their timestamp
    r"\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]? ",
    rf"(?P<trouble>[WEF]{_KLOG}|\[(?:{_TROUBLE})\]:? |(?:{_TROUBLE}):[\w.]+:)",  # klog, anything, Python's logging
    rf"I{_KLOG}|\[(?:{_CALM})\]:? |(?:{_CALM}):[\w.]+:",
)
_PREFIX = re.compile("|".join(_FORMS))
# Without another prefix before it, a level's word is a program's own beginning of a line.
_LEVEL = re.compile(rf"(?:[-|] )?(?:(?P<trouble>{_TROUBLE})|{_CALM})\b:?(?: *[-|] | )?")
_TROUBLE_WORD = re.compile(rf"\b(?:{_TROUBLE})\b")
_SERVICES = frozenset({"compose", "pod", "pid", "unit", "job"})


class _Said(Record):
    """What is left of a line when its prefixes are gone, and what they told."""

    text: str
    service: str = ""
    is_record: bool = False
    is_trouble: bool = False


_HEAD = "Traceback (most recent call last):"


def sources(lines: Sequence[Line], beginning: int = 0) -> list[Source]:
    """The programs that spoke from the line `beginning` on, each with its lines in order."""
    found: dict[tuple[str, str], Source] = {}
    was_record: dict[tuple[str, str], bool] = {}
    prefix = _PREFIX.match
    for index in range(beginning, len(lines)):
        line = lines[index]
        text, who, is_record, is_trouble = line.text, (line.stream, ""), False, False
        if prefix(text, 0, _LOOK_AT_CHARS):
            text, service, is_record, is_trouble = _unprefixed(text)
            who = line.stream, service
        if (source := found.get(who)) is None:
            source = found[who] = Source([], [], [], set())
        stack = _stack(text)
        if (is_record or stack) and not was_record.get(who, True):
            _add(source, line, index, "")
        if is_trouble or stack:
            source.logged.add(len(source.texts))
        for said in stack or (text,):
            _add(source, line, index, said)
        was_record[who] = is_record
    for source in found.values():
        _free_heads(source.texts)
    return list(found.values())


def _stack(text: str) -> list[str]:
    """The stack of an error's log record in JSON, and an empty line that ends it; nothing for any other line."""
    if not (text.startswith("{") and "\\n" in text):
        return []
    record = json_record(text)
    return [*record.stack.split("\n"), ""] if record and record.is_grave and record.stack else []


def _free_heads(texts: list[str]) -> None:
    """A progress bar or a prompt leaves the cursor behind it, and a traceback of Python's begins there."""
    for at, text in enumerate(texts):
        if text.endswith(_HEAD) and len(text) > len(_HEAD) and "".join(texts[at + 1 : at + 2])[:8] == '  File "':
            texts[at] = _HEAD


def _add(source: Source, line: Line, index: int, text: str) -> None:
    source.texts.append(text)
    source.indexes.append(index)
    source.lines.append(line)


def _unprefixed(text: str) -> _Said:
    head, at, service, is_record, is_trouble = text[:_LOOK_AT_CHARS], 0, "", False, False
    for _ in range(_MOST_PREFIXES):
        found = _PREFIX.match(head, at) or (_LEVEL.match(head, at) if is_record else None)
        if found is None:
            break
        kind = found.lastgroup or ""
        service = service or (found[kind] if kind in _SERVICES else "")
        is_record = is_record or kind not in ("compose", "pod", "pid")
        is_trouble = is_trouble or kind == "trouble"
        at = found.end()
    is_trouble = is_trouble or bool(is_record and _TROUBLE_WORD.search(head, at, at + 80))
    return _Said(text[at:] if at else text, service, is_record, is_trouble)
