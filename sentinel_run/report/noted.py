"""What the command noted of itself, as tags, contexts, measures and user of the report.

Later notes add to earlier ones of the same name, or replace them. A name of ours is never overwritten: `note.` is
put before theirs.
"""

from __future__ import annotations

import json

from sentinel_run.records import Record
from sentinel_run.report import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from typing import Any

    from sentinel_run.facts import Facts

_MOST_TAGS, _MOST_CONTEXTS, _MOST_MEASURES = 50, 12, 100
# Contexts that Sentry itself gives a form; free members would be taken for its own, and dropped.
_SENTRYS = frozenset(
    ["app", "browser", "cloud_resource", "culture", "device", "flags", "gpu", "monitor", "nel", "os", "otel",
     "performance_score", "profile", "replay", "response", "runtime", "spring", "state", "trace", "unity",
     "user_report_v2"]
)  # fmt: skip
# The kinds of which a report holds only so many, and the member that tells one from another.
_BOUNDS = (("tag", "key", _MOST_TAGS), ("context", "name", _MOST_CONTEXTS), ("measure", "name", _MOST_MEASURES))


class Measure(Record):
    """A number and its unit (an empty text: a plain number)."""

    value: float
    unit: str

    def in_words(self) -> str | float:
        """As a person reads it."""
        return f"{self.value} {self.unit}" if self.unit else self.value


def tags(facts: Facts) -> dict[str, str]:
    """The tags, not yet legal for the server."""
    found = {note.content["key"]: _in_words(note.content["value"]) for note in _of_kind(facts, "tag")}
    return _first(found, _MOST_TAGS)


def contexts(facts: Facts, ours: Container[str]) -> dict[str, dict[str, Any]]:
    """The contexts by name; `ours` are the names that are taken."""
    found: dict[str, dict[str, Any]] = {}
    for note in _of_kind(facts, "context"):
        found.setdefault(_free(note.content["name"], ours), {}).update(note.content["data"])
    return {name: _untyped(content) for name, content in _first(found, _MOST_CONTEXTS).items()}


def measures(facts: Facts) -> dict[str, Measure]:
    """The last value of each measure."""
    found = {note.content["name"]: _measure(note.content) for note in _of_kind(facts, "measure")}
    return _first(found, _MOST_MEASURES)


def user(facts: Facts) -> str:
    """For whom the run worked, or an empty text."""
    return next((_in_words(note.content["id"]) for note in reversed(list(_of_kind(facts, "user")))), "")


def left_out(facts: Facts) -> list[str]:
    """Sentences on what is more than a report can hold."""
    counts = [
        (kind, len({note.content[key] for note in _of_kind(facts, kind)}), most) for kind, key, most in _BOUNDS
    ]
    return [f"only {most} of {count} noted {kind}s are reported" for kind, count, most in counts if count > most]


def measurements(facts: Facts) -> dict[str, dict[str, Any]]:
    """The measures that Sentry can show as measurements of a transaction."""
    legal = ((limits.measurement(name), measure) for name, measure in measures(facts).items())
    return {name: {"value": measure.value, "unit": limits.unit(measure.unit)} for name, measure in legal if name}


def _of_kind(facts: Facts, kind: str) -> Iterator[Any]:
    return (note for note in facts.noted if note.kind == kind)


def _measure(content: Mapping[str, Any]) -> Measure:
    return Measure(content["value"], content.get("unit", ""))


def _first(found: dict[str, Any], most: int) -> dict[str, Any]:
    return dict(list(found.items())[:most])


def _free(name: str, ours: Container[str]) -> str:
    name = limits.cut(name, limits.NAME_CHARS)
    return f"note.{name}" if name in ours or name in _SENTRYS else name


def _untyped(content: dict[str, Any]) -> dict[str, Any]:
    """`type` tells Sentry which of its own contexts one is."""
    return {f"note.{key}" if key == "type" else key: value for key, value in content.items()}


def _in_words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
