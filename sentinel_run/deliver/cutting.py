"""Cuts an envelope that a server found too large.

Attachments go first, then logs, then breadcrumbs from the middle. The reason, the frames and the last lines stay.
What was cut is told in the event's `run` context.
"""

from __future__ import annotations

import json

from sentry_sdk.envelope import Envelope, PayloadRef

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.deliver.wire import Parcel

# No server says where its limit is. Proxies are seldom set to less than this; half of what was refused is the
# other guess, and the smaller of both is taken.
FITTING_BYTES = 200 * 1024
_FIRST_CRUMBS, _LAST_CRUMBS = 1, 20


class Cut(Record):
    """A smaller parcel and what it lacks, in words; no words if there was nothing to cut."""

    parcel: Parcel
    told: str


def smaller(parcel: Parcel) -> Cut:
    """The parcel cut in this order until it is small enough, or nothing more can be cut."""
    envelope = Envelope.deserialize(b"{}\n" + parcel.items)
    goal = min(FITTING_BYTES, len(parcel.items) // 2)
    told = [_without(envelope, kind) for kind in ("attachment", "log") if len(envelope.serialize()) > goal]
    event: Any = envelope.get_event()
    if event:
        told.append(_without_middle(event, len(envelope.serialize()) - goal))
    words = ", ".join(filter(None, told))
    if event and words:
        event.setdefault("contexts", {}).setdefault("run", {})["cut"] = f"the server refused more: {words}"
        item = next(item for item in envelope.items if item.type == "event")
        item.payload = PayloadRef(json=event)
    return Cut(parcel._replace(items=envelope.serialize().partition(b"\n")[2]), words)


def _without(envelope: Envelope, kind: str) -> str:
    gone = [item for item in envelope.items if item.type == kind]
    if len(gone) == len(envelope.items):  # They are all that it carries.
        return ""
    envelope.items = [item for item in envelope.items if item.type != kind]
    return ", ".join(f"no {item.headers.get('filename', kind)}" for item in gone)


def _without_middle(event: dict[str, Any], too_many_bytes: int) -> str:
    """Leave breadcrumbs out, from the middle to both sides; one in their place says how many."""
    crumbs = (event.get("breadcrumbs") or {}).get("values") or []
    gone: list[int] = []
    middle_first = sorted(
        range(_FIRST_CRUMBS, len(crumbs) - _LAST_CRUMBS), key=lambda index: abs(index - len(crumbs) // 2)
    )
    for index in middle_first:
        if too_many_bytes <= 0:
            break
        too_many_bytes -= len(json.dumps(crumbs[index]))
        gone.append(index)
    if not gone:
        return ""
    told = f"{len(gone)} of {len(crumbs)} breadcrumbs left out"
    mark = {**crumbs[min(gone)], "category": "run", "level": "info", "message": told}
    crumbs[min(gone) : max(gone) + 1] = [mark]
    return told
