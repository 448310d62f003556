"""Logs and metrics: many small records in one item, as Sentry wants these.

Made by hand, because the SDK stamps them with the moment at which it is called. Neither may carry a trace header.
Schema: develop.sentry.dev, "Logs" and "Metrics".
"""

from __future__ import annotations

import json

from sentry_sdk.envelope import Envelope, Item, PayloadRef

from sentinel_run.report import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sentinel_run.facts import Facts

MOST, MOST_BYTES = 1000, 900_000
_TYPES: Mapping[type, str] = {bool: "boolean", int: "integer", float: "double"}


def envelope(kind: str, records: Sequence[Mapping[str, Any]]) -> Envelope:
    """An envelope with one container; `kind` is `log` or `trace_metric`."""
    content_type = f"application/vnd.sentry.items.{kind.replace('_', '-')}+json"
    made = Envelope()
    payload = PayloadRef(json={"items": list(records)})
    made.add_item(Item(payload, {"item_count": len(records)}, type=kind, content_type=content_type))
    return made


def attributes(facts: Facts, **more: Any) -> dict[str, dict[str, Any]]:
    """What tells this run from others, and `more`, each with its type; what is empty is left out."""
    reporting = facts.reporting
    known = {
        "sentry.environment": limits.environment(reporting.environment),
        "sentry.release": limits.release(reporting.release),
        "server.address": facts.place.host,
        "command": facts.command.name,
        **more,
    }
    return {name: _attribute(value) for name, value in known.items() if value not in (None, "")}


def size(record: Mapping[str, Any]) -> int:
    """How many bytes a record takes in its container, at most."""
    return len(json.dumps(record)) + 2


def _attribute(value: Any) -> dict[str, Any]:
    if type(value) in _TYPES:
        return {"value": value, "type": _TYPES[type(value)]}
    return {"value": limits.cut(str(value), limits.NAME_CHARS), "type": "string"}
