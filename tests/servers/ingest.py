"""A local ingest server: it keeps what Sentry's SDKs post, and breaks in every way a test asks for."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Event, Thread
from typing import Any, Self

from tests.servers.answers import HANG, REDIRECT_LOOP, Answer, Fault
from tests.servers.envelope import Envelope, Item
from tests.servers.holes import blackhole, dsn_for, refused_dsn
from tests.servers.wire import Received, Server

__all__ = [
    "HANG", "REDIRECT_LOOP", "Answer", "Envelope", "Fault", "Ingest", "Item", "Received",
    "blackhole", "refused_dsn",
]  # fmt: skip

Answers = Answer | list[Answer] | Callable[[Received], Answer]


class Ingest:
    """A running server inside `with Ingest() as ingest:`; every thread and socket of it is gone afterwards.

    `answers` may be set at any time: one Answer for all requests, a list that is used up request by request
    (then all is well again), or a function of the request. The function sees the body, so RESET_UNREAD, which
    must be decided earlier, works only in the other two forms.
    """

    def __init__(self, answers: Answers | None = None) -> None:
        self.answers: Answers = Answer() if answers is None else answers
        self.requests: list[Received] = []
        self.malformed: list[str] = []
        self.connections = 0
        self.closing = Event()
        self._changed = Condition()
        self._server = Server(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def dsn(self) -> str:
        return dsn_for(self._server.server_address[1])

    @property
    def envelopes(self) -> list[Envelope]:
        """The envelopes answered with 2xx, in order of arrival; a delayed answer counts from the start."""
        with self._changed:
            return [seen.envelope for seen in self.requests if seen.envelope and seen.answer.accepts]

    def items(self, type_: str) -> list[Any]:
        """The JSON payloads of one item type over all accepted envelopes."""
        return [item.json for envelope in self.envelopes for item in envelope.items if item.type == type_]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.items("event")

    @property
    def transactions(self) -> list[dict[str, Any]]:
        return self.items("transaction")

    @property
    def check_ins(self) -> list[dict[str, Any]]:
        return self.items("check_in")

    @property
    def logs(self) -> list[dict[str, Any]]:
        """The single log records, out of the containers they travel in."""
        return [log for container in self.items("log") for log in container["items"]]

    @property
    def attachments(self) -> dict[str, bytes]:
        """File name to bytes."""
        items = [item for envelope in self.envelopes for item in envelope.items if item.type == "attachment"]
        return {item.headers["filename"]: item.payload for item in items}

    def wait_for(self, predicate: Callable[[Ingest], bool], *, timeout_s: float = 10.0) -> None:
        """Return as soon as `predicate(self)` holds; otherwise TimeoutError, which tells what did come."""
        with self._changed:
            if not self._changed.wait_for(lambda: predicate(self), timeout_s):
                raise TimeoutError(f"after {timeout_s} s there were only {self._summary()}")

    def connected(self) -> None:
        """The server took a connection."""
        with self._changed:
            self.connections += 1
            self._changed.notify_all()

    def early_answer(self) -> Answer | None:
        """The answer to the request whose headers just came, unless it depends on the body."""
        with self._changed:
            if isinstance(self.answers, list):
                return self.answers.pop(0) if self.answers else Answer()
            return self.answers if isinstance(self.answers, Answer) else None

    def received(self, seen: Received) -> Answer:
        """Store a request; return the answer it gets."""
        with self._changed:
            if callable(self.answers) and seen.answer.accepts:
                seen = seen._replace(answer=self.answers(seen))
            self.requests.append(seen)
            self.malformed += [seen.complaint] if seen.complaint else []
            self._changed.notify_all()
        return seen.answer

    def _summary(self) -> str:
        kinds = [[item.type for item in seen.envelope.items] for seen in self.requests if seen.envelope]
        counts = f"{self.connections} connections, {len(self.requests)} requests"
        return f"{counts}, {kinds}, malformed: {self.malformed}"


if __name__ == "__main__":
    from tests.servers.serve import main

    raise SystemExit(main())
