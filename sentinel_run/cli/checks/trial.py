"""`doctor --send-test`: a real, small event, and what the server said to it."""

from __future__ import annotations

import json
import os
import platform
import time
from email.utils import parsedate_to_datetime

from sentinel_run.cli.checks.finding import Finding
from sentinel_run.deliver import answers, wire
from sentinel_run.deliver.sender import Sender
from sentinel_run.report import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.dsn import Dsn
    from sentinel_run.records import Setting

# Sentry takes a minute of the future for a clock that is a little off.
_TOLERABLE_S = 60.0
_NO_DSN = "--send-test needs a DSN that can be read, as in SENTRY_DSN"


def trial(given: Setting, parsed: Dsn | None, environment: str, fields: tuple[tuple[str, str], ...]) -> Finding:
    """Send a message of level info, with headers. Anything but an acceptance is a problem."""
    if parsed is None:
        return Finding({"state": None, "event_id": None, "note": _NO_DSN, "clock_off_s": None}, (_NO_DSN,))
    event_id, sender = os.urandom(16).hex(), Sender()
    parcel = wire.read(_envelope(given.value.strip(), event_id, environment))
    outcome = sender.send(parcel._replace(fields=fields))
    off_s = _clock_off_s(sender.server_date)
    facts = {"state": outcome.state, "event_id": event_id, "note": outcome.note or None, "clock_off_s": off_s}
    problems = _about_clock(off_s)
    if outcome.state == answers.ACCEPTED:
        return Finding(facts, problems, (f"look in Sentry for the event {event_id}",))
    return Finding(facts, (f"the test event was not accepted: {outcome.note}", *problems))


def _clock_off_s(server_date: str) -> float | None:
    """By how much our clock is ahead of the server's, None where the server tells no time."""
    try:
        return round(time.time() - parsedate_to_datetime(server_date).timestamp(), 1)
    except ValueError:
        return None


def _about_clock(off_s: float | None) -> tuple[str, ...]:
    if off_s is None or abs(off_s) < _TOLERABLE_S:
        return ()
    way = "ahead of" if off_s > 0 else "behind"
    return (f"this machine's clock is {abs(off_s):g} s {way} the server's; times in Sentry are wrong by that",)


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
