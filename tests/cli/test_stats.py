"""`sentinel-run stats`: how the runs of each command did, for people and for programs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click
import pytest

from sentinel_run.cli.stats import command
from tests.cli.past import Ran, keep
from tests.cli.support import complaint, ours, said, seen, told, uncoloured
from tests.process.support import PROGRAM, run

DAY_S = 86400.0
WIDTHS = (60, 80, 200)
_COLUMNS = [
    "name", "since", "runs", "ok", "failed", "interrupted", "skipped", "success_rate", "success_rate_before",
    "p50_s", "p95_s", "p99_s", "p50_s_before", "memory_p50_bytes", "memory_p95_bytes", "memory_max_bytes",
    "revisions", "flaky_revisions", "flaky_failures", "last_started",
]  # fmt: skip


@pytest.fixture
def month(state_directory: Path) -> None:
    """Two months of a backup that got slower and worse, and of a job that is always well."""
    runs = [Ran("backup.sh", 59.5 * DAY_S - day * DAY_S, 10.0, release="1.0") for day in range(30)]
    runs += [Ran("backup.sh", 29.5 * DAY_S - day * DAY_S, 20.0 + day, release="1.1") for day in range(16)]
    runs += [Ran("backup.sh", 12 * DAY_S - day * DAY_S, 1.0, status=3, release="1.1") for day in range(4)]
    runs += [Ran("backup.sh", DAY_S, 5.0, stopped_by="SIGTERM"), Ran("backup.sh", 0.5 * DAY_S, skipped="busy")]
    runs += [Ran("well", 3600.0), Ran("old", 50 * DAY_S)]
    keep(state_directory, runs)


@pytest.mark.usefixtures("month")
def test_figures_for_programs() -> None:
    """What failed most comes first; interrupted and skipped runs are apart, and the period before is beside."""
    backup, well = told("stats")

    assert list(backup) == _COLUMNS
    assert (backup["name"], well["name"]) == ("backup.sh", "well")
    assert [backup[key] for key in ("runs", "ok", "failed", "interrupted", "skipped")] == [22, 16, 4, 1, 1]
    assert (backup["success_rate"], backup["success_rate_before"]) == (0.8, 1.0)
    assert [backup[key] for key in ("p50_s", "p95_s", "p99_s", "p50_s_before")] == [27.0, 35.0, 35.0, 10.0]
    assert [backup[key] for key in ("revisions", "flaky_revisions", "flaky_failures")] == [1, 1, 4]
    assert backup["memory_max_bytes"] == 50_000_000
    assert (well["success_rate_before"], well["p50_s_before"], well["flaky_failures"]) == (None, None, 0)


@pytest.mark.usefixtures("month")
def test_one_name_in_full() -> None:
    """The same figures, and beside them the period before, the flaky revisions, the course over time."""
    found = told("stats", "backup.sh")

    assert {key: found[key] for key in _COLUMNS if key != "since"} == {
        key: value for key, value in told("stats")[0].items() if key != "since"
    }
    assert (found["before"]["runs"], found["before"]["p95_s"]) == (30, 10.0)
    assert found["flaky"] == [{"revision": "1.1", "ok": 16, "failed": 4}]
    assert len(found["over_time"]) == 30
    assert sum(part["failed"] for part in found["over_time"]) == 4
    assert found["over_time"][0]["p50_s"] == 20.0


def test_the_first_day_of_a_command(state_directory: Path) -> None:
    """Its course is drawn from where its runs begin, not as one column behind a month of nothing."""
    keep(state_directory, [Ran("young", 60.0 * minutes, 1.0 + minutes) for minutes in range(1, 40)])
    shown = said("stats", "young")

    assert "median duration, 1.6 minutes a column" in shown
    assert max(line.count("█") for line in shown.splitlines()) >= 20
    assert len([part for part in told("stats", "young")["over_time"] if part["ok"]]) == 1


@pytest.mark.usefixtures("month")
def test_csv_has_the_same_columns() -> None:
    """In the same order, one line a name; nothing where nothing is known."""
    rows = list(csv.DictReader(io.StringIO(said("stats", "--csv"))))

    assert list(rows[0]) == _COLUMNS
    assert [row["name"] for row in rows] == ["backup.sh", "well"]
    assert (rows[0]["success_rate"], rows[1]["success_rate_before"]) == ("0.8", "")
    (full,) = csv.DictReader(io.StringIO(said("stats", "backup.sh", "--csv")))
    assert full["runs"] == "22"


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize(
    ("since", "names"), [("7d", {"backup.sh", "well"}), ("60d", {"backup.sh", "well", "old"}), ("2h", {"well"})]
)
def test_since(since: str, names: set[str]) -> None:
    """The period is the one that is asked for."""
    assert {row["name"] for row in told("stats", "--since", since)} == names


@pytest.mark.usefixtures("month")
def test_a_name_that_did_not_run_lately() -> None:
    """It is known all the same, and what to do is said."""
    assert "old did not run in the last 30 days" in said("stats", "old")
    assert "--since 90d" in said("stats", "old")
    assert (told("stats", "old")["runs"], told("stats", "old")["before"]["runs"]) == (0, 1)


@pytest.mark.usefixtures("month")
def test_an_unknown_name() -> None:
    """One line with what there is."""
    assert "did you mean backup.sh?" in complaint("stats", "bakup.sh", status=1)
    assert "there are backup.sh, old, well" in complaint("stats", "zzz", status=1)


def test_nothing_ran(state_directory: Path) -> None:
    """What to try is said; programs get an empty list."""
    assert said("stats") == "no runs yet; try: sentinel-run -- COMMAND\n"
    assert told("stats") == []
    keep(state_directory, [Ran("old", 50 * DAY_S)])
    assert said("stats") == "no run in the last 30 days; look further back with: sentinel-run stats --since 90d\n"


@pytest.mark.parametrize("wrong", [["--since", "soon"], ["--since", "0"], ["--json", "--csv"], ["a", "b"]])
def test_wrong_usage(wrong: list[str]) -> None:
    """It is refused before anything is looked up."""
    with pytest.raises(click.UsageError):
        command.main(wrong, standalone_mode=False)


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", [(), ("backup.sh",)])
def test_it_fits(name: tuple[str, ...], columns: int) -> None:
    """No line is longer than the terminal is wide, and what matters most is there at every width."""
    screen = uncoloured(seen("stats", *name, columns=columns))

    assert max(len(row) for row in screen.splitlines()) <= columns
    assert "80.0 %" in screen
    assert "-20.0" in screen
    assert "27 s" in screen


def test_columns_go_before_names_are_cut(state_directory: Path) -> None:
    """What nobody would miss is left out where a name would be cut for it; a very long name is cut all the same."""
    keep(state_directory, [Ran("import-of-the-orders.sh", 60.0 * at, status=at % 2) for at in range(1, 9)])
    head, row = uncoloured(seen("stats", columns=124)).splitlines()[1:3]
    assert row.startswith("import-of-the-orders.sh ")
    assert ("skipped" in head, "last run" in head) == (False, True)
    keep(state_directory, [Ran("n" * 150, 10.0, run_id="f" * 32)])

    screen = uncoloured(seen("stats", columns=124)).splitlines()[1:]

    assert any("n…" in line for line in screen)
    assert max(map(len, screen)) <= 124


@pytest.mark.usefixtures("month")
def test_the_plot_shows_the_course() -> None:
    """The bars rise with the durations, and failures are counted below."""
    rows = uncoloured(seen("stats", "backup.sh", columns=80)).splitlines()
    top = next(row for row in rows if row.strip().startswith("35 s"))
    bottom = next(row for row in rows if row.strip().startswith("0 s"))

    assert top.count("█") + top.count("▇") < 4
    assert bottom.count("█") == 16
    assert sum(letter == "1" for row in rows if "failed  " in row and "." in row for letter in row) == 4
    assert "flaky: 4 failures on revisions that also passed (1 of 1)" in "\n".join(rows)


@pytest.mark.usefixtures("month")
def test_colours_only_where_wanted() -> None:
    """A fall is red on a terminal; with NO_COLOR and in a pipe nothing is."""
    assert "\x1b[1;31m-20.0" in seen("stats", columns=80)
    assert "\x1b[1;31m" not in seen("stats", columns=80, NO_COLOR="1")
    assert "\x1b" not in said("stats")
    assert "\x1b" not in said("stats", "backup.sh")


@pytest.mark.usefixtures("month")
def test_a_terminal_without_blocks() -> None:
    """Where the encoding has no bars they are drawn with other letters."""
    screen = uncoloured(seen("stats", "backup.sh", columns=80, PYTHONIOENCODING="ascii", PYTHONUTF8="0"))

    assert screen.isascii()
    assert "|#" in screen


def test_hostile_names_stay_text(state_directory: Path) -> None:
    """Control characters, markup and formulas in names and revisions do nothing, wherever they are shown."""
    name, release = "=1\x1b[31m[red]\u202e\n", "[bold]\x1b]0;x\x07"
    keep(state_directory, [Ran(name, 10.0, status=status, release=release) for status in (0, 1)])

    for screen in (seen("stats", columns=80), seen("stats", name, columns=80)):
        assert all(letter.isprintable() or letter == "\n" for letter in uncoloured(screen))
        assert r"=1\x1b[31m[red]\u202e\n" in uncoloured(screen)
    assert r"[bold]\x1b]0;x\x07" in uncoloured(seen("stats", name, columns=80))
    (row,) = csv.DictReader(io.StringIO(said("stats", "--csv")))
    assert row["name"] == r"'=1\x1b[31m[red]\u202e\n"
    assert told("stats")[0]["name"] == name


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("form", [["--csv"], ["backup.sh"]])
def test_a_reader_that_goes_away_hears_nothing(form: list[str]) -> None:
    """`stats | head -1` is quiet."""
    done = run(["sh", "-c", f"{' '.join(map(str, PROGRAM))} stats {' '.join(form)} | head -1"])

    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.usefixtures("month")
def test_runs_of_an_earlier_release_are_read_once(state_directory: Path) -> None:
    """Their revision is found in their facts, so that they count like all others."""
    from sentinel_run.store.history import History

    history = History(str(state_directory))
    with history._db as database:
        database.execute("UPDATE runs SET revision = NULL, interrupted = 0")
    history.close()

    assert told("stats")[0]["flaky_failures"] == 4
    assert told("stats")[0]["interrupted"] == 1
    assert ours("stats").stderr == b""
