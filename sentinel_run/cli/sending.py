"""What was sent of a run, and whether the server took it, in sentences; and the envelopes themselves."""

from __future__ import annotations

from sentinel_run.cli.listing import RUNNING
from sentinel_run.deliver import inside
from sentinel_run.diagnose.diagnosis import FAILED, SKIPPED
from sentinel_run.store import journal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.cli.looking import Store
    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.store.history import Delivery

_STATES = {"accepted": "the server took it", "dropped": "not delivered", "waiting": "waits in the outbox"}


def sent(store: Store, facts: Facts, diagnosis: Diagnosis, deliveries: Sequence[Delivery]) -> Iterator[str]:
    """One sentence for each envelope, or one that says why there is none."""
    for delivery in deliveries:
        words = _STATES.get(delivery.state, delivery.state)
        yield f"{delivery.kind}: {words}" + (f" ({delivery.note})" if delivery.note else "")
    if not deliveries:
        yield _nothing(store, facts, diagnosis)


def envelopes(store: Store, facts: Facts, diagnosis: Diagnosis) -> Iterator[bytes]:
    """The envelopes of a run, with a DSN or without."""
    from sentinel_run.deliver.intake import is_told_elsewhere
    from sentinel_run.report.envelopes import envelopes

    with_event = bool(diagnosis.type) and not is_told_elsewhere(facts, diagnosis, store.history)
    for _, envelope in envelopes(facts, diagnosis, with_event=with_event):
        yield envelope


def _nothing(store: Store, facts: Facts, diagnosis: Diagnosis) -> str:
    if not facts.reporting.dsn:
        return "nothing: no DSN, so it is kept on this machine only"
    if diagnosis.status == RUNNING:
        return "nothing yet, it is running"
    if any(entry.run_id == facts.identity.run_id for entry in journal.found(store.state)):
        return "nothing yet; to send it now: sentinel-run deliver"
    if facts.ending is not None and facts.ending.told_by:
        return f"nothing: the run around it, {facts.ending.told_by}, reports this failure"
    inner = inside.reporter(facts, diagnosis, store.history)
    if diagnosis.status == FAILED and inner:
        return f"nothing: the run inside it, {inner}, reports this failure"
    if diagnosis.status == SKIPPED:
        return "nothing: it was skipped, and has no monitor"
    return "nothing: a success whose transaction is not among the sampled ones"
