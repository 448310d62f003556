"""A task that failed inside a run: its failure is reported once, and hides no other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.delivery.conftest import Report, deliver
from tests.servers.ingest import Ingest

_FAILED = "try:\n with sr.task('t'): raise ValueError('bad')\nexcept ValueError as error: caught = error\n"
# What a program does, and the causes of the events that follow.
PROGRAMS = {
    "goes on and ends with a failure": (_FAILED + "sys.exit(1)", ["ValueError"]),
    "reports a failure and ends with one": ("sr.capture_failure('t', 'no reply'); sys.exit(2)", ["task_failure"]),
    "ends by it": ("with sr.task('t'): raise ValueError('bad')", ["ValueError"]),
    "prints it and ends with a failure": (
        _FAILED + "import traceback; traceback.print_exception(caught); sys.exit(1)",
        ["ValueError"],
    ),
    "ends by what it was the cause of": (_FAILED + "raise RuntimeError('no task') from caught", ["ValueError"]),
    "ends by another exception": (_FAILED + "raise KeyError('other')", ["KeyError", "ValueError"]),
    "ends by another of its class": (_FAILED + "raise ValueError('worse')", ["ValueError", "ValueError"]),
    "has a fault where it handles it": (
        "try:\n with sr.task('t'): raise ValueError('bad')\nexcept ValueError: {}['gone']",
        ["KeyError", "ValueError"],
    ),
    "is killed": (_FAILED + "os.kill(os.getpid(), 15)", ["SIGTERM", "ValueError"]),
}
# A program that is killed in a task, under a command.
KILLED = "import os, sentinel_run as sr\nwith sr.task('t'): os.kill(os.getpid(), 9)"
AROUND = {
    "exec {program}": ["SIGKILL"],
    "{program}; exit $?": ["exit status 137"],
    "{program}; exit 0": ["lost"],
}
# The program is a step of a script, and ends with 1.
SCRIPTS = {
    "cd / && {program}": ["ValueError"],
    "{program} || {{ echo 'x: error: no space' >&2; exit 3; }}": ["ValueError", "exit status 3"],
    "{program}; exit 0": ["ValueError"],
    "{program}; sleep 1.2; exit 1": ["ValueError", "exit status 1"],
}


def _causes(server: Ingest) -> list[str]:
    return sorted(event["fingerprint"][1] for event in server.events)


def _until_told(server: Ingest, causes: list[str]) -> None:
    """The program's end waits for its own report, not for that of a task in it."""
    server.wait_for(lambda ingest: len(ingest.events) >= len(causes), timeout_s=30)
    deliver()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program(program: str, report: Report, server: Ingest) -> None:
    """The same exception, or the end of the very program with nothing else said, is the same failure."""
    code, causes = PROGRAMS[program]

    report(sys.executable, "-c", f"import os, sys, sentinel_run as sr\n{code}")

    _until_told(server, causes)
    assert _causes(server) == causes


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_step_of_a_script(script: str, report: Report, server: Ingest, tmp_path: Path) -> None:
    """Where the program was not what ended the script, the script's failure is one of its own."""
    program = tmp_path / "program.py"
    program.write_text(f"import sys, sentinel_run as sr\n{_FAILED}sys.exit(1)")

    report("sh", "-c", script.format(program=f"{sys.executable} {program}"))

    _until_told(server, SCRIPTS[script])
    assert _causes(server) == SCRIPTS[script]


@pytest.mark.parametrize("script", AROUND)
def test_a_program_that_is_killed(script: str, report: Report, server: Ingest, tmp_path: Path) -> None:
    """A lost task is told by the run around it, if that has failed."""
    program = tmp_path / "program.py"
    program.write_text(KILLED)

    report("sh", "-c", script.format(program=f"{sys.executable} {program}"))
    deliver()

    assert _causes(server) == AROUND[script]
