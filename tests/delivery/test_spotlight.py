"""Spotlight is shown the same envelopes, and one that hangs keeps no report from leaving."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sentinel_run.deliver import spotlight
from tests.delivery.conftest import Report
from tests.servers.envelope import parse_envelope
from tests.servers.ingest import Ingest


@pytest.fixture
def seen() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a Spotlight, and the bodies that it got."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/stream", bodies
        server.shutdown()


def test_spotlight_gets_the_same_envelopes(
    report: Report, server: Ingest, seen: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Event and transaction go to both, with the same ids."""
    address, bodies = seen
    monkeypatch.setenv("SENTRY_SPOTLIGHT", address)

    report("false")

    shown = {parse_envelope(body).headers["event_id"] for body in bodies}
    assert shown == {server.events[0]["event_id"], server.transactions[0]["event_id"]}


def test_spotlight_that_hangs_delays_no_report(
    report: Report, server: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts and never answers: the reports of this run and of the next one arrive all the same."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("SENTRY_SPOTLIGHT", f"http://127.0.0.1:{silent.getsockname()[1]}/stream")
        report("sh", "-c", "exit 3")
        report("sh", "-c", "exit 4")

    assert [event["fingerprint"][1] for event in server.events] == ["exit status 3", "exit status 4"]


@pytest.mark.parametrize(
    ("asked", "address"),
    [("", ""), ("0", ""), ("false", ""), ("1", "http://localhost:8969/stream"), ("TRUE", "http://localhost:8969/stream"),
     ("http://box:1/stream", "http://box:1/stream"), ("httpd", "")],
)  # fmt: skip
def test_address(asked: str, address: str) -> None:
    """A switch means the usual address, a URL itself."""
    assert spotlight.address(asked) == address
