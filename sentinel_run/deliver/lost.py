"""The end of a run whose wrapper was killed: not known, but how long it went at most, and what it left."""

from __future__ import annotations

import json
import os
import time

from sentinel_run import notebook, output, redact
from sentinel_run.errors import StoreError
from sentinel_run.facts import TASK, Ending, Step
from sentinel_run.notebook import jotted, jottings
from sentinel_run.redact import masked
from sentinel_run.store import alive, last_words, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts
    from sentinel_run.redact import Secrets


def lost(facts: Facts) -> Facts:
    """The facts with an ending that says `lost`, and with what survived of output and notes, redacted."""
    at = min(time.time(), _next_boot_at(facts))
    duration_s = max(0.0, at - facts.started_at)
    ending = Ending(at=facts.started_at + duration_s, duration_s=duration_s, lost=True)
    who = "its program" if facts.command.kind == TASK else "sentinel-run"
    step = Step(duration_s, f"{who} was found to be gone, killed at some time before", "error")
    return _with_remains(facts._replace(ending=ending, steps=(*facts.steps, step)))


def forget(facts: Facts) -> None:
    """What was left has been taken in; a file of any other name is none of ours."""
    if facts.ending is not None and facts.ending.lost:
        paths.forget(notebook.of_run(facts.identity.run_id))
    if os.path.basename(facts.place.last_words) == facts.identity.run_id:
        paths.forget(facts.place.last_words)


def secrets_of(words: last_words.Words) -> redact.Secrets:
    """What is to be cut out of the words: what the wrapper has left beside them, and what they declare themselves.

    Raises ValueError, TypeError or AttributeError.
    """
    known = redact.Secrets(*map(tuple, json.loads(words.about).values()))
    return redact.with_values(known, masked.values(words))


def _next_boot_at(facts: Facts) -> float:
    """When the machine was booted after the run began; never for a run of this boot (proc(5), stat, btime)."""
    if facts.place.host != os.uname().nodename or facts.place.boot_id in ("", alive.boot_id()):
        return float("inf")
    try:
        with open("/proc/stat", encoding="ascii") as file:
            return next((float(line.split()[1]) for line in file if line.startswith("btime ")), float("inf"))
    except OSError:  # No /proc: nothing is known of the boot.
        return float("inf")


def _with_remains(facts: Facts) -> Facts:
    """The facts with the output that survived in memory; without it if nobody knows what is secret in it."""
    try:
        words = last_words.read(facts.place.last_words) if facts.place.last_words else None
        secrets = secrets_of(words) if words else None
    except (OSError, StoreError, ValueError, TypeError, AttributeError) as error:
        note = f"the last output did not survive: {type(error).__name__}"
        return _with_page(facts._replace(notes=(*facts.notes, note)), None)
    if words:
        facts = masked.hide(facts, masked.values(words))
    if words and secrets and facts.place.captured:
        facts = facts._replace(output=output.kept(words, 0.0, secrets))
    return _with_page(facts, secrets)


def _with_page(facts: Facts, secrets: Secrets | None) -> Facts:
    """What the command has noted. The page stays until all that follows from it is stored."""
    try:
        page = notebook.read(notebook.of_run(facts.identity.run_id))
    except FileNotFoundError:
        return facts
    except OSError as error:
        return _without_notes(facts, str(error.strerror))
    if not page.lines:
        return facts
    if secrets is None:
        return _without_notes(facts, "what is secret in them did not survive")
    return jottings.added(facts, jotted.read(page), secrets)


def _without_notes(facts: Facts, why: str) -> Facts:
    return facts._replace(notes=(*facts.notes, f"the command's own notes are lost: {why}"))
