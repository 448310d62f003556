"""Where the report of a run is when its wrapper ends, in words."""

from __future__ import annotations

from sentinel_run import dsn
from sentinel_run.errors import BadValueError
from sentinel_run.recorder import handover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts

_LATER = "waits on this machine; to send it: sentinel-run deliver"


def in_words(facts: Facts, state: str, how: str) -> str:
    """Nothing is claimed that is not known: only who waited for the server's answer can tell it."""
    if not facts.reporting.dsn:
        return (
            "kept on this machine: there is no DSN"
            if state
            else "nowhere: there is no DSN and no place to keep it"
        )
    host = _host(facts.reporting.dsn)
    if how == handover.LATER and state:
        return _LATER
    if how != handover.WAIT or not state:
        return f"on its way to {host}"
    if handover.is_waiting(state, facts):
        return f"waits on this machine, {host} has not taken it yet{_why(facts, state)}"
    return _answer(facts, state, host)


def _answer(facts: Facts, state: str, host: str) -> str:
    """What the server said of the event, or of what else there was."""
    from sentinel_run.store.history import History

    found = {delivery.kind: delivery for delivery in History.glance(state, facts.identity.run_id)}
    answer = found.get("event") or next(iter(found.values()), None)
    if answer is None:
        return "nothing to send of it"
    if answer.state == "accepted":
        return f"sent to {host}"
    note = f" ({answer.note})" if answer.note else ""
    return f"not taken by {host}{note}" if answer.state == "dropped" else f"waits on this machine{note}"


def _why(facts: Facts, state: str) -> str:
    """What the last try for this run met, as far as that is known."""
    import sqlite3

    from sentinel_run.store.history import History

    try:
        found = History.glance(state, facts.identity.run_id)
    except sqlite3.Error:
        return ""
    note = next((delivery.note for delivery in found if delivery.state == "waiting" and delivery.note), "")
    return f" ({note})" if note else ""


def _host(address: str) -> str:
    try:
        return dsn.parse(address).host
    except BadValueError:
        return "Sentry"
