"""A command that has a Sentry SDK of its own is part of our trace."""

from __future__ import annotations

import sys

import pytest

from tests.process.conftest import work as work
from tests.process.support import run, wrapped
from tests.servers.ingest import Ingest


def test_its_error_is_a_child_of_the_run(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK continues the trace that it finds in its environment."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    code = "import sentry_sdk; sentry_sdk.init(); sentry_sdk.capture_message('from inside'); sentry_sdk.flush(20)"

    run(wrapped(sys.executable, "-c", code, options=["--deliver", "wait", "--deliver-timeout", "30s"]))

    (inside,), (transaction,) = ingest.events, ingest.transactions
    ours, theirs = transaction["contexts"]["trace"], inside["contexts"]["trace"]
    assert (theirs["trace_id"], theirs["parent_span_id"]) == (ours["trace_id"], ours["span_id"])
