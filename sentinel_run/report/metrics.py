"""A run as Sentry metrics: that it was, how it ended, how long it took, and what it measured itself."""

from __future__ import annotations

from sentinel_run.report import containers, limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts

_NAME_CHARS = 120


def records(facts: Facts, diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """The metrics of a run that has ended; of very many measures the first ones."""
    return list(_all(facts, diagnosis))[: containers.MOST]


def _all(facts: Facts, diagnosis: Diagnosis) -> Iterator[dict[str, Any]]:
    ending = facts.ending
    assert ending is not None
    told = containers.attributes(facts, status=diagnosis.status, cause=diagnosis.cause)
    yield _record(facts, ending.at, "sentinel_run.runs", "counter", 1) | {"attributes": told}
    if not ending.lost:  # How long a lost one took, nobody knows.
        seconds = _record(facts, ending.at, "sentinel_run.duration", "distribution", ending.duration_s, "second")
        yield seconds | {"attributes": told}
    if facts.usage.max_rss_bytes:
        yield _record(facts, ending.at, "sentinel_run.max_rss", "gauge", facts.usage.max_rss_bytes, "byte")
    for note in facts.noted:
        content = note.content
        name = limits.measurement(content["name"])[:_NAME_CHARS] if note.kind == "measure" else ""
        if name:
            at = facts.started_at + note.at_s
            yield _record(facts, at, name, "distribution", content["value"], limits.unit(content.get("unit", "")))


def _record(facts: Facts, at: float, name: str, kind: str, value: float, unit: str = "none") -> dict[str, Any]:
    return {
        "timestamp": at,
        "trace_id": facts.identity.trace_id,
        "span_id": facts.identity.span_id,
        "name": name,
        "type": kind,
        "value": value,
        "unit": unit,
        "attributes": containers.attributes(facts),
    }
