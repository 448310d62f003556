"""The HTTP side of the ingest server: one thread a connection, kept alive, read strictly."""

from __future__ import annotations

import gzip
import re
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from typing import Any, NamedTuple, Protocol

from tests.servers.answers import REDIRECT_LOOP, Answer, Fault, give
from tests.servers.envelope import Envelope, parse_envelope


class Received(NamedTuple):
    """One request. `body` is decompressed; `complaint` says why it was refused whatever the answers were."""

    time: float
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    envelope: Envelope | None = None
    answer: Answer = Answer()
    complaint: str = ""


class Keeper(Protocol):
    """Who the server reports to."""

    closing: Event

    def connected(self) -> None: ...
    def early_answer(self) -> Answer | None: ...
    def received(self, seen: Received, /) -> Answer: ...


class Refused(Exception):
    """The request itself is wrong."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class Server(ThreadingHTTPServer):
    """Closing it ends every connection and joins every thread."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        self.keeper.connected()
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        with self._lock:
            for connection in self._open:
                # A thread that waits for the next request of a kept-alive connection wakes up from this.
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, *_: object) -> None:
        """Clients are killed and time out in our tests; what is lost with them is not an error here."""


class Handler(BaseHTTPRequestHandler):
    """Takes envelopes as Relay does; the keeper decides on the answer."""

    server: Server
    protocol_version = "HTTP/1.1"
    # Without this, Nagle and the client's delayed ACK add 40 ms to an answer sent in two writes.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        keeper = self.server.keeper
        early = REDIRECT_LOOP if self.path == "/redirected" else keeper.early_answer()
        seen = Received(time.time(), self.path, dict(self.headers.items()), answer=early or Answer())
        if seen.answer.fault is not Fault.RESET_UNREAD:
            seen = self._read(seen)
        give(keeper.received(seen), self, closing=keeper.closing)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Tests own the terminal."""

    def _read(self, seen: Received) -> Received:
        raw = self._chunks() if self._is_chunked() else self._exactly(int(self.headers.get("Content-Length") or 0))
        if seen.path == "/redirected":
            return seen
        try:
            self._check()
            seen = seen._replace(body=_decoded(raw, self.headers.get("Content-Encoding", "identity")))
            return seen._replace(envelope=parse_envelope(seen.body))
        except (Refused, ValueError, OSError, EOFError) as error:
            return _refused(seen, error)

    def _is_chunked(self) -> bool:
        return self.headers.get("Transfer-Encoding", "").lower() == "chunked"

    def _chunks(self) -> bytes:
        """A body of unknown length (RFC 9112, section 7.1), as Node's SDK sends it."""
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            parts.append(self._exactly(size))
            self.rfile.readline()
        while self.rfile.readline().strip():  # Trailers, up to an empty line.
            continue
        return b"".join(parts)

    def _exactly(self, length: int) -> bytes:
        raw = self.rfile.read(length)
        if len(raw) < length:
            raise ConnectionResetError("the client went away in the middle of its request")
        return raw

    def _check(self) -> None:
        if not re.fullmatch(r"/api/\d+/envelope/(\?.*)?", self.path) or self.command != "POST":
            raise Refused(404, f"{self.command} {self.path} is not an envelope endpoint")
        if "Content-Length" not in self.headers and not self._is_chunked():
            raise Refused(411, "no Content-Length")
        if "sentry_key=public" not in self.headers.get("X-Sentry-Auth", self.path):
            raise Refused(403, "no sentry_key of ours in X-Sentry-Auth or the query")


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return raw
    if encoding == "gzip":
        return gzip.decompress(raw)
    raise Refused(415, f"content encoding {encoding}")


def _refused(seen: Received, error: Exception) -> Received:
    status = error.status if isinstance(error, Refused) else 400
    # A refused request may have left bytes unread (a chunked body), so its connection cannot be used again.
    answer = Answer(status=status, headers={"Connection": "close"}, body=str(error).encode())
    return seen._replace(answer=answer, complaint=str(error))
