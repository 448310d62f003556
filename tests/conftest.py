"""What every test has: a world without a trace of the machine it runs on, and a state directory of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sentinel_run import ci

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.servers.fixtures"]

_OURS = ("SENTRY_", "SENTINEL_RUN_", "XDG_", "MAKE")  # make: a test that runs it must not be its child
_CI_MARKS = frozenset({"CI", "CONTINUOUS_INTEGRATION", "BUILD_ID", *(vendor.mark for vendor in ci.TABLE)})
_OTHERS = frozenset(
    {"TRACEPARENT", "TRACESTATE", "INVOCATION_ID", "KUBERNETES_SERVICE_HOST", "container", "LC_ALL"}
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes what the tests would compare with; look at the difference before you commit it."""
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots of help texts anew")


@pytest.fixture(autouse=True)
def state_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without Sentry's, a CI's or our own variables; runs are kept below `tmp_path` for later."""
    for name in list(os.environ):
        if name.startswith(_OURS) or name in _CI_MARKS or name in _OTHERS:
            monkeypatch.delenv(name)
    state = tmp_path / "state"
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(state))
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "later")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return state
