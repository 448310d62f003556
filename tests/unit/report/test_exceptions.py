"""The exception of an event, and the source around its frames."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sentinel_run.diagnose.thrown import Frame, Thrown
from sentinel_run.report.source import sources
from tests.diagnose_corpus.cases import Ended, diagnosis, facts
from tests.servers.relay import normalize

_SCRIPT = "".join(f"line {number}\n" for number in range(1, 21))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A source file that is older than every run of these tests."""
    path = tmp_path / "main.py"
    path.write_text(_SCRIPT)
    os.utime(path, (1.0, 1.0))
    return path


def _found(path: Path, line: int = 10) -> Any:
    made = facts(Ended("", "", 1, str(path.parent)))
    return sources([Frame(path.name, line)], made).get((str(path), line))


def test_source_with_its_surroundings(script: Path) -> None:
    """Five lines before and after, from a path that is relative to the run's directory."""
    found = _found(script)

    assert found.line == "line 10"
    assert (found.before[0], found.after[-1]) == ("line 5", "line 15")


def test_at_the_edges_of_the_file(script: Path) -> None:
    """There are fewer lines around the first and the last, and none for a line that does not exist."""
    assert _found(script, 1).before == ()
    assert _found(script, 20).after == ()
    assert _found(script, 21) is None


def test_a_file_that_is_newer_than_the_run(script: Path) -> None:
    """What has changed since is not what ran."""
    os.utime(script)

    assert _found(script) is None


def test_only_source_is_read(script: Path) -> None:
    """The output names the file, so a file of anything else stays unread, unless it is a script."""
    for name, content, is_read in (
        ("shadow", _SCRIPT, False),
        ("key.pem", _SCRIPT, False),
        ("job", f"#!/bin/sh\n{_SCRIPT}", True),
    ):
        path = script.with_name(name)
        path.write_text(content)
        os.utime(path, (1.0, 1.0))
        assert (_found(path) is not None) is is_read, name


def test_what_is_no_file_blocks_nothing(script: Path) -> None:
    """A FIFO without a writer, and a folder, are passed over."""
    os.mkfifo(script.with_name("fifo.py"))
    script.with_name("folder.py").mkdir()

    assert _found(script.with_name("fifo.py")) is None
    assert _found(script.with_name("folder.py")) is None
    assert _found(script.with_name("no\0name.py")) is None


def test_secrets_in_source(script: Path) -> None:
    """Source is redacted like output."""
    script.write_text('password = "swordfish-9"\n' * 3)
    os.utime(script, (1.0, 1.0))

    found = _found(script, 2)

    assert "swordfish" not in f"{found}"


def _values(thrown: tuple[Thrown, ...]) -> list[dict[str, Any]]:
    from sentinel_run.report import exceptions

    done = Ended("", "", 1, "/jobs")
    return exceptions.values(facts(done), diagnosis(done)._replace(thrown=thrown))


def test_members_and_causes_are_told_apart() -> None:
    """Ids count from the one that ended the run; a group says that it is one."""
    cause, member, group = _values(
        (
            Thrown("KeyError", parent=1, link="__cause__"),
            Thrown("ValueError", parent=2, link="exceptions[0]"),
            Thrown("ExceptionGroup"),
        )
    )

    assert group["mechanism"] == {
        "type": "sentinel-run",
        "handled": False,
        "exception_id": 0,
        "is_exception_group": True,
    }
    assert member["mechanism"] == {
        "type": "chained",
        "handled": False,
        "source": "exceptions[0]",
        "parent_id": 0,
        "exception_id": 1,
    }
    assert cause["mechanism"]["parent_id"] == 1


def test_the_server_keeps_all_of_it() -> None:
    """The longest names, messages and stacks pass Relay's normalizer with nothing dropped or cut."""
    frames = tuple(
        Frame(f"/srv/{'a' * 400}.py", number, "f" * 400, "m" * 400, column=3, source="s" * 400)
        for number in range(1, 1000)
    )
    long = Thrown("T" * 300, "v" * 20_000, "m" * 300, frames)
    event = {"event_id": "a" * 32, "exception": {"values": _values((long._replace(parent=1, link="cause"), long))}}

    assert normalize(event).problems == []
