"""Breadcrumbs: the steps of the run and the last lines of its output, each with the time it came."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from sentinel_run.diagnose.thrown import in_words, innermost
from sentinel_run.facts import TASK
from sentinel_run.records import Record
from sentinel_run.report import limits, noted_spans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.diagnose.lines import Line
    from sentinel_run.facts import Facts, Noted

# Together with everything else an event must stay below 1 MiB.
_TOTAL_BYTES = 500_000
_NOTED_BYTES = 150_000
_CRUMB_BYTES = 150
_MOST_TRACEBACKS, _MOST_NOTED = 20, 300
_CATEGORY_CHARS = 128
_LEVEL_WORDS = {
    "fatal": "fatal", "critical": "fatal", "panic": "fatal", "emerg": "fatal", "error": "error", "err": "error",
    "warning": "warning", "warn": "warning", "debug": "debug", "trace": "debug",
}  # fmt: skip
# A level is a word in capitals, or one that a colon or bracket marks as such: "no error so far" is none.
_LEVEL = re.compile(
    rf"\b({'|'.join(_LEVEL_WORDS).upper()})\b|\b((?i:{'|'.join(_LEVEL_WORDS)}))\b(?=\s*[:\]])|<((?i:{'|'.join(_LEVEL_WORDS)}))>"
)
# What a structured record (JSON, logfmt) gives as its level; numbers are pino's and bunyan's.
_GIVEN = re.compile(r"""\b(?:level|severity|lvl|levelname)["']?\s?[=:]\s?["']?(\w+)""", re.IGNORECASE)
_GIVEN_WORDS = {
    **_LEVEL_WORDS, "info": "info", "information": "info", "notice": "info", "alert": "fatal",
    "emergency": "fatal", "10": "debug", "20": "debug", "30": "info", "40": "warning", "50": "error",
    "60": "fatal",
}  # fmt: skip
_LOOK_AT_CHARS = 120
_GIVEN_WITHIN_CHARS = 400


class Crumb(Record):
    """Something that happened, `at_s` seconds after the start of the run."""

    at_s: float
    category: str
    message: str
    level: str = "info"
    data: Mapping[str, Any] = {}


def breadcrumbs(facts: Facts, diagnosis: Diagnosis, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """All breadcrumbs in order of time. Those that are left out are told by a breadcrumb of their own."""
    found = [*_steps(facts), *_tracebacks(diagnosis), *_of_output(facts, lines), *_noted(facts)]
    between = sorted(found, key=lambda crumb: crumb.at_s)
    before = [crumb for crumb in between if crumb.at_s < 0 and facts.command.kind == TASK]
    crumbs = [*before, Crumb(0.0, "run", f"starting {facts.command.name}"), *between[len(before) :]]
    crumbs += _end(facts, diagnosis, crumbs[-1].at_s)
    return [_made(facts, crumb) for crumb in crumbs]


def level(text: str) -> str:
    """The level that a line of output gives itself, or `info`."""
    given = _GIVEN.search(text, 0, _GIVEN_WITHIN_CHARS)
    if given and given[1].lower() in _GIVEN_WORDS:
        return _GIVEN_WORDS[given[1].lower()]
    found = _LEVEL.search(text[:_LOOK_AT_CHARS])
    return _LEVEL_WORDS[next(filter(None, found.groups())).lower()] if found else "info"


def _made(facts: Facts, crumb: Crumb) -> dict[str, Any]:
    made = {
        "timestamp": datetime.fromtimestamp(facts.started_at + crumb.at_s, UTC),
        "type": "default",
        "category": limits.cut(crumb.category, _CATEGORY_CHARS),
        "message": limits.cut(crumb.message, limits.LINE_CHARS),
        "level": crumb.level,
    }
    return {**made, "data": limits.data(crumb.data)} if crumb.data else made


def _steps(facts: Facts) -> Iterator[Crumb]:
    yield from (Crumb(step.at_s, "run", step.message, step.level) for step in facts.steps)


def _end(facts: Facts, diagnosis: Diagnosis, last_s: float) -> Iterator[Crumb]:
    """What was still in the pipes at the end was read after it, but said before."""
    if facts.ending is not None and not (facts.ending.lost or facts.ending.skipped):
        at_s = max(facts.ending.duration_s, last_s)
        yield Crumb(at_s, "run", f"ended: {diagnosis.cause or 'success'}", diagnosis.level)


def _tracebacks(diagnosis: Diagnosis) -> Iterator[Crumb]:
    """The last ones of the tracebacks that did not end the run."""
    for other in diagnosis.others[-_MOST_TRACEBACKS:]:
        thrown = other.traceback.chain[-1]
        frame = innermost(other.traceback.chain)
        place = f" ({frame.file}:{frame.line})" if frame and frame.line else ""
        yield Crumb(other.at_s, "traceback", f"{in_words(thrown)}{place}", "error")


def _noted(facts: Facts) -> Iterator[Crumb]:
    """The command's own, the latest of them, at the time that it gave if that is within the run."""
    crumbs = [_of_note(facts, note) for note in facts.noted if note.kind == "breadcrumb"]
    kept = _latest(facts, crumbs[-_MOST_NOTED:])
    if len(kept) < len(crumbs):
        yield Crumb(kept[0].at_s, "run", f"{len(crumbs) - len(kept):,} earlier breadcrumbs are not shown")
    yield from kept
    for name in noted_spans.read(facts).strays[:1]:
        yield Crumb(_last_s(facts), "run", f"a span {name!r} was ended that had not been started", "warning")


def _of_note(facts: Facts, note: Noted) -> Crumb:
    first_s = note.at_s if facts.command.kind == TASK else 0.0  # What came before it belongs to it.
    content, at_s = note.content, min(max(note.at_s, first_s), _last_s(facts))
    return Crumb(
        at_s, content.get("category", "note"), content["message"],
        content.get("level", "info"), content.get("data", {}),
    )  # fmt: skip


def _last_s(facts: Facts) -> float:
    return facts.ending.duration_s if facts.ending else 0.0


def _latest(facts: Facts, crumbs: list[Crumb]) -> list[Crumb]:
    """The last ones, as many as there is room for."""
    room = _NOTED_BYTES
    for index in range(len(crumbs) - 1, -1, -1):
        room -= len(json.dumps(_made(facts, crumbs[index]), default=str))
        if room < 0:
            return crumbs[index + 1 :]
    return crumbs


def _of_output(facts: Facts, lines: Sequence[Line]) -> Iterator[Crumb]:
    wanted = [line for line in lines if line.text.strip()]
    kept = _last(wanted, facts.reporting.breadcrumbs)
    total = sum(facts.output.lines.values())
    if kept and total > len(kept):
        yield Crumb(kept[0].at_s, "run", f"{total - len(kept):,} earlier lines of {total:,} are not shown")
    for line in kept:
        yield Crumb(line.at_s, line.stream, line.text, level(line.text))


def _last(lines: Sequence[Line], count: int) -> Sequence[Line]:
    """The last lines, at most `count` and within the budget of an event."""
    room = _TOTAL_BYTES
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - count), -1):
        # The SDK escapes all that is not ASCII, so a character may take six bytes and more.
        room -= len(json.dumps(lines[index].text[: limits.LINE_CHARS])) + _CRUMB_BYTES
        if room < 0:
            return lines[index + 1 :]
    return lines[len(lines) - count :] if 0 < count < len(lines) else lines if count else ()
