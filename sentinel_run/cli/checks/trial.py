"""`doctor --send-test`: a real, small event, and what the server said to it."""

from __future__ import annotations

import json
import os
import platform
import time

from sentinel_run.cli.checks.finding import Finding
from sentinel_run.deliver import answers, wire
from sentinel_run.deliver.sender import Sender
from sentinel_run.report import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.dsn import Dsn
    from sentinel_run.records import Setting

_NO_DSN = "--send-test needs a DSN that can be read, as in SENTRY_DSN"


def trial(given: Setting, parsed: Dsn | None, environment: str) -> Finding:
    """Send a message of level info. Anything but an acceptance is a problem."""
    if parsed is None:
        return Finding({"state": None, "event_id": None, "note": _NO_DSN}, (_NO_DSN,))
    event_id = os.urandom(16).hex()
    outcome = Sender().send(wire.read(_envelope(given.value.strip(), event_id, environment)))
    facts = {"state": outcome.state, "event_id": event_id, "note": outcome.note or None}
    if outcome.state == answers.ACCEPTED:
        return Finding(facts, advice=(f"look in Sentry for the event {event_id}",))
    return Finding(facts, (f"the test event was not accepted: {outcome.note}",))


def _envelope(address: str, event_id: str, environment: str) -> bytes:
    host = platform.node()
    event = {
        "event_id": event_id,
        "timestamp": time.time(),
        "platform": "other",
        "level": "info",
        "logger": "sentinel-run",
        "message": f"sentinel-run doctor: a test from {host}",
        "fingerprint": ["sentinel-run", "doctor"],
        "server_name": host,
        "environment": limits.environment(environment),
    }
    payload = json.dumps(event).encode()
    headers = {"event_id": event_id, "dsn": address}
    item = {"type": "event", "content_type": "application/json", "length": len(payload)}
    return b"\n".join((json.dumps(headers).encode(), json.dumps(item).encode(), payload, b""))
