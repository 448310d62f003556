"""The tables at the end of the page: the run, the report, the machine, the CI."""

from __future__ import annotations

import shlex

from sentinel_run import ci
from sentinel_run.cli.page.rows import Row
from sentinel_run.cli.screens import words
from sentinel_run.records import Record
from sentinel_run.report import host
from sentinel_run.report.trigger import trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from sentinel_run.cli.story import Story
    from sentinel_run.facts import Attempt, Facts

_SAFE_SCHEMES = ("https://", "http://")


class Matter(Record):
    """Rows under one heading."""

    id: str
    title: str
    rows: tuple[Row, ...]


def matters(told: Story) -> list[Matter]:
    """All that there is something to say of."""
    facts = told.facts
    found = (
        ("run", "The run", _run(told)),
        ("report", "The report", _report(told)),
        ("machine", "The machine", _machine(facts)),
        ("ci", "CI", _ci(facts)),
    )
    made = (Matter(name, title, tuple(row for row in rows if row.text)) for name, title, rows in found)
    return [matter for matter in made if matter.rows]


def _run(told: Story) -> Iterator[Row]:
    facts, used = told.facts, told.facts.usage
    yield Row("command", shlex.join(facts.command.argv))
    yield Row("executable", facts.command.executable)
    yield Row("directory", facts.command.cwd)
    if used.max_rss_bytes:
        yield Row("CPU time", f"user {words.took(used.user_s)}, system {words.took(used.system_s)}")
    if used.tree_peak_rss_bytes:
        yield Row("memory of all", words.size(used.tree_peak_rss_bytes))
    yield from _usually(told)
    yield from (Row(f"attempt {number}", _attempt(one)) for number, one in enumerate(facts.attempts, 1))
    yield Row("run", facts.identity.run_id)
    yield Row("inside run", facts.identity.parent_run_id)
    yield from (Row("note", note) for note in facts.notes)


def _usually(told: Story) -> Iterator[Row]:
    found = told.diagnosis.compared
    if found.usual_s is not None:
        peak = f", peak memory {words.size(found.usual_peak_bytes)}" if found.usual_peak_bytes else ""
        yield Row("usually", f"{words.took(found.usual_s)}{peak} (median of {found.runs} runs)")


def _attempt(attempt: Attempt) -> str:
    ending = attempt.signal_name or f"exit status {attempt.exit_status}"
    return f"{ending} after {words.took(attempt.duration_s)}" + (", timed out" if attempt.timed_out else "")


def _machine(facts: Facts) -> Iterator[Row]:
    place, after = facts.place, facts.usage.after
    yield Row("host", place.host)
    yield Row("user", f"{place.user} ({place.uid})")
    yield Row("started by", ", ".join((trigger(place), *place.ancestors)))
    yield Row("process", str(place.pid or ""))
    yield Row("inside", " and ".join(_surroundings(facts)))
    if "load" in after:
        yield from _processors(host.bounded(lambda: host.cpu(facts.usage.before, after)))
    if "memory" in after:
        yield from _memory(host.bounded(lambda: host.memory(after)))


def _surroundings(facts: Facts) -> Iterator[str]:
    if facts.place.container:
        yield "a container"
    if facts.place.systemd:
        yield "a systemd unit"


def _processors(found: dict[str, Any]) -> Iterator[Row]:
    if found:
        busy = f", {found['percent']:g} % busy during the run" if found["percent"] is not None else ""
        yield Row("processors", f"{found['logical']}{busy}")
        yield Row("load at the end", " ".join(f"{number:g}" for number in found["load"]))


def _memory(found: dict[str, Any]) -> Iterator[Row]:
    if found:
        free, swap = words.size(found["available"]), found["swap"]
        yield Row("memory at the end", f"{free} of {words.size(found['total'])} available")
        used = f"{words.size(swap['used'])} of {words.size(swap['total'])} used"
        yield Row("swap at the end", used if swap["total"] else "")


def _ci(facts: Facts) -> Iterable[Row]:
    return [Row(name.replace("_", " "), value, _link(value)) for name, value in ci.facts(facts.place.ci).items()]


def _report(told: Story) -> Iterator[Row]:
    facts = told.facts
    yield from (Row("sent", sentence) for sentence in told.sent)
    yield Row("environment", facts.reporting.environment)
    yield Row("release", facts.reporting.release)
    yield from (Row("tag", f"{key}={value}") for key, value in facts.reporting.tags)
    if facts.monitor is not None:
        yield Row("monitor", f"{facts.monitor.slug} {facts.monitor.schedule} {facts.monitor.timezone}".strip())
    if told.deliveries:
        yield Row("event", facts.identity.event_id)
        yield Row("transaction", facts.identity.transaction_id)
    yield Row("trace", facts.identity.trace_id)


def _link(value: str) -> str:
    """The address itself if it is one of the web: any other scheme may run something in the reader's browser."""
    return value if value.lower().startswith(_SAFE_SCHEMES) and value.isprintable() and " " not in value else ""
