"""The limits that the command was given (getrlimit(2)), out of the kernel's own table of them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts

# proc(5), /proc/PID/limits: a name, the soft limit, the hard limit, a unit.
_ROW = re.compile(r"^(Max [a-z ]*[a-z]) {2,}(\S+) +(\S+) *(\S*) *$", re.MULTILINE)
CPU, FILE, MEMORY, OPEN, PROCESSES, CORE = (
    "Max cpu time", "Max file size", "Max address space", "Max open files", "Max processes", "Max core file size",
)  # fmt: skip
_ULIMITS = {CPU: "-t", FILE: "-f", MEMORY: "-v", OPEN: "-n", PROCESSES: "-u", CORE: "-c"}


def limit(facts: Facts, name: str) -> int | None:
    """The soft limit, in the kernel's unit; None where there is none, or none is known."""
    for row in _ROW.findall(_table(facts)):
        if row[0] == name and row[1].isdecimal():
            return int(row[1]) - (name == CPU and _was_raised(facts))
    return None


def in_words(facts: Facts, name: str) -> str:
    """`ulimit -n: 20000 files`; or that none was set, so that a process of the command has set its own."""
    found = limit(facts, name)
    if found is None:
        return f"no limit was set from outside (ulimit {_ULIMITS[name]})" if _table(facts) else ""
    unit = next((row[3] for row in _ROW.findall(_table(facts)) if row[0] == name), "")
    return f"ulimit {_ULIMITS[name]}: {found:,} {unit}".strip()


def _table(facts: Facts) -> str:
    """That of the command itself at its end, or else that which it was started with."""
    return facts.usage.after.get("limits_at_end") or facts.usage.after.get("limits", "")


def _was_raised(facts: Facts) -> bool:
    """With each XCPU the kernel raises the soft limit by the second after which the next one is due."""
    is_at_end = bool(facts.usage.after.get("limits_at_end"))
    return is_at_end and facts.ending is not None and facts.ending.signal_name == "SIGXCPU"
