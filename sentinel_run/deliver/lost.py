"""The end of a run whose wrapper was killed: not known, but how long it went at most, and its last words."""

from __future__ import annotations

import json
import os
import time

from sentinel_run import notebook, output, redact
from sentinel_run.errors import StoreError
from sentinel_run.facts import Ending, Step
from sentinel_run.store import alive, last_words, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts


def lost(facts: Facts) -> Facts:
    """The facts with an ending that says `lost`, and with what survived of the output, redacted."""
    at = min(time.time(), _next_boot_at(facts))
    duration_s = max(0.0, at - facts.started_at)
    ending = Ending(at=facts.started_at + duration_s, duration_s=duration_s, lost=True)
    step = Step(duration_s, "sentinel-run was found to be gone, killed at some time before", "error")
    return _without_page(_with_last_words(facts._replace(ending=ending, steps=(*facts.steps, step))))


def forget(facts: Facts) -> None:
    """The last words have been taken in; a file of any other name is none of ours."""
    if os.path.basename(facts.place.last_words) == facts.identity.run_id:
        paths.forget(facts.place.last_words)


def secrets_of(words: last_words.Words) -> redact.Secrets:
    """What the wrapper has left beside the words, to be cut out of them. Raises ValueError or TypeError."""
    return redact.Secrets(*map(tuple, json.loads(words.about).values()))


def _next_boot_at(facts: Facts) -> float:
    """When the machine was booted after the run began; never for a run of this boot (proc(5), stat, btime)."""
    if facts.place.host != os.uname().nodename or facts.place.boot_id in ("", alive.boot_id()):
        return float("inf")
    try:
        with open("/proc/stat", encoding="ascii") as file:
            return next((float(line.split()[1]) for line in file if line.startswith("btime ")), float("inf"))
    except OSError:  # No /proc: nothing is known of the boot.
        return float("inf")


def _without_page(facts: Facts) -> Facts:
    """What the command noted is raw until its wrapper takes it; it must not lie there for ever."""
    try:
        was_noted = notebook.discard(facts.identity.run_id)
    except OSError:
        return facts
    return facts._replace(notes=(*facts.notes, "the command's own notes are lost")) if was_noted else facts


def _with_last_words(facts: Facts) -> Facts:
    if not facts.place.last_words:
        return facts
    try:
        words = last_words.read(facts.place.last_words)
        return facts._replace(output=output.kept(words, 0.0, secrets_of(words)))
    except (OSError, StoreError, ValueError, TypeError, AttributeError) as error:
        note = f"the last output did not survive: {type(error).__name__}"
        return facts._replace(notes=(*facts.notes, note))
