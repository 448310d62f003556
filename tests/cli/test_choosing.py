"""A run is named by the beginning of its id, `last`, `last-failed`, or a command name; else one line says what there is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sentinel_run.cli import choosing, looking
from tests.cli.past import Ran, keep
from tests.cli.support import complaint, said, told
from tests.process.support import child, line, rest, start, wrapped

_A, _B, _C = ("abcd" + "0" * 28, "abcd" + "1" * 28, "ffff" + "2" * 28)


@pytest.fixture
def three(state_directory: Path) -> None:
    """Two runs of a name whose ids begin alike, one of another."""
    keep(
        state_directory,
        [
            Ran("backup.sh", 300.0, status=3, run_id=_A),
            Ran("backup.sh", 200.0, run_id=_B),
            Ran("sync.py", 100.0, run_id=_C),
        ],
    )


@pytest.mark.parametrize(
    ("wanted", "run_id"),
    [
        ("last", _C),
        ("last-failed", _A),
        ("backup.sh", _B),
        ("ffff", _C),
        ("FFFF22", _C),
        ("abcd0", _A),
        (_B, _B),
    ],
)
def test_every_way_to_name_a_run(three: None, state_directory: Path, wanted: str, run_id: str) -> None:
    """Letters of either case; a command name is its last run."""
    with looking.opened() as store:
        assert choosing.chosen(store, wanted).identity.run_id == run_id


@pytest.mark.usefixtures("three")
def test_an_ambiguous_beginning_lists_what_there_is() -> None:
    """Each with an id that is long enough, its name, its status and its age."""
    said_so = complaint("show", "abcd", status=1)

    assert "more than one run begins with abcd: abcd1111 (backup.sh, ok, 3 min ago)," in said_so
    assert "abcd0000 (backup.sh, failed, 5 min ago); give more characters" in said_so


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("backup", "did you mean backup.sh?"),
        ("zzz", "there are backup.sh, sync.py"),
        ("abc", "there are backup.sh, sync.py"),
        ("\x1b[31m", "no run is called '\\x1b[31m'"),
    ],
)
def test_an_unknown_run_says_what_there_is(wanted: str, hint: str) -> None:
    """One line, and a status of 1."""
    assert hint in complaint("show", wanted, status=1)


def test_hostile_names_in_a_complaint(state_directory: Path) -> None:
    """They are spelled out, on the one line."""
    keep(state_directory, [Ran("x\n\x1b[2Jy", 10.0)])

    assert r"there are x\n\x1b[2Jy;" in complaint("show", "nobody", status=1)


def test_many_names_are_not_all_listed(state_directory: Path) -> None:
    """Five of them, and how many more."""
    keep(state_directory, [Ran(f"job-{number}", 10.0) for number in range(7)])

    assert "there are job-0, job-1, job-2, job-3, job-4 and 2 more;" in complaint("show", "q", status=1)


def test_nothing_has_failed(state_directory: Path) -> None:
    """That is said, and not that the word is unknown."""
    keep(state_directory, [Ran("well", 10.0)])

    assert "no run has failed yet" in complaint("show", "last-failed", status=1)


def test_a_run_that_goes_on_can_be_named(nightly: Path) -> None:
    """By its name and by its id; an id that an ended run begins with too is ambiguous."""
    going = start(wrapped(*child("echo_lines"), options=["--name", "going"]), stdin=subprocess.PIPE)
    assert line(going)
    while not (found := told("history", "--status", "running")):
        pass
    run_id = found[0]["run_id"]

    assert told("show", "going")["run_id"] == run_id
    assert told("show", run_id[:8])["status"] == "running"
    assert said("history").split("\n")[1].startswith(run_id[:8])
    rest(going)
