"""Spans that the command noted: its own steps, from the pairs of a start and an end."""

from __future__ import annotations

import hashlib
import json

from sentinel_run.diagnose import groups
from sentinel_run.records import Record
from sentinel_run.report import limits
from sentinel_run.report.moments import moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sentry_sdk.tracing import Span as SdkSpan

    from sentinel_run.facts import Facts, Noted

_MOST, _TOTAL_BYTES, _SPAN_BYTES = 500, 250_000, 400
_OP_CHARS = 128
# develop.sentry.dev, "Span status"; what a script says instead, in its own words or as an exit status.
_STATUSES = frozenset(
    ["ok", "cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists",
     "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented",
     "internal_error", "unavailable", "data_loss", "unauthenticated"]
)  # fmt: skip
_WORDS = {
    "success": "ok", "succeeded": "ok", "passed": "ok", "error": "internal_error", "failed": "internal_error",
    "failure": "internal_error", "timeout": "deadline_exceeded", "skipped": "cancelled",
}  # fmt: skip


class Span(Record):
    """A step of the command's own. Times in seconds after the start of the run, never outside it.

    `parent` is its place in the list that it stands in, -1 for none. One that `is_open` was never ended, and
    ends with the run.
    """

    name: str
    start_s: float
    end_s: float
    op: str = "note"
    status: str = ""
    data: Mapping[str, Any] = {}
    id: str = ""
    parent: int = -1
    is_open: bool = True


class Read(Record):
    """The spans in the order of their starts, and the names of ends that no start belongs to."""

    spans: list[Span]
    strays: list[str]


def read(facts: Facts) -> Read:
    """Pair the notes: by `id` where there is one, else the innermost open span of that name.

    A span lies in the one that its `parent` names (an id or a name), else in the one that was opened last.
    """
    last_s = max(0.0, facts.ending.duration_s) if facts.ending else 0.0
    found = Read([], [])
    noted = [note for note in facts.noted if note.kind == "span"]
    for note in sorted([*noted, *groups.notes(facts.output)], key=lambda note: note.at_s):
        at_s = min(max(note.at_s, 0.0), last_s)
        (_begin if note.content["state"] == "start" else _end)(found, note, at_s, last_s)
    return found


def add(transaction: SdkSpan, facts: Facts) -> None:
    """Give the transaction these spans, as many as it can hold. Their ids follow from the run's own."""
    spans, room = read(facts).spans, _TOTAL_BYTES
    above: list[SdkSpan] = []
    for number, span in enumerate(spans[:_MOST]):
        made = _made(span)
        room -= len(json.dumps(made)) + _SPAN_BYTES
        if room < 0:
            break
        above.append(_add(above[span.parent] if span.parent >= 0 else transaction, facts, span, made, number))
    if len(above) < len(spans):
        transaction.set_data("spans_not_shown", len(spans) - len(above))


def status(word: str) -> str:
    """Sentry's status for a script's word; an exit status counts, so `--status $?` tells."""
    if word.isdigit():
        return "internal_error" if int(word) else "ok"
    word = word.lower()
    return word if word in _STATUSES else _WORDS.get(word, "unknown")


def _begin(found: Read, note: Noted, at_s: float, last_s: float) -> None:
    content = note.content
    span = Span(content["name"], at_s, last_s, parent=_parent(found.spans, content), id=content.get("id", ""))
    found.spans.append(_told(span, content))


def _end(found: Read, note: Noted, at_s: float, last_s: float) -> None:
    content = note.content
    key, value = ("id", content["id"]) if content.get("id") else ("name", content["name"])
    for index in reversed(range(len(found.spans))):
        span = found.spans[index]
        if span.is_open and getattr(span, key) == value:
            found.spans[index] = _told(span._replace(end_s=max(at_s, span.start_s), is_open=False), content)
            return
    found.strays.append(content["name"])


def _told(span: Span, content: Mapping[str, Any]) -> Span:
    """What is said at the end counts too, and more."""
    data = {**span.data, **content.get("data", {})}
    return span._replace(op=content.get("op", span.op), status=content.get("status", span.status), data=data)


def _parent(spans: Sequence[Span], content: Mapping[str, Any]) -> int:
    wanted = content.get("parent")
    if "parent" in content and wanted is None:  # A program with threads says that it is nobody's step.
        return -1
    for index in reversed(range(len(spans))):
        span = spans[index]
        if wanted in (span.id, span.name) if wanted else span.is_open:
            return index
    return -1


def _made(span: Span) -> dict[str, Any]:
    data = limits.data(span.data)
    if span.is_open:
        data["never_ended"] = True
    if span.status and status(span.status) != span.status.lower():
        data["status"] = limits.cut(span.status, limits.NAME_CHARS)
    name = " ".join(span.name.split())
    return {"op": limits.cut(span.op, _OP_CHARS), "name": limits.cut(name, limits.NAME_CHARS), "data": data}


def _add(above: SdkSpan, facts: Facts, span: Span, made: dict[str, Any], number: int) -> SdkSpan:
    digest = hashlib.sha256(f"{facts.identity.transaction_id} note {number}".encode()).hexdigest()
    child = above.start_child(
        op=made["op"], name=made["name"], span_id=digest[:16], start_timestamp=moment(facts, span.start_s)
    )
    if span.status:
        child.set_status(status(span.status))
    for key, value in made["data"].items():
        child.set_data(key, value)
    child.finish(end_timestamp=moment(facts, span.end_s))
    return child
