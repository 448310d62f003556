"""The machine that a run ran on, in one row: how busy it was, its load and its memory at the end."""

from __future__ import annotations

from sentinel_run.cli.screens import words
from sentinel_run.report import host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Facts


def machine(facts: Facts) -> str:
    """Only what the facts hold: `show` may be looked at long after the run."""
    return ", ".join(_parts(facts))


def _parts(facts: Facts) -> Iterator[str]:
    before, after = facts.usage.before, facts.usage.after
    busy = host.busy_percent(before.get("stat", ""), after.get("stat", ""))
    if busy is not None:
        yield f"{busy:.0f}% busy"
    if load := after.get("load", "").split()[:1]:
        yield f"load {load[0]}"
    if "MemTotal" in after.get("memory", ""):
        found = host.memory(after)
        yield f"{words.size(found['used'])} of {words.size(found['total'])} memory used at the end"
