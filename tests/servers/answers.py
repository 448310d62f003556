"""What the ingest server may do with a request: any proper answer, and every way a network breaks."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler
from threading import Event


class Fault(Enum):
    """A way not to answer. All but RESET_UNREAD first read the whole request."""

    HANG = "nothing is sent until the server closes"
    RESET_UNREAD = "the connection is reset before the body is read"
    RESET = "the connection is reset after the body is read"
    CLOSE = "the connection is closed in good order, without an answer"
    HALF_STATUS = "half a status line, then nothing"
    HALF_HEADER = "a status line and half a header, then nothing"
    HALF_BODY = "a promised body of which half comes, then nothing"
    GARBAGE = "bytes that are not HTTP, then the end"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; the plain `Answer()` is the 200 of a healthy Sentry. A fault replaces the status."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    delay_s: float = 0.0
    fault: Fault | None = None

    @property
    def accepts(self) -> bool:
        """Whether the envelope counts as stored."""
        return self.fault is None and 200 <= self.status < 300


REDIRECT_LOOP = Answer(status=302, headers={"Location": "/redirected"}, body=b"")
HANG = Answer(fault=Fault.HANG)

_PARTIAL = {
    Fault.HANG: b"",
    Fault.HALF_STATUS: b"HTTP/1.1 20",
    Fault.HALF_HEADER: b"HTTP/1.1 200 OK\r\nContent-Le",
    Fault.HALF_BODY: b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + 50 * b" ",
}


def give(answer: Answer, handler: BaseHTTPRequestHandler, *, closing: Event) -> None:
    """Carry `answer` out on the handler's connection; a wait ends at once when `closing` is set."""
    if closing.wait(answer.delay_s):
        handler.close_connection = True
    elif answer.fault is None:
        _respond(answer, handler)
    else:
        _break(answer.fault, handler, closing)


def reset(connection: socket.socket) -> None:
    """Make the peer see ECONNRESET, now."""
    # A linger time of zero turns close() into RST (socket(7)). The descriptor is closed behind the socket
    # object's back, because the object waits for its rfile, and socketserver would send a FIN first.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def _respond(answer: Answer, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response_only(answer.status)
    for name, value in {"Date": handler.date_time_string(), **answer.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body)


def _break(fault: Fault, handler: BaseHTTPRequestHandler, closing: Event) -> None:
    handler.close_connection = True
    if fault in (Fault.RESET, Fault.RESET_UNREAD):
        reset(handler.connection)
    elif fault is Fault.GARBAGE:
        handler.wfile.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    elif fault in _PARTIAL:
        handler.wfile.write(_PARTIAL[fault])
        closing.wait()
