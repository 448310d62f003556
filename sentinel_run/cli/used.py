"""What a run used, and by which of its processes, as data."""

from __future__ import annotations

from sentinel_run.report.processes import processes
from sentinel_run.report.timeline import stretches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.facts import Facts
    from sentinel_run.report.processes import Process


def to_json(facts: Facts) -> dict[str, Any]:
    """CPU, memory, processes and the timeline for programs; times in seconds after the start of the run."""
    usage = facts.usage
    return {
        "user_s": usage.user_s,
        "system_s": usage.system_s,
        "max_rss_bytes": usage.max_rss_bytes or None,
        "tree_cpu_s": usage.tree_cpu_s if usage.tree_peak_rss_bytes else None,
        "tree_peak_rss_bytes": usage.tree_peak_rss_bytes or None,
        "processes_seen": usage.processes_seen,
        "processes": [_process(process) for process in processes(facts)],
        "timeline": [part._asdict() for part in stretches(facts)],
    }


def _process(process: Process) -> dict[str, Any]:
    member = process.member
    return {
        "name": process.name,
        "argv": list(member.argv),
        "pid": member.pid,
        "parent_pid": member.parent,
        "depth": process.depth,
        "start_s": process.start_s,
        "end_s": process.end_s,
        "left_running": member.is_left,
        "cpu_s": member.cpu_s,
        "peak_rss_bytes": member.peak_rss_bytes or None,
        "exit_status": member.exit_status,
        "signal": member.signal_name or None,
    }
