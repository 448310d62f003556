"""Delivers facts that could not be stored: from memory to the server, tried until it is accepted or time is up."""

from __future__ import annotations

import time

from sentinel_run import json_form
from sentinel_run.deliver import answers, wire
from sentinel_run.deliver.heading import headed
from sentinel_run.deliver.intake import completed, due
from sentinel_run.deliver.sender import Sender
from sentinel_run.deliver.spotlight import Spotlight
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.store import carried
from sentinel_run.store.forgetful import Forgetful

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.headers import Headers

_PAUSES_S = (1.0, 3.0, 10.0)


def deliver(text: bytes, headers: Headers) -> bool:
    """Send the envelopes of the facts in `text`; whether all were accepted. Raises `FormatError`.

    `headers` are those of our settings.
    """
    facts = completed(json_form.from_json(text))
    sender = Sender()
    envelopes = [envelope for _, envelope in due(facts, diagnose(facts), Forgetful())]
    Spotlight().show(facts.reporting.spotlight, envelopes)
    marked = [wire.marked(envelope, facts.reporting) for envelope in envelopes if facts.reporting.dsn]
    parcels = [parcel for parcel in (headed(wire.read(envelope), headers) for envelope in marked) if parcel]
    carried.forget(facts.identity.run_id, facts.reporting.headers_at)
    for pause_s in (*_PAUSES_S, 0.0):
        parcels = [parcel for parcel in parcels if sender.send(parcel).state == answers.KEPT]
        if not parcels:
            return True
        time.sleep(pause_s)
    return False
