"""Contexts: the run, what it used, and the machine it ran on."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from sentinel_run import ci
from sentinel_run.report import check_in, host, limits, noted
from sentinel_run.report import timeline as timeline_
from sentinel_run.report.trigger import trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts

_TIMELINE_POINTS = 60


def contexts(facts: Facts, diagnosis: Diagnosis) -> dict[str, dict[str, Any]]:
    """All contexts by name, each within the server's budget; one without content is left out."""
    found = {
        "run": run(facts, diagnosis),
        "evidence": evidence(facts, diagnosis),
        "compared": compared(diagnosis),
        "resources": resources(facts),
        "timeline": timeline(facts),
        "process": process(facts),
        "monitor": check_in.context(facts.monitor),
        "ci": ci.facts(facts.place.ci),
        "os": host.bounded(host.operating_system),
        "device": host.bounded(lambda: host.device(facts.place.host)),
        "runtime": host.runtime(),
        "cpu": host.bounded(lambda: host.cpu(facts.usage.before, facts.usage.after)),
        "memory": host.bounded(lambda: host.memory(facts.usage.after)),
        "disks": host.bounded(host.disks),
        "measures": {name: measure.in_words() for name, measure in noted.measures(facts).items()},
    }
    found |= noted.contexts(facts, found.keys())
    legal = {name: limits.context(content) for name, content in found.items()}
    return {name: content for name, content in legal.items() if content}


def run(facts: Facts, diagnosis: Diagnosis) -> dict[str, Any]:
    """The run itself: what was asked, how it ended, how much it said."""
    return {
        **_asked(facts),
        **_ended(facts, diagnosis),
        "attempt": max(1, len(facts.attempts)),
        "started": datetime.fromtimestamp(facts.started_at, UTC).isoformat(),
        "duration_s": round(facts.ending.duration_s, 3) if facts.ending else None,
        **_said(facts),
        "interactive": facts.place.interactive,
        "trigger": trigger(facts.place),
        "notes": [*facts.notes, *noted.left_out(facts)] or None,
    }


def _asked(facts: Facts) -> dict[str, Any]:
    return {
        "id": facts.identity.run_id,
        "parent_id": facts.identity.parent_run_id,
        "command_name": facts.command.name,
        "command_line": shlex.join(facts.command.argv),
        "cwd": facts.command.cwd,
    }


def _ended(facts: Facts, diagnosis: Diagnosis) -> dict[str, Any]:
    ending = facts.ending
    return {
        "cause": diagnosis.cause or "success",
        "reason": diagnosis.reason,
        "exit_status": ending.exit_status if ending else None,
        "signal": ending.signal_name if ending else None,
        "exit_status_meaning": diagnosis.exit_status_meaning,
        "signal_sender": diagnosis.sender,
        "core_dumped": ending.core_dumped if ending and ending.signal else None,
        "core": diagnosis.core,
        "details": [detail.name for detail in diagnosis.details] or None,
    }


def _said(facts: Facts) -> dict[str, Any]:
    output = facts.output
    return {
        "output_lines": dict(output.lines),
        "output_bytes": dict(output.bytes),
        "output_dropped_bytes": dict(output.dropped) or None,
        "captured": facts.place.captured,
        "terminal": bool(facts.place.terminals),
        "terminals": list(facts.place.terminals),
    }


def evidence(facts: Facts, diagnosis: Diagnosis) -> dict[str, Any]:
    """What proves the details of a failure: a mount's usage, a limit, a file's owner, the kernel's log."""
    proven = {detail.name.replace(" ", "_"): detail.proof for detail in diagnosis.details}
    return {**proven, "kernel_log": facts.evidence.get("kernel")}


def compared(diagnosis: Diagnosis) -> dict[str, Any]:
    """How the run compares with the last successful ones of its name."""
    found = diagnosis.compared
    return {
        "told": "; ".join(found.sentences),
        "runs": None if found.usual_s is None else found.runs,
        "usual_duration_s": None if found.usual_s is None else round(found.usual_s, 3),
        "usual_max_rss_bytes": found.usual_peak_bytes,
        "times_usual": None if found.times_usual is None else round(found.times_usual, 2),
    }


def resources(facts: Facts) -> dict[str, Any]:
    """What the command used, as the kernel counted it (getrusage(2)); nothing for a command that never ran."""
    used = facts.usage
    if not used.max_rss_bytes:
        return {}
    return {
        "user_s": round(used.user_s, 3),
        "system_s": round(used.system_s, 3),
        "max_rss_bytes": used.max_rss_bytes,
        "minor_page_faults": used.minor_faults,
        "major_page_faults": used.major_faults,
        "block_input": used.blocks_in,
        "block_output": used.blocks_out,
        "voluntary_context_switches": used.voluntary_switches,
        "involuntary_context_switches": used.involuntary_switches,
        "processes_seen": used.processes_seen or None,
        "peak_rss_of_tree_bytes": used.tree_peak_rss_bytes or None,
        "cpu_of_tree_s": round(used.tree_cpu_s, 3) if used.tree_peak_rss_bytes else None,
    }


def timeline(facts: Facts) -> dict[str, Any]:
    """CPU and memory of all the command's processes over the run: lists whose items belong together."""
    parts = timeline_.thinned(timeline_.stretches(facts), _TIMELINE_POINTS)
    if not parts:
        return {}
    return {
        "until_s": [round(part.to_s, 2) for part in parts],
        "cpu_percent": [round(part.cores * 100) for part in parts],
        "peak_rss_mb": [round(part.rss_bytes / 1_000_000, 1) for part in parts],
    }


def process(facts: Facts) -> dict[str, Any]:
    """The process and where it stood; its parent is whoever started us, since we stand in its place."""
    place = facts.place
    return {
        "pid": place.pid or None,
        "parent_pid": place.parent_pid or None,
        "parent_name": place.ancestors[0] if place.ancestors else None,
        "ancestors": list(place.ancestors) or None,
        "cwd": facts.command.cwd,
        "executable": facts.command.executable,
        "user": place.user,
        "uid": place.uid,
    }
