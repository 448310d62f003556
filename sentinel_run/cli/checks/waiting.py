"""What waits to be sent, since when and why, and what was never delivered."""

from __future__ import annotations

import sqlite3

from sentinel_run import dsn
from sentinel_run.cli.checks.finding import Finding
from sentinel_run.cli.listing import moment
from sentinel_run.errors import BadValueError, FormatError, StoreError
from sentinel_run.store import journal, outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sentinel_run.store.history import History
    from sentinel_run.store.journal import Found

_ALL = "all"


def waiting(state: str, history: History | None) -> Finding:
    """Envelopes in the outbox and ended runs in the journal; pauses and rate limits that hold them."""
    letters = outbox.waiting(state)
    entries = list(journal.found(state))
    newer = sum(map(_is_of_newer_release, entries))
    facts: dict[str, Any] = {"envelopes": len(letters), "runs_in_journal": len(entries), "of_newer_release": newer}
    problems: tuple[str, ...] = ()
    try:
        facts |= _holding(history) if history else {}
    except sqlite3.Error as error:
        problems = (f"history.db cannot be read: {error}",)
    return Finding(facts, problems, tuple(_advice(len(letters), len(entries) - newer, newer)))


def _is_of_newer_release(entry: Found) -> bool:
    """Whether `deliver` of this release leaves it where it is."""
    try:
        journal.read(entry)
    except FormatError as error:
        return error.newer
    except (StoreError, OSError):  # `deliver` sets it aside, or has just taken it in.
        return False
    return False


def _advice(envelopes: int, runs: int, newer: int) -> Iterator[str]:
    if envelopes:
        yield "to send now what waits: sentinel-run deliver"
    elif runs:
        yield "to have the ended runs taken in (and sent, if they have a DSN): sentinel-run deliver"
    if newer:
        yield f"ended runs that a newer release has written: {newer}; they wait for it, so install that one"


def _holding(history: History) -> Mapping[str, Any]:
    pauses = [
        {"dsn": _shown(address), "until": moment(pause.until), "failures": pause.failures, "note": pause.note}
        for address, pause in history.all_pauses().items()
    ]
    limits = [
        {"dsn": _shown(address), "category": category or _ALL, "until": moment(until)}
        for address, category, until in history.all_limits()
    ]
    return {
        "reasons": _reasons(history, "waiting"),
        "pauses": pauses,
        "limits": limits,
        "dropped": _reasons(history, "dropped"),
    }


def _reasons(history: History, state: str) -> list[dict[str, Any]]:
    return [{"note": note, "envelopes": count} for note, count in history.notes(state)]


def _shown(address: str) -> str:
    try:
        return dsn.parse(address).shown
    except BadValueError:
        return "a DSN that cannot be read"
