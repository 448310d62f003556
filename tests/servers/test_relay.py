"""Relay's verdicts: a clean event of the real SDK has none, and every limit of Sentry is seen."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
import sentry_sdk
import sentry_sdk.logger

from tests.servers.ingest import Ingest
from tests.servers.relay import check_envelope, normalize

ID = uuid.uuid4().hex


def event(**members: Any) -> dict[str, Any]:
    """A small clean event."""
    return {"event_id": ID, "timestamp": time.time(), "platform": "python", "level": "error"} | members


def transaction(**members: Any) -> dict[str, Any]:
    """A small clean transaction that took five seconds."""
    trace = {"trace_id": ID, "span_id": ID[:16], "op": "process", "status": "ok"}
    start = {"type": "transaction", "transaction": "nightly.sh", "start_timestamp": time.time() - 5}
    return event(**start, transaction_info={"source": "task"}, contexts={"trace": trace}) | members


def test_what_the_sdk_sends_is_clean(ingest: Ingest) -> None:
    """Contexts, breadcrumbs, spans, chained exceptions, check-ins and logs break no rule."""
    client = sentry_sdk.Client(ingest.dsn, traces_sample_rate=1.0, enable_logs=True, release="app@1.0")
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_tag("command", "nightly.sh")
        scope.set_tag("attempt", 3)
        scope.set_context("run", {"argv": ["a.sh", "-v"], "duration_s": 1.5, "signal": None, "deep": {"a": [1]}})
        scope.add_breadcrumb(message="starting", category="run", level="warning", data={"line": 1})
        scope.add_attachment(bytes=b"text", filename="output.txt")
        with sentry_sdk.start_transaction(name="nightly.sh", op="process", source="task"):
            with sentry_sdk.start_span(op="attempt", name="first") as span:
                span.set_data("bytes", 12)
            sentry_sdk.capture_exception(chained())
        sentry_sdk.capture_message("hello")
        schedule: Any = {"schedule": {"type": "crontab", "value": "* * * * *"}, "max_runtime": 5}
        sentry_sdk.crons.capture_checkin("nightly", status="in_progress", monitor_config=schedule)
        sentry_sdk.logger.info("line {n}", n=1)
        client.close(timeout=10)

    assert len(ingest.requests) == 5
    assert [check_envelope(seen.body) for seen in ingest.requests] == [[]] * 5


def chained() -> Exception:
    """A ValueError raised from a KeyError."""
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise ValueError("outer") from error
    except ValueError as error:
        return error


FRAMES = [{"filename": "a.py", "lineno": number} for number in range(251)]
DEEP = {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}
# A message may be 200 characters over its 8192 before it is cut; a whole context shares one budget.
LIMITS = [
    ({"release": "r" * 201}, "release", "dropped"),
    ({"release": "a/b"}, "release", "dropped"),
    ({"release": "latest"}, "release", "dropped"),
    ({"environment": "e" * 65}, "environment", "dropped"),
    ({"environment": "a/b"}, "environment", "dropped"),
    ({"dist": "d" * 65}, "dist", "dropped"),
    ({"transaction": "t" * 201}, "transaction", "cut"),
    ({"tags": {"a": "v" * 201}}, "tags.0.1", "cut"),
    ({"tags": {"a": "two\nlines"}}, "tags.0.1", "dropped"),
    ({"tags": {"a": {"b": 1}}}, "tags.0.1", "dropped"),
    ({"tags": {"a/b": "v"}}, "tags.0.0", "dropped"),
    ({"tags": {"a b": "v"}}, "tags.a b", "dropped"),
    ({"tags": {"k" * 201: "v"}}, "tags.0.0", "cut"),
    ({"tags": {"a": 1.5}}, "tags.a", "changed"),
    ({"tags": {"a": "1", "release": "1"}}, "tags.release", "dropped"),
    ({"tags": {"a": "1", "environment": "x"}}, "tags.environment", "dropped"),
    ({"logentry": {"message": "m" * 8393}}, "logentry.formatted", "cut"),
    ({"exception": {"values": [{"type": "E", "value": "v" * 8393}]}}, "exception.values.0.value", "cut"),
    ({"exception": {"values": [{"type": "E" * 277, "value": "v"}]}}, "exception.values.0.type", "cut"),
    ({"stacktrace": {"frames": FRAMES}}, "stacktrace.frames", "cut"),
    ({"breadcrumbs": {"values": [{"message": "m" * 8393}]}}, "breadcrumbs.values.0.message", "cut"),
    ({"breadcrumbs": [{"level": "warn"}]}, "breadcrumbs.values.0.level", "changed"),
    ({"breadcrumbs": [{"level": "info", "colour": "red"}]}, "breadcrumbs.values.0.colour", "dropped"),
    ({"breadcrumbs": [{"data": {"a": "x" * 2049}}]}, "breadcrumbs.values.0.data.a", "cut"),
    ({"contexts": {"run": {"a": "x" * 8193}}}, "contexts.run.a", "cut"),
    ({"contexts": {"run": {"a": "x" * 5000, "b": "y" * 5000}}}, "contexts.run.b", "cut"),
    ({"contexts": {"run": {"argv": ["x"] * 9000}}}, "contexts.run.argv", "cut"),
    ({"contexts": {"run": DEEP}}, "contexts.run.a.b.c.d.e.f", "changed"),
    ({"extra": {"a": "x" * 16385}}, "extra.a", "cut"),
    ({"extra": {f"k{n}": "x" * 5000 for n in range(100)}}, "extra", "cut"),
    ({"logger": "l" * 65}, "logger", "cut"),
    ({"user": {"username": "u" * 129}}, "user.username", "cut"),
    ({"level": "warn"}, "level", "changed"),
    ({"fingerprint": ["a", {"b": 1}]}, "fingerprint", "changed"),
    ({"colour": "red"}, "colour", "dropped"),
    ({"timestamp": time.time() - 31 * 86400}, "timestamp", "changed"),
    ({"timestamp": time.time() + 86400}, "timestamp", "changed"),
]


@pytest.mark.parametrize(("members", "path", "kind"), LIMITS, ids=[path for _, path, _ in LIMITS])
def test_every_limit_is_seen(members: dict[str, Any], path: str, kind: str) -> None:
    """The first problem names the place and what happens to it there."""
    problems = normalize(event(**members)).problems

    assert [problem[:2] for problem in problems][:1] == [(path, kind)]


def test_a_value_at_its_limit_is_no_problem() -> None:
    """The limits are Sentry's, not one less."""
    full = event(release="r" * 200, tags={"k" * 200: "v" * 200}, transaction="t" * 200, environment="e" * 64)
    crumbs = [{"message": "m" * 8192, "level": "info", "timestamp": time.time()} for _ in range(100)]

    assert normalize(full | {"breadcrumbs": {"values": crumbs}, "dist": "d" * 64}).problems == []


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"start_timestamp": None}, "start_timestamp hard-required"),
        ({"start_timestamp": time.time() + 50, "timestamp": time.time() + 40}, "end timestamp is smaller"),
    ],
)
def test_a_transaction_may_be_rejected_as_a_whole(members: dict[str, Any], reason: str) -> None:
    """Then there is no event, and one problem."""
    verdict = normalize(transaction(**members))

    assert verdict.event is None
    assert verdict.problems[0].kind == "rejected"
    assert reason in verdict.problems[0].reason


def test_a_status_sentry_does_not_know_is_seen() -> None:
    """`error` is no status of a trace."""
    sent = transaction()
    sent["contexts"]["trace"]["status"] = "error"

    assert [problem[:2] for problem in normalize(sent).problems] == [("contexts.trace.status", "changed")]
    assert normalize(transaction()).problems == []
