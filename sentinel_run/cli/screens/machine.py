"""The machine that a run ran on, in one row: how busy it was, its load and its memory at the end."""

from __future__ import annotations

from sentinel_run.cli.screens import words
from sentinel_run.report import counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Facts


def machine(facts: Facts) -> str:
    """Only what the facts hold: `show` may be looked at long after the run."""
    return ", ".join(_parts(facts))


def _parts(facts: Facts) -> Iterator[str]:
    before, after = facts.usage.before, facts.usage.after
    busy = counters.busy_percent(before.get("stat", ""), after.get("stat", ""))
    if busy is not None:
        yield f"{words.busy(busy / 100)} busy"
    if load := after.get("load", "").split()[:1]:
        yield f"load {load[0]}"
    memory = counters.meminfo_bytes(after.get("memory", ""))
    if "MemTotal" in memory and "MemAvailable" in memory:
        total, available = memory["MemTotal"], memory["MemAvailable"]
        yield f"{words.size(total - available)} of {words.size(total)} memory used at the end"
