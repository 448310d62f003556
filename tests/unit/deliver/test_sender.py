"""Why nothing got through, in words for a person."""

from __future__ import annotations

import importlib.util

import pytest

from sentinel_run.deliver import wire
from sentinel_run.deliver.sender import Sender
from tests.servers.ingest import Answer, Fault, Ingest, refused_dsn

ENVELOPE = b'{"dsn": "%s", "event_id": "' + b"a" * 32 + b'"}\n{"type":"event","length":2}\n{}\n'


def _note(dsn: str) -> str:
    return Sender(3.0).send(wire.read(ENVELOPE % dsn.encode())).note or ""


def test_refused() -> None:
    """The system's own words, and none of a library's."""
    assert _note(refused_dsn()) == "no answer from the server: Connection refused"


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_proxys_fault(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is what to mend, not the server."""
    address = refused_dsn().partition("@")[2].partition("/")[0]
    monkeypatch.setenv("http_proxy", f"{scheme}{address}")
    monkeypatch.delenv("no_proxy", raising=False)

    assert _note("http://key@sentry.example.com/1") == "no answer from the proxy: Connection refused"


@pytest.mark.skipif(importlib.util.find_spec("socks") is not None, reason="PySocks is here")
@pytest.mark.filterwarnings("ignore:SOCKS")
def test_socks_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing has a name, and a way to get it."""
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    assert "pip install PySocks" in _note("http://key@sentry.example.com/1")


def test_reset() -> None:
    """A server that hangs up is told apart from one that is not there."""
    with Ingest(Answer(fault=Fault.RESET)) as ingest:
        assert _note(ingest.dsn) == "no answer from the server: Connection reset by peer"
