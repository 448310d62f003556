"""`sentinel-run history prune`: forgets what it says, and says what it forgets."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from sentinel_run.cli.history import command
from sentinel_run.store.history import History
from tests.cli.past import Ran, keep
from tests.cli.support import complaint, ours, said, seen, told, uncoloured
from tests.process.support import run, wrapped
from tests.unit.store.rows import Kept, fill

DAY_S = 86400.0


@pytest.fixture
def old(state_directory: Path) -> None:
    """Ten runs of two names, a day apart; the newest is a day old."""
    keep(state_directory, [Ran("ab"[day % 2], (10 - day) * DAY_S) for day in range(10)])


def _ages() -> list[str]:
    return [f"{row['name']}{round(row['duration_s'])}" for row in told("history", "--limit", "0")]


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--keep", "3"], 3),
        (["--older-than", "5d12h"], 5),
        (["--keep", "4", "--older-than", "2d12h"], 2),
        (["--keep-size", "0"], 0),
        (["a", "--keep", "1"], 6),
        (["a", "b", "--keep", "1"], 2),
        (["--keep", "0", "a"], 5),
        ([], 10),
    ],
)
def test_what_goes(arguments: list[str], left: int, capsys: pytest.CaptureFixture[str]) -> None:
    """As many as the limits say, of the names that are given."""
    command.main(["prune", *arguments, "--dry-run", "--json"], standalone_mode=False)

    told_so = json.loads(capsys.readouterr().out)
    assert (told_so["runs"], told_so["stay"], told_so["unfinished"]) == (10 - left, left, 0)


@pytest.mark.usefixtures("old")
def test_a_dry_run_forgets_nothing_and_the_real_one_what_it_said() -> None:
    """They say the same but for one word."""
    dry = json.loads(said("history", "prune", "a", "--keep", "1", "--dry-run", "--json"))
    assert len(_ages()) == 10

    done = json.loads(said("history", "prune", "a", "--keep", "1", "--json"))

    assert dry == {**done, "dry_run": True}
    assert sorted(_ages()) == ["a1", "b1", "b1", "b1", "b1", "b1"]


@pytest.mark.usefixtures("old")
def test_what_is_said() -> None:
    """How many of which names, how old, how much room."""
    assert said("history", "prune") == "nothing to forget: 10 stay\n"
    first, header, *rows = said("history", "prune", "--keep", "3", "--dry-run").splitlines()
    assert first.startswith("7 runs of 2 names would go, ")
    assert first.endswith("; 3 stay")
    assert header.split() == ["name", "runs", "room", "started"]
    assert [row.split()[:2] for row in rows] == [["a", "4"], ["b", "3"]]
    assert rows[0].endswith("4 d ago to 10 d ago")
    assert said("history", "prune", "--keep", "9").splitlines()[0].startswith("1 run went, ")


@pytest.mark.usefixtures("old")
def test_an_unknown_name_forgets_nothing() -> None:
    """Also not of the names beside it."""
    assert "no run is called 'c'" in complaint("history", "prune", "a", "c", "--keep", "0", status=1)
    assert len(_ages()) == 10


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    "wrong",
    [
        ["--name", "a", "prune"],
        ["--limit", "20", "prune", "--keep", "0"],
        ["prune", "--keep", "few"],
        ["prune", "--keep", "-1"],
        ["prune", "--older-than", "long"],
        ["prune", "--keep-size", "big"],
    ],
)
def test_wrong_usage_forgets_nothing(wrong: list[str]) -> None:
    """A filter in front of `prune` is refused: it would be passed over."""
    with pytest.raises(click.UsageError):
        command.main(wrong, standalone_mode=False)
    assert len(_ages()) == 10


@pytest.mark.usefixtures("old")
def test_what_is_configured_is_kept(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    """Without options: the environment, a file, the defaults."""
    (work / "sentinel-run.toml").write_text('keep-for = "8d12h"\n')
    assert json.loads(said("history", "prune", "--json"))["runs"] == 2

    monkeypatch.setenv("SENTINEL_RUN_KEEP_RUNS", "3")
    assert json.loads(said("history", "prune", "--json"))["stay"] == 3


def test_a_run_that_waits_stays() -> None:
    """What `deliver` has not taken in yet would come back; it is told and left."""
    run(wrapped("true"))

    found = json.loads(said("history", "prune", "--keep", "0", "--json"))

    assert (found["runs"], found["unfinished"]) == (0, 1)
    assert len(_ages()) == 1
    ours("deliver")
    assert json.loads(said("history", "prune", "--keep", "0", "--json"))["runs"] == 1


@pytest.mark.parametrize("how", ["flag", "variable", "file"])
def test_runs_keep_the_history_short_by_themselves(
    how: str, old: None, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`deliver`, started by a run, forgets what is beyond the limits, wherever these were given."""
    options = ["--deliver", "wait", "--deliver-timeout", "60s"]
    if how == "flag":
        options += ["--keep-runs", "4"]
    elif how == "variable":
        monkeypatch.setenv("SENTINEL_RUN_KEEP_RUNS", "4")
    else:
        (work / "sentinel-run.toml").write_text("keep-runs = 4\n")

    assert run(wrapped("true", options=options)).returncode == 0

    while len(found := told("history", "--limit", "0")) != 4:
        pass
    assert [row["name"] for row in found] == ["true", "b", "a", "b"]


def test_progress_where_it_takes_long(state_directory: Path) -> None:
    """A person at a terminal sees how far it is; the report comes after, and a pipe gets nothing but that."""
    history = History(str(state_directory))
    fill(history, [Kept(f"{number:032x}", started_at=float(number)) for number in range(1200)])
    history.close()

    screen = seen("history", "prune", "--keep", "100", columns=80)

    assert "forgetting runs" in screen
    assert "1,100 runs went, " in uncoloured(screen)
    assert ours("history", "prune", "--keep", "0").stderr == b""
