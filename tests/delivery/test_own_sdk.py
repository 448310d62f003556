"""A command that has a Sentry SDK of its own is part of our trace."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.conftest import work as work
from tests.process.support import run, wrapped
from tests.servers.ingest import Ingest

# 13 MB and three seconds; those of today are five times as large and want a switch (docs/configuration.md).
NODE_SDK = "@sentry/node@7.120.4"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "node"


@pytest.fixture
def node_modules() -> str:
    """Where Node's SDK is installed, once for all; tests that want it are skipped where it cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (CACHE / "done").exists():
            quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-update-notifier")
            command = ["npm", "install", *quiet, "--prefix", str(CACHE), NODE_SDK]
            if subprocess.run(command, capture_output=True, timeout=120, check=False).returncode:
                pytest.skip(f"npm cannot install {NODE_SDK}")
            (CACHE / "done").touch()
    return str(CACHE / "node_modules")


def test_its_error_is_a_child_of_the_run(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK continues the trace that it finds in its environment."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    code = "import sentry_sdk; sentry_sdk.init(); sentry_sdk.capture_message('from inside'); sentry_sdk.flush(20)"

    run(wrapped(sys.executable, "-c", code, options=["--deliver", "wait", "--deliver-timeout", "30s"]))

    (inside,), (transaction,) = ingest.events, ingest.transactions
    ours, theirs = transaction["contexts"]["trace"], inside["contexts"]["trace"]
    assert (theirs["trace_id"], theirs["parent_span_id"]) == (ours["trace_id"], ours["span_id"])


def test_so_does_nodes(node_modules: str, ingest: Ingest) -> None:
    """The same for a program in Node, with its errors and its spans."""
    code = """
        const sentry = require('@sentry/node');
        sentry.init({dsn: process.env.SENTRY_DSN, tracesSampleRate: 1});
        sentry.captureMessage('from inside');
        sentry.startSpan({name: 'work', op: 'test'}, () => 0);
        sentry.flush(20000).then(done => process.exit(done ? 0 : 3));
    """
    env = {**os.environ, "SENTRY_DSN": ingest.dsn, "NODE_PATH": node_modules}
    options = ["--name", "ours", "--deliver", "wait", "--deliver-timeout", "30s"]

    assert run(wrapped("node", "-e", code, options=options), env=env).returncode == 0

    (inside,) = ingest.events
    traces = {made["transaction"]: made["contexts"]["trace"] for made in ingest.transactions}
    for theirs in (inside["contexts"]["trace"], traces["work"]):
        assert theirs["trace_id"] == traces["ours"]["trace_id"]
        assert theirs["parent_span_id"] == traces["ours"]["span_id"]
