"""What Sentry receives where the output shows why."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.conftest import Report
from tests.process.support import run, wrapped
from tests.servers.bugsink_project import Project
from tests.servers.ingest import Ingest

_PROGRAM = """import sys
import traceback

def port(settings):
    try:
        return settings["port"]
    except KeyError as error:
        raise RuntimeError("no port is configured") from error

try:
    int("x")
except ValueError:
    traceback.print_exc()
password = "swordfish-9"
port({})
"""


@pytest.fixture
def program(work: Path) -> Path:
    """A failing program, as old as programs are."""
    path = work / "job.py"
    path.write_text(_PROGRAM)
    os.utime(path, (1.0, 1.0))
    return path


def test_the_event_is_the_exception(report: Report, server: Ingest, program: Path) -> None:
    """Type, message and frames of the chain, with source; grouped by name and type."""
    report(sys.executable, program.name)

    (event,) = server.events
    cause, ended = event["exception"]["values"]
    assert event["fingerprint"] == ["job.py", "RuntimeError"]
    assert event["tags"]["cause"] == "RuntimeError"
    assert (cause["type"], cause["mechanism"]["source"]) == ("KeyError", "__cause__")
    assert (ended["type"], ended["value"]) == ("RuntimeError", "no port is configured")
    assert ended["mechanism"] == {"type": "sentinel-run", "handled": False, "exception_id": 0}
    assert _frame(ended) == {
        "filename": "job.py", "abs_path": str(program), "function": "port", "lineno": 8, "in_app": True,
        "context_line": '        raise RuntimeError("no port is configured") from error',
    }  # fmt: skip


def test_source_goes_out_redacted(report: Report, server: Ingest, program: Path) -> None:
    """The lines around a frame are redacted like everything else."""
    report(sys.executable, program.name)

    around = server.events[0]["exception"]["values"][-1]["stacktrace"]["frames"][0]["pre_context"]
    assert around[-1].startswith("password = ")
    assert not any(b"swordfish-9" in received.body for received in server.requests)


def test_other_tracebacks_are_breadcrumbs(report: Report, server: Ingest, program: Path) -> None:
    """What was thrown before and survived is told as an error on the way."""
    report(sys.executable, program.name)

    crumbs = [crumb for crumb in server.events[0]["breadcrumbs"]["values"] if crumb["category"] == "traceback"]
    assert [(crumb["level"], crumb["message"]) for crumb in crumbs] == [
        ("error", f"ValueError: invalid literal for int() with base 10: 'x' ({program}:11)")
    ]


def test_a_traceback_of_a_success_is_no_failure(report: Report, server: Ingest, program: Path) -> None:
    """A command that logged a traceback and succeeded makes no event."""
    program.write_text(_PROGRAM.replace("port({})", ""))

    report(sys.executable, program.name)

    assert server.events == []


def test_a_timeout_stays_a_timeout(report: Report, server: Ingest, program: Path) -> None:
    """A traceback before our own limit does not hide what ended the run."""
    program.write_text(
        _PROGRAM.replace("port({})", "print(flush=True); import select; select.select([], [], [], 60)")
    )

    report(sys.executable, program.name, options=["--timeout", "2s"])

    assert server.events[0]["fingerprint"] == ["job.py", "timeout"]


def test_the_title_is_the_exception(
    bugsink_project: Project, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Sentry-compatible server with strict validation shows the exception itself."""
    monkeypatch.setenv("SENTRY_DSN", bugsink_project.dsn)

    run(wrapped(sys.executable, program.name, options=("--deliver", "wait", "--deliver-timeout", "30s")))

    (issue,) = bugsink_project.issues()
    assert issue.title == "RuntimeError: no port is configured"
    assert bugsink_project.problems() == []


def _frame(value: dict[str, Any]) -> dict[str, Any]:
    frame = value["stacktrace"]["frames"][-1]
    return {key: content for key, content in frame.items() if key not in ("pre_context", "post_context")}
