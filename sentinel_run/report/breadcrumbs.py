"""Breadcrumbs: the steps of the run and the last lines of its output, each with the time it came."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from sentinel_run.diagnose.thrown import in_words, innermost
from sentinel_run.report import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sentinel_run.diagnose.cause import Diagnosis
    from sentinel_run.diagnose.lines import Line
    from sentinel_run.facts import Facts

# Together with everything else an event must stay below 1 MiB.
_TOTAL_BYTES = 600_000
_CRUMB_BYTES = 150
_MOST_TRACEBACKS = 20
_LEVEL_WORDS = {
    "fatal": "fatal", "critical": "fatal", "panic": "fatal", "emerg": "fatal", "error": "error", "err": "error",
    "warning": "warning", "warn": "warning", "debug": "debug", "trace": "debug",
}  # fmt: skip
# A level is a word in capitals, or one that a colon or bracket marks as such: "no error so far" is none.
_LEVEL = re.compile(
    rf"\b({'|'.join(_LEVEL_WORDS).upper()})\b|\b((?i:{'|'.join(_LEVEL_WORDS)}))\b(?=\s*[:\]])|<((?i:{'|'.join(_LEVEL_WORDS)}))>"
)
_LOOK_AT_CHARS = 120


def breadcrumbs(facts: Facts, diagnosis: Diagnosis, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """All breadcrumbs in order of time. Lines that are left out are told by a breadcrumb of their own."""
    found = [*_steps(facts), *_tracebacks(diagnosis), *_of_output(facts, lines)]
    between = sorted(found, key=lambda crumb: crumb[0])
    crumbs = [(0.0, "run", f"starting {facts.command.name}", "info"), *between]
    crumbs += _end(facts, diagnosis, crumbs[-1][0])
    return [_crumb(facts.started_at + at_s, *rest) for at_s, *rest in crumbs]


def level(text: str) -> str:
    """The level that a line of output gives itself, or `info`."""
    found = _LEVEL.search(text[:_LOOK_AT_CHARS])
    return _LEVEL_WORDS[next(filter(None, found.groups())).lower()] if found else "info"


def _crumb(at: float, category: str, message: str, severity: str) -> dict[str, Any]:
    return {
        "timestamp": datetime.fromtimestamp(at, UTC),
        "type": "default",
        "category": category,
        "message": limits.cut(message, limits.LINE_CHARS),
        "level": severity,
    }


def _steps(facts: Facts) -> Iterator[tuple[float, str, str, str]]:
    yield from ((step.at_s, "run", step.message, step.level) for step in facts.steps)


def _end(facts: Facts, diagnosis: Diagnosis, last_s: float) -> Iterator[tuple[float, str, str, str]]:
    """What was still in the pipes at the end was read after it, but said before."""
    if facts.ending is not None and not (facts.ending.lost or facts.ending.skipped):
        at_s = max(facts.ending.duration_s, last_s)
        yield at_s, "run", f"ended: {diagnosis.cause or 'success'}", diagnosis.level


def _tracebacks(diagnosis: Diagnosis) -> Iterator[tuple[float, str, str, str]]:
    """Those that did not end the run, the last ones."""
    for other in diagnosis.others[-_MOST_TRACEBACKS:]:
        thrown = other.traceback.chain[-1]
        frame = innermost(other.traceback.chain)
        place = f" ({frame.file}:{frame.line})" if frame and frame.line else ""
        yield other.at_s, "traceback", f"{in_words(thrown)}{place}", "error"


def _of_output(facts: Facts, lines: Sequence[Line]) -> Iterator[tuple[float, str, str, str]]:
    wanted = [line for line in lines if line.text.strip()]
    kept = _last(wanted, facts.reporting.breadcrumbs)
    total = sum(facts.output.lines.values())
    if kept and total > len(kept):
        yield kept[0].at_s, "run", f"{total - len(kept):,} earlier lines of {total:,} are not shown", "info"
    for line in kept:
        yield line.at_s, line.stream, line.text, level(line.text)


def _last(lines: Sequence[Line], count: int) -> Sequence[Line]:
    """The last lines, at most `count` and within the budget of an event."""
    room = _TOTAL_BYTES
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - count), -1):
        # The SDK escapes all that is not ASCII, so a character may take six bytes and more.
        room -= len(json.dumps(lines[index].text[: limits.LINE_CHARS])) + _CRUMB_BYTES
        if room < 0:
            return lines[index + 1 :]
    return lines[len(lines) - count :] if 0 < count < len(lines) else lines if count else ()
