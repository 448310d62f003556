"""Everything that is known of one run, as data: what `show` draws, and what it prints as JSON."""

from __future__ import annotations

from sentinel_run import ci
from sentinel_run.cli import listing, used
from sentinel_run.cli.listing import LOST, RUNNING
from sentinel_run.cli.sending import sent
from sentinel_run.deliver.intake import judged
from sentinel_run.diagnose.attempts import told_apart
from sentinel_run.diagnose.diagnosis import Diagnosis
from sentinel_run.diagnose.lines import lines
from sentinel_run.records import Record
from sentinel_run.report import exceptions
from sentinel_run.report.trigger import trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sentinel_run.cli.looking import Store
    from sentinel_run.diagnose.lines import Line
    from sentinel_run.facts import Facts
    from sentinel_run.store.history import Delivery


_LONG = 500
_BEFORE, _AFTER = 4, 3


class Story(Record):
    """A run, its meaning, the last of its lines (`kept` counts all that are kept) and what was sent.

    `around` are lines around the reason where that stands before the last ones, and `between` counts those that
    lie in the gap.
    """

    facts: Facts
    diagnosis: Diagnosis
    short_id: str
    lines: tuple[Line, ...]
    kept: int
    deliveries: tuple[Delivery, ...]
    sent: tuple[str, ...]
    around: tuple[Line, ...] = ()
    between: int = 0

    @property
    def is_running(self) -> bool:
        """Whether the run goes on now."""
        return self.diagnosis.status == RUNNING

    @property
    def duration_s(self) -> float | None:
        """How long it took; None for a run that goes on and for one whose end nobody saw."""
        ending = self.facts.ending
        return None if ending is None or ending.lost else ending.duration_s


def story(store: Store, facts: Facts, *, last_lines: int) -> Story:
    """The story of a run, with at most so many of its lines."""
    run_id = facts.identity.run_id
    diagnosis = judged(facts, store.history) if facts.ending else _going(facts)
    said = told_apart(lines(facts.output), facts.attempts)
    deliveries = tuple(store.history.deliveries(run_id))
    around = _around(said, len(said) - last_lines, diagnosis.reason) if last_lines else (0, 0)
    return Story(
        facts=facts,
        diagnosis=diagnosis,
        short_id=store.history.short_id(run_id),
        lines=tuple(said[-last_lines:] if last_lines else ()),
        kept=len(said),
        deliveries=deliveries,
        sent=tuple(sent(store, facts, diagnosis, deliveries)),
        around=tuple(said[slice(*around)]),
        between=max(0, len(said) - last_lines - around[1]),
    )


def is_reason(line: Line, reason: str) -> bool:
    """Whether this line is the reason. A very long one is told as its beginning."""
    text = line.text.strip()
    return bool(reason) and (text == reason or (len(reason) > _LONG and text[:_LONG] == reason[:_LONG]))


def _around(said: Sequence[Line], shown_from: int, reason: str) -> tuple[int, int]:
    """First line and end of those around the reason, where it is not among the lines that are shown anyway."""
    found = [at for at, line in enumerate(said) if is_reason(line, reason)]
    if not found or found[-1] >= shown_from:
        return 0, 0
    return max(0, found[-1] - _BEFORE), min(found[-1] + _AFTER + 1, shown_from)


def to_json(told: Story) -> dict[str, Any]:
    """The story for programs: the keys are always there, null where there is nothing to say."""
    facts, diagnosis = told.facts, told.diagnosis
    return {
        "run_id": facts.identity.run_id,
        "name": facts.command.name,
        "status": diagnosis.status,
        "cause": diagnosis.cause or None,
        "sentence": diagnosis.sentence or None,
        "reason": diagnosis.reason or None,
        "exceptions": exceptions.values(facts, diagnosis) if diagnosis.thrown else [],
        **_ending(told),
        **_explanation(diagnosis),
        "evidence": dict(facts.evidence),
        "compared": diagnosis.compared._asdict(),
        **_command(facts),
        **used.to_json(facts),
        **_place(facts),
        **_report(facts),
        "output": _output(told),
        "steps": [step._asdict() for step in facts.steps],
        "noted": [{"type": note.kind, "at_s": note.at_s, **note.content} for note in facts.noted],
        "deliveries": [listing.delivery_json(delivery) for delivery in told.deliveries],
        "sent": list(told.sent),
        "notes": list(facts.notes),
    }


def _going(facts: Facts) -> Diagnosis:
    return Diagnosis(RUNNING, sentence=f"{facts.command.name} is running")


def _ending(told: Story) -> dict[str, Any]:
    ending, duration_s = told.facts.ending, told.duration_s
    return {
        "started": listing.moment(told.facts.started_at),
        "ended": listing.moment(ending.at) if ending and not ending.lost else None,
        "duration_s": None if duration_s is None else round(duration_s, 6),
        "exit_status": ending.exit_status if ending else None,
        "signal": ending.signal_name or None if ending else None,
        "core_dumped": bool(ending and ending.core_dumped),
        "timed_out": bool(ending and ending.timed_out),
        "lost": told.diagnosis.cause == LOST,
        "interrupted_by": ending.interrupted_by or None if ending else None,
        "spawn_error": ending.spawn_error or None if ending else None,
        "skipped": ending.skipped or None if ending else None,
        "monitor": told.facts.monitor._asdict() if told.facts.monitor else None,
        "attempts": [attempt._asdict() for attempt in told.facts.attempts],
    }


def _explanation(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "exit_status_meaning": diagnosis.exit_status_meaning or None,
        "signal_sender": diagnosis.sender or None,
        "core": diagnosis.core or None,
        "details": [detail._asdict() for detail in diagnosis.details],
    }


def _command(facts: Facts) -> dict[str, Any]:
    command = facts.command
    return {"argv": list(command.argv), "cwd": command.cwd, "executable": command.executable or None}


def _place(facts: Facts) -> dict[str, Any]:
    place = facts.place
    return {
        "host": place.host,
        "user": place.user,
        "pid": place.pid or None,
        "ancestors": list(place.ancestors),
        "trigger": trigger(place),
        "ci": ci.facts(place.ci),
    }


def _report(facts: Facts) -> dict[str, Any]:
    reporting, identity = facts.reporting, facts.identity
    return {
        "environment": reporting.environment,
        "release": reporting.release or None,
        "tags": dict(reporting.tags),
        "trace_id": identity.trace_id,
        "event_id": identity.event_id,
        "transaction_id": identity.transaction_id,
        "parent_run_id": identity.parent_run_id or None,
    }


def _output(told: Story) -> dict[str, Any]:
    output = told.facts.output
    return {
        "captured": told.facts.place.captured,
        "line_counts": dict(output.lines),
        "byte_counts": dict(output.bytes),
        "dropped_bytes": dict(output.dropped),
        "kept_lines": told.kept,
        "lines": [line._asdict() for line in told.lines],
    }
