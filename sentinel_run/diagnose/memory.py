"""Whether the kernel killed the command, or a process of it, for lack of memory.

Proven by the kernel's own counts before and after the run, or by its log where that can be read. A KILL that
neither knows of came from elsewhere; where nothing can be read, that is said.
"""

from __future__ import annotations

import re

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel_run.diagnose.lines import Line
    from sentinel_run.facts import Ending, Facts

# What a shell ends with after a child that died of KILL.
KILLED_STATUS = 128 + 9
# A group without a limit of its own has a number beyond every machine.
_NO_LIMIT_BYTES = 1 << 60
# What a shell or a compiler's driver says of a child that died of KILL.
_CHILD_KILLED = re.compile(r"\bKilled\b|\bsignal 9\b|\bSIGKILL\b|died with <Signals\.SIGKILL")
_LOOK_BACK = 20
# mm/oom_kill.c of the kernel writes this line for each process that it kills.
_KERNEL = re.compile(r"[Oo]ut of memory: Killed process (\d+) \(([^)]*)\).*?anon-rss:(\d+)kB")


class Verdict(Record):
    """`is_out` is True, False, or None where it cannot be known; `proof` says by what, or why not."""

    is_out: bool | None
    proof: str = ""


def verdict(facts: Facts, ending: Ending, lines: Sequence[Line]) -> Verdict | None:
    """Whether memory was why, or None for an ending that has nothing to do with a KILL."""
    if ending.timed_out or ending.spawn_error or not _met_a_kill(ending, lines):
        return None
    told = _told_by_kernel(facts, ending)
    if told is not None:
        return told
    in_group, on_machine = _rise(facts, "cgroup"), _rise(facts, "vmstat")
    if in_group:
        return Verdict(True, f"{_processes(in_group)} killed in its control group during the run{_limit(facts)}")
    if on_machine == 0 or (in_group == 0 and on_machine is None):
        return Verdict(False, "no process was killed for lack of memory during the run")
    if on_machine:
        return Verdict(
            None, f"{_processes(on_machine)} killed on this machine during the run, none known as its own"
        )
    return Verdict(None, "the kernel's counts of such kills are not known")


def kernel_kills(text: str) -> list[tuple[int, str]]:
    """(pid, words) of each process that the lines of the kernel's log say was killed for lack of memory."""
    return [
        (int(pid), f"{name} (pid {pid}), which held {int(size_kb) * 1024 / 1e6:,.0f} MB")
        for pid, name, size_kb in _KERNEL.findall(text)
    ]


def _met_a_kill(ending: Ending, lines: Sequence[Line]) -> bool:
    if ending.signal_name == "SIGKILL" or ending.exit_status == KILLED_STATUS:
        return True
    return bool(ending.exit_status) and any(_CHILD_KILLED.search(line.text[:1000]) for line in lines[-_LOOK_BACK:])


def _told_by_kernel(facts: Facts, ending: Ending) -> Verdict | None:
    """The word of the kernel's log on the command itself; on its children, only the counts can be trusted."""
    kills = kernel_kills(facts.evidence.get("kernel", ""))
    for pid, words in kills:
        if pid == facts.place.pid:
            return Verdict(True, f"the kernel killed {words}{_limit(facts)}")
    if not kills or not _rise(facts, "cgroup"):
        return None
    if ending.signal_name == "SIGKILL":
        return Verdict(False, f"it was another process that the kernel killed, {kills[-1][1]}")
    return Verdict(True, f"the kernel killed {kills[-1][1]}{_limit(facts)}")


def _rise(facts: Facts, name: str) -> int | None:
    """How many processes more the kernel has killed at the end than at the start; None if that was not counted.

    A command may be quicker than our look at the start; but where there was no such kill ever, there was none now.
    """
    before = _numbers(facts.usage.before.get(name, "")).get("oom_kill")
    after = _numbers(facts.usage.after.get(name, "")).get("oom_kill")
    if after is None or (before is None and after):
        return None
    return max(0, after - (before or 0))


def _limit(facts: Facts) -> str:
    numbers = _numbers(facts.usage.after.get("cgroup", ""))
    limit = numbers.get("memory.max", numbers.get("memory.limit_in_bytes", _NO_LIMIT_BYTES))
    return f"; its control group may have {limit / 1e6:,.0f} MB" if limit < _NO_LIMIT_BYTES else ""


def _numbers(text: str) -> Mapping[str, int]:
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}


def _processes(count: int) -> str:
    return "1 process was" if count == 1 else f"{count} processes were"
