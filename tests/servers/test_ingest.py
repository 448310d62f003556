"""The ingest server keeps what the real SDK sends, and its faults look to a real client as they should."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
import sentry_sdk.logger
import urllib3

from tests.servers.answers import HANG, REDIRECT_LOOP, Answer, Fault
from tests.servers.holes import blackhole, refused_dsn
from tests.servers.ingest import Ingest

CLEAN = b'{}\n{"type":"session"}\n{}\n'
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    """A client without retries and with short timeouts."""
    with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=0.5, read=0.5)) as manager:
        yield manager


def post(pool: urllib3.PoolManager, dsn: str, body: bytes = CLEAN) -> urllib3.BaseHTTPResponse:
    """Post an envelope as an SDK does."""
    url = dsn.replace("public@", "").removesuffix("/1") + "/api/1/envelope/"
    return pool.request("POST", url, body=body, headers={"X-Sentry-Auth": "Sentry sentry_key=public"})


def test_it_keeps_what_the_sdk_sends(ingest: Ingest) -> None:
    """Event, transaction, check-in, log and attachment come out again, each under its own name."""
    options: Any = {"traces_sample_rate": 1.0, "enable_logs": True, "default_integrations": False}
    client = sentry_sdk.Client(ingest.dsn, **options)
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.add_attachment(bytes=b"one\r\ntwo\n", filename="output.txt")
        sentry_sdk.capture_event({"logentry": {"message": "it broke"}})
        sentry_sdk.start_transaction(name="nightly.sh").finish()
        sentry_sdk.crons.capture_checkin(monitor_slug="nightly", status="ok")
        sentry_sdk.logger.warning("careful")
        client.close(timeout=10)

    assert ingest.events[0]["logentry"]["message"] == "it broke"
    assert ingest.transactions[0]["transaction"] == "nightly.sh"
    assert ingest.check_ins[0]["monitor_slug"] == "nightly"
    assert ingest.logs[0]["body"] == "careful"
    assert ingest.attachments == {"output.txt": b"one\r\ntwo\n"}
    assert ingest.connections == 1


def test_a_kept_alive_connection_is_one_connection(ingest: Ingest, pool: urllib3.PoolManager) -> None:
    """Requests are counted apart from connections."""
    assert [post(pool, ingest.dsn).status for _ in range(3)] == [200, 200, 200]

    assert (len(ingest.requests), ingest.connections) == (3, 1)


def test_a_refusal_comes_with_its_headers(ingest: Ingest, pool: urllib3.PoolManager) -> None:
    """A refused envelope is in `requests` only; when the list of answers is used up, all is well again."""
    limits = {"X-Sentry-Rate-Limits": "60:error:key"}
    ingest.answers = [Answer(status=429, headers=limits, body=b"slow down")]

    refused, accepted = post(pool, ingest.dsn), post(pool, ingest.dsn)

    assert (refused.status, refused.data) == (429, b"slow down")
    assert refused.headers["X-Sentry-Rate-Limits"] == "60:error:key"
    assert accepted.status == 200
    assert (len(ingest.requests), len(ingest.envelopes)) == (2, 1)


def test_an_answer_may_depend_on_the_envelope(ingest: Ingest, pool: urllib3.PoolManager) -> None:
    """A function of the request decides after the body is read."""
    ingest.answers = lambda seen: Answer(status=503 if b"check_in" in seen.body else 200)

    bodies = [CLEAN.replace(b"session", kind) for kind in (b"check_in", b"session")]
    statuses = [post(pool, ingest.dsn, body).status for body in bodies]

    assert statuses == [503, 200]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (HANG, urllib3.exceptions.ReadTimeoutError),
        (Answer(fault=Fault.HALF_STATUS), urllib3.exceptions.ReadTimeoutError),
        (Answer(fault=Fault.HALF_HEADER), urllib3.exceptions.ReadTimeoutError),
        (Answer(fault=Fault.HALF_BODY), urllib3.exceptions.ReadTimeoutError),
        (Answer(delay_s=30), urllib3.exceptions.ReadTimeoutError),
        (Answer(fault=Fault.RESET), ConnectionResetError),
        (Answer(fault=Fault.RESET_UNREAD), ConnectionError),
        (Answer(fault=Fault.CLOSE), urllib3.exceptions.ProtocolError),
        (Answer(fault=Fault.GARBAGE), urllib3.exceptions.ProtocolError),
    ],
    ids=lambda value: getattr(getattr(value, "fault", None), "name", None),
)
def test_a_fault_looks_real(answer: Answer, error: type[Exception], pool: urllib3.PoolManager) -> None:
    """The client sees the fault, and the server still closes at once with all its threads."""
    before = threading.active_count()
    with Ingest(answer) as ingest:
        with pytest.raises(urllib3.exceptions.HTTPError) as raised:
            post(pool, ingest.dsn, CLEAN)
        ingest.wait_for(lambda it: len(it.requests) == 1)
        closing = time.monotonic()

    assert isinstance(raised.value, error) or isinstance(raised.value.args[-1], error)
    assert len(ingest.envelopes) == (0 if answer.fault else 1)
    assert time.monotonic() - closing < 1.0
    assert threading.active_count() <= before


def test_a_redirect_loop_never_ends(ingest: Ingest) -> None:
    """Whoever follows redirects gives up by his own limit."""
    ingest.answers = REDIRECT_LOOP
    too_many = pytest.raises(urllib3.exceptions.MaxRetryError, match="too many redirects")

    with urllib3.PoolManager(retries=urllib3.Retry(redirect=3)) as pool, too_many:
        post(pool, ingest.dsn)

    assert len(ingest.requests) == 4


def test_connects_are_refused_and_swallowed(pool: urllib3.PoolManager) -> None:
    """A refused DSN fails at once, a blackhole not before the client's own timeout."""
    with pytest.raises(urllib3.exceptions.NewConnectionError, match="refused"):
        post(pool, refused_dsn())
    with blackhole() as dsn, pytest.raises(urllib3.exceptions.ConnectTimeoutError):
        post(pool, dsn)


def test_a_wait_ends_with_the_request_it_waits_for(ingest: Ingest, pool: urllib3.PoolManager) -> None:
    """wait_for wakes up by the request itself, and says what came when it gives up."""
    sender = threading.Thread(target=post, args=(pool, ingest.dsn))
    sender.start()
    ingest.wait_for(lambda it: len(it.envelopes) == 1)
    sender.join()

    with pytest.raises(TimeoutError, match=r"1 connections, 1 requests, \[\['session'\]\]"):
        ingest.wait_for(lambda it: len(it.envelopes) == 2, timeout_s=0.01)


def test_malformed_requests_are_refused_and_told(ingest: Ingest, pool: urllib3.PoolManager) -> None:
    """A 4xx whatever the answers say, and a line in `malformed`, which fails a test that expects none."""
    url = ingest.dsn.replace("public@", "").removesuffix("/1")

    assert post(pool, ingest.dsn, b"not json").status == 400
    assert pool.request("POST", f"{url}/api/1/envelope/", body=CLEAN).status == 403
    assert pool.request("GET", f"{url}/api/1/store/").status == 404

    assert len(ingest.malformed) == 3
    ingest.malformed.clear()


def test_the_command_prints_its_dsn_and_writes_envelopes(tmp_path: Path, pool: urllib3.PoolManager) -> None:
    """`python -m tests.servers.ingest` serves until it is told to end, and then ends well."""
    command = [sys.executable, "-m", "tests.servers.ingest", "--delay", "0.1", "--out", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        dsn = server.stdout.readline().strip()
        assert post(pool, dsn).status == 200
        server.send_signal(signal.SIGTERM)

    assert server.returncode == 0
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [CLEAN]


def test_a_client_that_dies_in_the_middle_is_not_malformed(ingest: Ingest) -> None:
    """Half a request is no request: killed senders are everyday life in our tests."""
    port = int(ingest.dsn.rsplit(":", 1)[1].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /api/1/envelope/ HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
    ingest.wait_for(lambda it: it.connections == 1)

    assert ingest.requests == []


def test_it_takes_a_body_in_chunks(ingest: Ingest, pool: urllib3.PoolManager) -> None:
    """As Node's SDK sends it, which does not know the length; the connection is good for the next one."""
    url = ingest.dsn.replace("public@", "").removesuffix("/1") + "/api/1/envelope/"
    for _ in range(2):
        pieces = (CLEAN[:5], CLEAN[5:])
        answer = pool.request(
            "POST", url, body=iter(pieces), headers={"X-Sentry-Auth": "Sentry sentry_key=public"}, chunked=True
        )
        assert answer.status == 200

    assert [received.body for received in ingest.requests] == [CLEAN, CLEAN]
