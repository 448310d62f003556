"""How a run ended, in words."""

from __future__ import annotations

from sentinel_run.diagnose import signal_words
from sentinel_run.facts import TASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.cli.story import Story
    from sentinel_run.facts import Ending


def ended(told: Story) -> str:
    """Exit status or signal, and what else the kernel or we had to do with the end."""
    ending = told.facts.ending
    if ending is None:
        return "not yet"
    if ending.lost:
        who = "its program" if told.facts.command.kind == TASK else "sentinel-run, and with it the command,"
        return f"unknown: {who} was killed"
    if told.facts.command.kind == TASK:
        return "by itself" if told.facts.failure is None else told.diagnosis.reason or "by its own word"
    if ending.skipped:
        return f"never started: {ending.skipped}"
    return ", ".join((_status(ending), *_further(told, ending)))


def _further(told: Story, ending: Ending) -> Iterator[str]:
    if ending.core_dumped:
        yield "core dumped"
    if ending.timed_out:
        yield f"stopped by --timeout{_limit(told)}"
    if ending.interrupted_by:
        yield f"{ending.interrupted_by} was sent to it from outside"
    if ending.complaint is not None:
        yield f"but it {ending.complaint.what}"
    if len(told.facts.attempts) > 1:
        yield f"the last of {len(told.facts.attempts)} attempts"
    if told.diagnosis.status == "ok" and ending.told_status:
        yield "which counts as success (--ok-exit)"


def _status(ending: Ending) -> str:
    if ending.spawn_error:
        return f"never started, exit status {ending.exit_status}"
    if ending.signal is None:
        return f"exit status {ending.exit_status}"
    words = signal_words.WORDS.get(ending.signal_name, "")
    return f"signal {ending.signal_name}" + (f" ({words})" if words else "")


def _limit(told: Story) -> str:
    limit_s = told.facts.reporting.timeout_s
    return f" {limit_s:g}s" if limit_s else ""
