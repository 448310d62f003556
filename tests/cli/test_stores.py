"""Stores that are damaged, foreign or not there: one clear line, never a traceback."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Mounted
from tests.cli.support import complaint, ours, told
from tests.process.support import PROGRAM, run, wrapped

LOOKING = ("history", "show")
_NOBODY = 65534


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory that belongs to somebody else."""
    path = tmp_path / "foreign"
    path.mkdir()
    if os.geteuid() == 0:
        os.chown(path, _NOBODY, _NOBODY)
    else:
        path = Path("/usr")
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(path))
    return path


@pytest.mark.parametrize("subcommand", LOOKING)
def test_somebody_elses_directory(subcommand: str, foreign: Path) -> None:
    """It is refused, and nothing is written to it."""
    assert "belongs to another user" in complaint(subcommand, status=125)


def test_doctor_on_somebody_elses_directory(foreign: Path) -> None:
    """Not healthy, with the reason and a way out."""
    done = ours("doctor", "--json")
    found = json.loads(done.stdout)

    assert (done.returncode, found["state"]["usable"]) == (1, False)
    assert "belongs to another user" in found["problems"][0]
    assert "SENTINEL_RUN_STATE_DIR" in found["next"][0]


@pytest.mark.parametrize("subcommand", LOOKING)
def test_a_directory_that_cannot_be(subcommand: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the directory should be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(tmp_path / "file" / "state"))

    assert "Not a directory" in complaint(subcommand, status=125)
    assert ours("doctor").returncode == 1


PRINTING = (
    "history",
    "stats",
    "show --json",
    "show --html -",
    "show --envelope",
    "history --csv",
    "doctor",
    "--help",
    "--dry-run -- true",
)


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("words", PRINTING)
def test_a_stdout_that_is_full(words: str) -> None:
    """The disk behind `>file` is full, and nobody is sent to look at the state directory."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*PROGRAM, *words.split()], stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.stderr == b"sentinel-run: the output cannot be written: No space left on device\n"
    assert done.returncode == 125


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("words", [*PRINTING, "deliver", "watch --json", "--version"])
def test_a_stdout_that_is_closed(words: str) -> None:
    """As cron jobs and daemons have it (`>&-`): nobody reads, and nothing breaks."""
    done = run(["sh", "-c", 'exec "$@" >&-', "sh", *PROGRAM, *words.split()])

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.usefixtures("runs")
def test_a_history_that_is_no_database(state_directory: Path) -> None:
    """It is set aside with a word; the next look starts anew."""
    (state_directory / "history.db").write_bytes(b"not a database at all" * 500)
    done = ours("history", "--name", "nobody")

    assert done.returncode == 0
    assert b"was damaged and starts anew" in done.stderr
    assert list(state_directory.glob("history.db.damaged-*"))
    assert ours("history").stderr == b""


@pytest.mark.usefixtures("runs")
def test_doctor_on_a_history_that_is_no_database(state_directory: Path) -> None:
    """A problem once; afterwards a word on the file that was set aside."""
    (state_directory / "history.db").write_bytes(b"not a database at all" * 500)

    assert "was damaged" in json.loads(ours("doctor", "--json").stdout)["problems"][0]
    done = ours("doctor", "--json")
    assert done.returncode == 0
    assert any("set aside" in advice for advice in json.loads(done.stdout)["next"])


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("subcommand", LOOKING)
def test_damage_in_the_middle(subcommand: str, state_directory: Path) -> None:
    """A file that opens and then turns out to be broken."""
    _break_pages(state_directory / "history.db")

    assert "cannot be used" in complaint(subcommand, status=125)


@pytest.mark.usefixtures("runs")
def test_doctor_finds_damage_in_the_middle(state_directory: Path) -> None:
    """The whole file is looked at."""
    _break_pages(state_directory / "history.db")
    done = ours("doctor", "--json")

    assert done.returncode == 1
    assert "history.db" in json.loads(done.stdout)["problems"][0]


@pytest.mark.parametrize("is_full", [True, False], ids=["full", "read-only"])
def test_doctor_on_a_disk_that_takes_nothing(
    is_full: bool, mounted: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at the history all the same, and never advises to move it away."""
    disk = mounted("size=1m,mode=700")
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(disk))
    run(wrapped("false", options=["--deliver", "later"]))
    ours("history")
    if is_full:
        _fill(disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    done = ours("doctor", "--json")
    found = json.loads(done.stdout)

    assert (done.returncode, found["state"]["usable"], found["state"]["runs"]) == (1, True, 1)
    assert any("is full or read-only" in problem for problem in found["problems"])
    assert any("SENTINEL_RUN_STATE_DIR" in advice for advice in found["next"])
    assert not any("history.db" in advice for advice in found["next"])


def _fill(disk: Path) -> None:
    done = subprocess.run(["dd", "if=/dev/zero", f"of={disk / 'filler'}"], capture_output=True, check=False)
    assert b"No space left" in done.stderr


@pytest.mark.usefixtures("runs")
def test_damaged_facts(state_directory: Path) -> None:
    """The list still works; the one run says that its facts cannot be read."""
    with sqlite3.connect(state_directory / "history.db") as database:
        database.execute("UPDATE details SET facts = x'00'")
    database.close()

    assert len(told("history")) == 3
    assert "cannot be read" in complaint("show", "true", status=125)


@pytest.mark.parametrize("subcommand", LOOKING)
def test_a_history_that_is_no_file(subcommand: str, state_directory: Path) -> None:
    """A directory, or a link, in its place is refused."""
    (state_directory / "history.db").mkdir(parents=True)

    assert "is not a file of ours" in complaint(subcommand, status=125)
    assert ours("doctor").returncode == 1


def test_a_damaged_journal_entry(state_directory: Path) -> None:
    """It is set aside, the other runs are shown, and `doctor` tells."""
    run(wrapped("true"))
    (state_directory / "journal" / f"{'0' * 32}.ended").write_text("{broken")

    assert [run["name"] for run in told("history")] == ["true"]
    assert json.loads(ours("doctor", "--json").stdout)["state"]["bad_files"] == 1


def _break_pages(path: Path) -> None:
    """Overwrite everything after the first page; what waits in the write-ahead log is written back before."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA journal_mode = DELETE")
    page_bytes = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    with path.open("r+b") as file:
        file.seek(page_bytes)
        file.write(b"\xa5" * (path.stat().st_size - page_bytes))
