"""Tags: what a person filters issues by."""

from __future__ import annotations

from sentinel_run import ci
from sentinel_run.report import limits, noted
from sentinel_run.report.trigger import trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts

_CI_TAGS = ("provider", "repository", "workflow", "job", "step", "branch", "tag", "pull_request", "attempt")


def tags(facts: Facts, diagnosis: Diagnosis) -> dict[str, str]:
    """All tags of a run, legal for the server; the user's own win, above all what was noted."""
    legal = (limits.tag(key, value) for key, value in _all(facts, diagnosis))
    return dict(pair for pair in legal if pair is not None)


def _all(facts: Facts, diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    yield "command", facts.command.name
    yield "cause", diagnosis.cause
    if facts.ending is not None:
        yield "signal", facts.ending.signal_name
        yield "exit_status", "" if facts.ending.exit_status is None else str(facts.ending.exit_status)
    yield "slow", "true" if diagnosis.compared.is_slow else ""
    yield "host", facts.place.host
    yield "user", facts.place.user
    yield "trigger", trigger(facts.place)
    known = ci.facts(facts.place.ci)
    yield from ((f"ci.{name}", known.get(name, "")) for name in _CI_TAGS)
    yield from facts.reporting.tags
    yield from noted.tags(facts).items()
