"""Every kept line of output as a Sentry log, with its time, stream and level."""

from __future__ import annotations

from sentinel_run.diagnose.lines import lines
from sentinel_run.report import breadcrumbs, containers, limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sentinel_run.diagnose.lines import Line
    from sentinel_run.facts import Facts

# A log has a `warn` where an event has a `warning`; the numbers are OpenTelemetry's.
_LEVELS = {
    "debug": ("debug", 5),
    "info": ("info", 9),
    "warning": ("warn", 13),
    "error": ("error", 17),
    "fatal": ("fatal", 21),
}


def records(facts: Facts) -> list[dict[str, Any]]:
    """The last lines, as many as one envelope holds; the first record says how many are not there."""
    said = [line for line in lines(facts.output) if line.text.strip()]
    made = _fitting([_record(facts, line) for line in said[-containers.MOST :]])
    is_cut = len(made) < len(said) or any(facts.output.dropped.values())
    if is_cut and made:
        total = sum(facts.output.lines.values())
        told = f"{total - len(made) + 1:,} earlier lines of {total:,} are not sent"
        made = [{**made[0], **_said(told, "info"), "attributes": containers.attributes(facts)}, *made[1:]]
    return made


def _record(facts: Facts, line: Line) -> dict[str, Any]:
    return {
        "timestamp": facts.started_at + line.at_s,
        "trace_id": facts.identity.trace_id,
        "span_id": facts.identity.span_id,
        **_said(line.text, breadcrumbs.level(line.text)),
        "attributes": containers.attributes(facts, stream=line.stream, run_id=facts.identity.run_id),
    }


def _said(text: str, level: str) -> dict[str, Any]:
    name, number = _LEVELS[level]
    return {"body": limits.cut(text, limits.LINE_CHARS), "level": name, "severity_number": number}


def _fitting(made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    room = containers.MOST_BYTES
    for index in range(len(made) - 1, -1, -1):
        room -= containers.size(made[index])
        if room < 0:
            return list(made[index + 1 :])
    return list(made)
