"""Where a report is, in words: what is not known is not claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel_run import whereabouts
from sentinel_run.recorder import handover
from sentinel_run.store import outbox, paths
from sentinel_run.store.history import History
from tests.unit import samples

_FACTS = samples.facts()
_REPORTED = _FACTS._replace(reporting=_FACTS.reporting._replace(dsn="https://key@sentry.example.com/42"))


@pytest.mark.parametrize(
    ("deliveries", "words"),
    [
        ((), "nothing to send of it"),
        ((("event", "accepted", ""), ("transaction", "dropped", "403")), "sent to sentry.example.com"),
        ((("event", "dropped", "403"),), "not taken by sentry.example.com (403)"),
        ((("event", "waiting", "rate limit"),), "waits on this machine (rate limit)"),
        ((("transaction", "accepted", ""),), "sent to sentry.example.com"),
    ],
)
def test_after_waiting(deliveries: tuple[tuple[str, str, str], ...], words: str, tmp_path: Path) -> None:
    """What the server answered to the event, or to what else there was."""
    history = History(str(tmp_path))
    for kind, state, note in deliveries:
        history.note_delivery(_FACTS.identity.run_id, kind, state, note)
    history.close()

    assert whereabouts.in_words(_REPORTED, str(tmp_path), handover.WAIT) == words


@pytest.mark.parametrize(("note", "why"), [("", ""), ("Connection refused", " (Connection refused)")])
def test_while_it_waits(note: str, why: str, tmp_path: Path) -> None:
    """Not taken yet, and what the last try met."""
    paths.prepare(str(tmp_path))
    outbox.put(str(tmp_path), outbox.name(_FACTS.started_at, _FACTS.identity.run_id, "event"), b"{}")
    history = History(str(tmp_path))
    history.note_delivery(_FACTS.identity.run_id, "check_in", "accepted", "cut to fit")
    history.note_delivery(_FACTS.identity.run_id, "event", "waiting", note)
    history.close()

    words = whereabouts.in_words(_REPORTED, str(tmp_path), handover.WAIT)

    assert words == f"waits on this machine, sentry.example.com has not taken it yet{why}"


def test_without_a_store(tmp_path: Path) -> None:
    """Nothing is kept then, and nothing waits."""
    assert whereabouts.in_words(_REPORTED, "", handover.LATER) == "on its way to sentry.example.com"
    assert "no place" in whereabouts.in_words(_FACTS, "", handover.BACKGROUND)
    assert whereabouts.in_words(_FACTS, str(tmp_path), handover.WAIT) == "kept on this machine: there is no DSN"
