"""Bugsink, the real server: it stores, groups, refuses what is not valid, and is gone when it should be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import sentry_sdk

from tests.servers.bugsink import Bugsink
from tests.servers.bugsink_install import install
from tests.servers.bugsink_project import Project

ROOT = Path(__file__).resolve().parents[2]


def send(project: Project, *events: Any) -> None:
    """Send events with the real SDK; they are stored when this returns."""
    client = sentry_sdk.Client(project.dsn, default_integrations=False)
    for event in events:
        client.capture_event(event, scope=sentry_sdk.Scope())
    client.close(timeout=30)


def failure(name: str, **members: Any) -> dict[str, Any]:
    """An event as sentinel-run sends it, more or less."""
    error = {"type": "CommandFailed", "value": f"{name} failed with exit status 3"}
    return {"exception": {"values": [error]}, "fingerprint": [name, "exit status 3"]} | members


def test_an_event_is_stored_whole(bugsink_project: Project) -> None:
    """Issue, breadcrumbs, contexts and tags can be read back when the sender has its answer."""
    crumbs = {"values": [{"message": "starting", "category": "run", "timestamp": "2026-01-01T00:00:00Z"}]}
    contexts = {"run": {"argv": ["a.sh"]}}

    send(bugsink_project, failure("a.sh", tags={"host": "h"}, contexts=contexts, breadcrumbs=crumbs))

    (issue,) = bugsink_project.issues()
    (event,) = bugsink_project.events(issue)

    assert issue.title == "CommandFailed: a.sh failed with exit status 3"
    assert issue.grouping_key == "a.sh ⋄ exit status 3"
    assert event["breadcrumbs"]["values"][0]["message"] == "starting"
    assert event["contexts"]["run"] == {"argv": ["a.sh"]}
    assert event["tags"] == {"host": "h"}
    assert bugsink_project.problems() == []


def test_a_fingerprint_makes_the_issue(bugsink_project: Project) -> None:
    """Two events of one fingerprint are one issue, whatever else they say; another fingerprint is another."""
    send(bugsink_project, failure("a.sh"), failure("a.sh", level="fatal"), failure("b.sh"))

    assert [issue.events for issue in bugsink_project.issues()] == [2, 1]


def test_strict_validation_refuses_a_string_message(bugsink_project: Project) -> None:
    """What `capture_message` sends is answered with 200 and thrown away: that is seen, with its reason."""
    send(bugsink_project, {"message": "hello", "event_id": "5" * 32}, {"logentry": {"message": "hello"}})

    (refusal,) = bugsink_project.problems()

    assert refusal.event_id == "5" * 32
    assert "'message' was unexpected" in refusal.reason
    assert [issue.title for issue in bugsink_project.issues()] == ["Log Message: hello"]


def test_an_event_sent_twice_is_stored_once(bugsink_project: Project) -> None:
    """The second one is a repeat, no problem; the raw envelopes show that it did arrive."""
    send(bugsink_project, failure("a.sh", event_id="6" * 32))
    send(bugsink_project, failure("a.sh", event_id="6" * 32))

    assert [issue.events for issue in bugsink_project.issues()] == [1]
    assert bugsink_project.repeats() == ["6" * 32]
    assert bugsink_project.problems() == []
    assert len(bugsink_project.envelopes()) == 2


def test_the_server_speaks_for_its_first_project(bugsink: Bugsink) -> None:
    """A test of its own project is not disturbed by others, and `bugsink.dsn` works without one."""
    send(Project(bugsink.home, 1, bugsink.dsn), failure("first.sh"))

    assert "first.sh ⋄ exit status 3" in [issue.grouping_key for issue in bugsink.issues()]
    assert bugsink.project().issues() == []


def test_an_install_that_is_there_costs_nothing(bugsink_folder: Path) -> None:
    """A second install finds its markers and does no work."""
    started = time.monotonic()

    install(bugsink_folder)

    assert time.monotonic() - started < 1.0


def test_the_server_dies_with_its_starter(bugsink_folder: Path, tmp_path: Path) -> None:
    """Even when the starter is killed by SIGKILL, its pipe ends, and so does the server."""
    script = (
        "import os, signal, sys; from pathlib import Path; from tests.servers.bugsink import Bugsink\n"
        "server = Bugsink(Path(sys.argv[1]), Path(sys.argv[2])).__enter__()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The server inherits the pipe, so its end of file is the end of the last process that holds it.
    reading, writing = os.pipe()
    command = [sys.executable, "-c", script, str(bugsink_folder), str(tmp_path / "home")]
    starter = subprocess.Popen(command, cwd=ROOT, pass_fds=(writing,))
    os.close(writing)

    assert starter.wait(120) == -signal.SIGKILL
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b""
