"""Keys typed at a command: what Sentry gets to see of them."""

from __future__ import annotations

import sys

import pytest

from tests.process.support import wrapped
from tests.process.terminals import end_of, open_terminal
from tests.servers.ingest import Ingest

_HANDLER = """
import signal, sys
signal.signal(signal.SIG{name}, lambda *_: sys.exit({status!r}))
print("ready", flush=True)
while True:
    signal.pause()
"""


def _type(key: str, script: str) -> bytes:
    """Type a key of Ctrl at a Python program under us that has said `ready`; what it said after that."""
    terminal = open_terminal(wrapped(sys.executable, "-c", script), echo=True)
    terminal.expect_exact("ready\r\n")
    terminal.sendcontrol(key)
    return end_of(terminal)


@pytest.mark.usefixtures("report")
@pytest.mark.parametrize(
    ("status", "sentence"),
    [(3, "failed with exit status 3: ready"), ("giving up", "failed with exit status 1: giving up")],
)
def test_ctrl_c_that_is_handled_is_a_warning(status: int | str, sentence: str, server: Ingest) -> None:
    """An interruption from outside, told as a step; that the terminal shows the key is no reason."""
    shown = _type("c", _HANDLER.format(name="INT", status=status))

    (event,) = server.events
    steps = [crumb["message"] for crumb in event["breadcrumbs"]["values"] if crumb["category"] == "run"]
    assert b"^C" in shown
    assert event["level"] == "warning"
    assert event["exception"]["values"][0]["value"].endswith(sentence)
    assert "SIGINT was typed at its terminal" in steps
    assert server.transactions[0]["contexts"]["trace"]["status"] == "cancelled"


@pytest.mark.usefixtures("report")
def test_ctrl_backslash_is_an_error(server: Ingest) -> None:
    """QUIT asks for a core dump: no mere interruption, handled or not. It is told as a step too."""
    _type("\\", _HANDLER.format(name="QUIT", status=4))

    (event,) = server.events
    assert event["level"] == "error"
    assert any("SIGQUIT was typed" in crumb["message"] for crumb in event["breadcrumbs"]["values"])


@pytest.mark.usefixtures("report")
def test_what_was_typed_is_not_tried_again(server: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody wanted the run to end."""
    monkeypatch.setenv("SENTINEL_RUN_RETRIES", "3")

    _type("c", _HANDLER.format(name="INT", status=3))

    assert [span["op"] for span in server.transactions[0]["spans"]].count("process.attempt") == 1
