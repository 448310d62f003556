"""Makes a run's envelopes with sentry-sdk's public API; ours is only the transport, which keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

import sentry_sdk
from sentry_sdk.tracing_utils import Baggage
from sentry_sdk.transport import Transport

from sentinel_run.diagnose.attempts import told_apart
from sentinel_run.diagnose.diagnosis import SKIPPED
from sentinel_run.diagnose.lines import lines
from sentinel_run.report import (
    attachment,
    breadcrumbs,
    check_in,
    containers,
    contexts,
    event,
    limits,
    logs,
    metrics,
    noted,
    noted_spans,
    spans,
    tags,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sentry_sdk.envelope import Envelope

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Attempt, Facts

CHECK_IN, EVENT, TRANSACTION, LOG, METRIC = "check_in", "event", "transaction", "log", "metric"
_USER_CHARS = 128


class _Kept(Transport):
    """Keeps envelopes instead of sending them."""

    def __init__(self, options: dict[str, Any] | None = None) -> None:
        super().__init__(options)
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)


def envelopes(facts: Facts, diagnosis: Diagnosis, *, with_event: bool) -> Iterator[tuple[str, bytes]]:
    """(kind, envelope) of all that a run sends. The headers name the DSN and leave `sent_at` to the sender."""
    client = _client(facts)
    if facts.monitor is not None and facts.ending is not None:
        yield CHECK_IN, _stored(check_in.closing(facts, diagnosis), facts.reporting.dsn)
    kept = client.transport
    assert isinstance(kept, _Kept)
    with sentry_sdk.isolation_scope() as scope, sentry_sdk.new_scope() as current:
        current.set_client(client)
        scope.set_client(client)
        _describe(scope, facts, diagnosis)
        if with_event:
            _capture_event(scope, facts, diagnosis)
        if facts.identity.sampled and facts.ending is not None and diagnosis.status != SKIPPED:
            _capture_transaction(scope, facts, diagnosis)
    for envelope in kept.envelopes:
        yield _kind(envelope), _stored(envelope, facts.reporting.dsn)
    if facts.reporting.logs and (said := logs.records(facts)):
        yield LOG, _stored(containers.envelope("log", said), facts.reporting.dsn)
    if facts.reporting.metrics and facts.ending is not None:
        measured = metrics.records(facts, diagnosis)
        yield METRIC, _stored(containers.envelope("trace_metric", measured), facts.reporting.dsn)


def opening_check_in(facts: Facts) -> bytes:
    """The check-in of a run with a monitor that still goes on."""
    return _stored(check_in.opening(facts), facts.reporting.dsn)


def _client(facts: Facts) -> sentry_sdk.Client:
    """A client of our own for each run: nothing of the SDK's automatic behaviour belongs in a report."""
    return sentry_sdk.Client(
        dsn=facts.reporting.dsn or None,
        transport=_Kept({"dsn": facts.reporting.dsn}),
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        max_breadcrumbs=10_000,
        traces_sample_rate=1.0,
        # Given nothing at all, the SDK would look for a release of its own, and start git for it.
        release=limits.release(facts.reporting.release) or "",
        before_send=_without_empty_release,
        before_send_transaction=_without_empty_release,
        environment=limits.environment(facts.reporting.environment),
        server_name=limits.cut(facts.place.host, limits.NAME_CHARS),
        spotlight=False,  # The SDK would wait for one that hangs as long as that likes; see deliver/spotlight.
    )


def _describe(scope: sentry_sdk.Scope, facts: Facts, diagnosis: Diagnosis) -> None:
    for key, value in tags.tags(facts, diagnosis).items():
        scope.set_tag(key, value)
    for name, content in contexts.contexts(facts, diagnosis).items():
        scope.set_context(name, content)
    scope.set_user(_user(facts))


def _user(facts: Facts) -> dict[str, str]:
    """Who ran it, and for whom it said that it works."""
    who = {"username": facts.reporting.user or facts.place.user, "id": noted.user(facts)}
    return {key: limits.cut(value, _USER_CHARS) for key, value in who.items() if value}


def _capture_event(scope: sentry_sdk.Scope, facts: Facts, diagnosis: Diagnosis) -> None:
    said = lines(facts.output)
    for crumb in breadcrumbs.breadcrumbs(facts, diagnosis, said):
        scope.add_breadcrumb(crumb)
    if said and facts.reporting.attach_output:
        content = attachment.output_text(told_apart(said, facts.attempts))
        kind = "text/plain; charset=utf-8"
        scope.add_attachment(bytes=content, filename=attachment.NAME, content_type=kind)
    made = event.event(facts, diagnosis)
    made["contexts"]["trace"]["dynamic_sampling_context"] = _baggage(facts).dynamic_sampling_context()
    scope.capture_event(made)  # type: ignore[arg-type]


def _capture_transaction(scope: sentry_sdk.Scope, facts: Facts, diagnosis: Diagnosis) -> None:
    assert facts.ending is not None
    identity = facts.identity
    parent = {"parent_span_id": identity.parent_span_id} if identity.parent_span_id else {}
    transaction = sentry_sdk.start_transaction(
        name=limits.name(facts.command.name),
        source="task",
        op=facts.command.kind,
        trace_id=identity.trace_id,
        span_id=identity.span_id,
        sampled=True,
        baggage=_baggage(facts),
        start_timestamp=datetime.fromtimestamp(facts.started_at, UTC),
        **parent,  # type: ignore[arg-type]
    )
    scope.add_event_processor(lambda made, hint: _finished(made, facts))
    transaction.set_status(diagnosis.transaction_status)
    for key, value in _measured(facts).items():
        transaction.set_data(key, value)
    ended_at = facts.started_at + max(facts.ending.duration_s, 0.0)
    for number, attempt in enumerate(facts.attempts, 1):
        _add_attempt(transaction, number, attempt, started_at=facts.started_at, ended_at=ended_at)
    spans.add(transaction, facts)
    noted_spans.add(transaction, facts)
    transaction.finish(scope, end_timestamp=datetime.fromtimestamp(ended_at, UTC))


def _add_attempt(transaction: Any, number: int, attempt: Attempt, *, started_at: float, ended_at: float) -> None:
    began_at = started_at + attempt.at_s
    span = transaction.start_child(
        op="process.attempt", name=f"attempt {number}", start_timestamp=datetime.fromtimestamp(began_at, UTC)
    )
    failed = "deadline_exceeded" if attempt.timed_out else "internal_error"
    span.set_status(failed if attempt.is_failure else "ok")
    for key in ("exit_status", "signal_name"):
        if (value := getattr(attempt, key)) not in (None, ""):
            span.set_data(key, value)
    # Two rounded numbers may be a microsecond more than their sum, and no span ends after its transaction.
    until = min(began_at + max(attempt.duration_s, 0.0), ended_at)
    span.finish(end_timestamp=datetime.fromtimestamp(until, UTC))


def _measured(facts: Facts) -> dict[str, Any]:
    output = facts.output
    sizes = {f"output.{stream}.bytes": count for stream, count in output.bytes.items()}
    counts = {f"output.{stream}.lines": count for stream, count in output.lines.items()}
    used = {name: value for name, value in contexts.resources(facts).items() if value is not None}
    ours = {**used, **sizes, **counts}
    measured = {name: measure.value for name, measure in noted.measures(facts).items()}
    return {**{f"note.{name}" if name in ours else name: value for name, value in measured.items()}, **ours}


def _without_empty_release(made: Any, hint: Any) -> Any:
    if not made.get("release"):
        made.pop("release", None)
    return made


def _finished(transaction: Any, facts: Facts) -> Any:
    """What the SDK has no argument for: an id fixed since the start, and a run that is no Python thread."""
    transaction["event_id"] = facts.identity.transaction_id
    transaction["platform"] = "other"
    if measurements := noted.measurements(facts):
        transaction["measurements"] = measurements
    for described in (transaction["contexts"]["trace"], *transaction["spans"]):
        for name in ("thread.id", "thread.name"):
            described["data"].pop(name, None)
    return transaction


def _baggage(facts: Facts) -> Baggage:
    return Baggage.from_incoming_header(facts.identity.baggage)


def _kind(envelope: Envelope) -> str:
    return EVENT if envelope.get_event() else TRANSACTION


def _stored(envelope: Envelope, dsn: str) -> bytes:
    """A header may have only one `sent_at`, so the sender writes it; the DSN says where to send it."""
    envelope.headers.pop("sent_at", None)
    trace = envelope.headers.get("trace")
    if isinstance(trace, dict) and not (trace.get("trace_id") and trace.get("public_key")):
        del envelope.headers["trace"]  # Baggage that came in incomplete; the server would refuse it.
    if dsn:
        envelope.headers["dsn"] = dsn
    return envelope.serialize()
