"""The whole chain against a real Sentry-compatible server, with strict validation."""

from __future__ import annotations

import pytest

from tests.process.support import run, wrapped
from tests.servers.bugsink_project import Project

WAIT = ("--deliver", "wait", "--deliver-timeout", "30s")
SCRIPT = 'echo working; echo "disk is full" >&2; exit 3'


def test_the_issue_appears_and_groups(bugsink_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """One issue for two failures alike, with title, breadcrumbs, contexts and tags; another command is another."""
    monkeypatch.setenv("SENTRY_DSN", bugsink_project.dsn)

    for script in (SCRIPT, SCRIPT, 'printf "other\\n" >&2; exit 3'):
        assert run(wrapped("sh", "-c", script, options=WAIT)).returncode == 3

    issues = {issue.grouping_key: issue for issue in bugsink_project.issues()}
    assert {key: issue.events for key, issue in issues.items()} == {
        "echo ⋄ exit status 3": 2,
        "printf ⋄ exit status 3": 1,
    }
    issue = issues["echo ⋄ exit status 3"]
    assert issue.title == "CommandFailed: echo failed with exit status 3: disk is full"
    event = bugsink_project.events(issue)[0]
    lines = [(crumb["category"], crumb["message"]) for crumb in event["breadcrumbs"]["values"]]
    assert ("stdout", "working") in lines
    assert ("stderr", "disk is full") in lines
    assert event["tags"]["command"] == "echo"
    assert event["contexts"]["run"]["exit_status"] == 3
    assert bugsink_project.problems() == []


def test_a_crash_and_a_timeout_pass_strict_validation(
    bugsink_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of ending is an event that a strict server takes."""
    monkeypatch.setenv("SENTRY_DSN", bugsink_project.dsn)

    run(wrapped("sh", "-c", "kill -SEGV $$", options=WAIT))
    run(wrapped("sleep", "60", options=[*WAIT, "--timeout", "200ms"]))
    run(wrapped("no-such-program", options=WAIT))

    assert {issue.type for issue in bugsink_project.issues()} == {
        "CommandKilled",
        "CommandTimedOut",
        "CommandNotFound",
    }
    assert bugsink_project.problems() == []
