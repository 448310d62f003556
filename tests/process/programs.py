"""Runs Python programs that use the API, and reads what the journal has of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.process.support import ended, run

if TYPE_CHECKING:
    from sentinel_run.facts import Facts


def run_python(code: str, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a program that has the API as `sr`; nothing of ours may be said on its stderr."""
    done = run([sys.executable, "-c", f"import sentinel_run as sr\n{code}"], env=env)
    assert b"sentinel-run:" not in done.stderr
    return done


def tasks_of(state: Path) -> dict[str, Facts]:
    """The facts of the tasks that have ended, by name."""
    return {facts.command.name: facts for facts in ended(state)}


def notes_of(facts: Facts, kind: str) -> list[dict[str, Any]]:
    """The members of the notes of one kind."""
    return [dict(note.content) for note in facts.noted if note.kind == kind]


def messages_of(facts: Facts) -> list[str]:
    """The texts of the breadcrumbs."""
    return [note["message"] for note in notes_of(facts, "breadcrumb")]
