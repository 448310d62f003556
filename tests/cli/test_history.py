"""`sentinel-run history`: what ran, for people and for programs."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from pathlib import Path

import pytest

from sentinel_run import facts as facts_
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.store.history import History
from tests.cli.past import Ran, keep
from tests.cli.support import complaint, ours, said, told
from tests.process.support import PROGRAM, child, line, rest, run, start, wrapped

_KEYS = [
    "run_id", "name", "started", "duration_s", "status", "cause", "exit_status", "signal", "reason",
    "max_rss_bytes", "compared", "interrupted", "revision", "deliveries",
]  # fmt: skip


def test_empty_history_says_what_to_try() -> None:
    """Nothing has run: one sentence, a good status, and an empty list for programs."""
    assert said("history") == "no runs yet; try: sentinel-run -- COMMAND\n"
    assert told("history") == []


@pytest.mark.usefixtures("runs")
def test_programs_get_stable_keys() -> None:
    """Every object has the same keys in the same order; newest first."""
    found = told("history")

    assert [list(run) for run in found] == [_KEYS] * 3
    assert [run["name"] for run in found] == ["crash", "true", "nightly.sh"]
    assert [run["status"] for run in found] == ["failed", "ok", "failed"]


@pytest.mark.usefixtures("runs")
def test_a_failure_is_told_with_its_reason(reason: str) -> None:
    """Exit status or signal, cause and reason; null where there is nothing to say."""
    crash, success, nightly = told("history")

    assert (nightly["exit_status"], nightly["signal"], nightly["cause"]) == (3, None, "exit status 3")
    assert nightly["reason"] == reason
    assert (crash["exit_status"], crash["signal"], crash["cause"]) == (None, "SIGSEGV", "SIGSEGV")
    assert (success["cause"], success["reason"], success["deliveries"]) == (None, None, [])
    assert nightly["started"].endswith("+00:00")
    assert 0 < nightly["duration_s"] < 30
    assert nightly["max_rss_bytes"] > 100_000


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["--name", "true"], ["true"]),
        (["--failed"], ["crash", "nightly.sh"]),
        (["--status", "ok"], ["true"]),
        (["--status", "running"], []),
        (["--status", "interrupted"], []),
        (["--limit", "1"], ["crash"]),
        (["--limit", "0"], ["crash", "true", "nightly.sh"]),
        (["--since", "2d"], ["crash", "true", "nightly.sh"]),
        (["--since", "0s"], []),
    ],
)
def test_filters(filters: list[str], names: list[str]) -> None:
    """Each filter alone."""
    assert [run["name"] for run in told("history", *filters)] == names


@pytest.mark.usefixtures("runs")
def test_nothing_fits() -> None:
    """A history in which nothing fits is not called empty."""
    assert said("history", "--since", "0s") == "no run fits; see all with: sentinel-run history\n"
    assert said("history", "--name", "ture").startswith("no run is called 'ture'; did you mean true? see all with")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--json", "--csv"],
        ["--since", "soon"],
        ["--limit", "-1"],
        ["--status", "good"],
        ["--failed", "--status", "ok"],
        ["x"],
    ],
)
def test_wrong_usage(wrong: list[str]) -> None:
    """One line that says what is wrong, and exit status 125."""
    complaint("history", *wrong, status=125)


@pytest.mark.usefixtures("runs")
def test_plain_text_cuts_nothing(reason: str) -> None:
    """In a pipe: one line a run, the whole reason, no colours, no padding at the end."""
    header, *rows = said("history").splitlines()

    assert header.split() == ["run", "started", "name", "status", "exit", "took", "memory", "reason"]
    assert len(rows) == 3
    assert rows[2].endswith(reason)
    assert "SIGSEGV" in rows[0]
    assert not any("\x1b" in row or row != row.rstrip() for row in rows)


def test_the_reason_is_told_once() -> None:
    """`command not found` has its cause in it."""
    ours("--quiet", "--", "no-such-program")

    assert said("history").splitlines()[1].endswith("-  command not found")


def test_a_timeout_is_named_as_one() -> None:
    """By its cause, not by the signal of our choice, and once; programs get what was."""
    run(wrapped("sleep", "60", options=["--timeout", "0.1s"]))

    (line,) = said("history").splitlines()[1:]
    (found,) = told("history")

    assert line.split()[line.split().index("failed") + 1] == "timeout"
    assert (line.count("timeout"), "SIGTERM" in line) == (1, False)
    assert (found["cause"], found["signal"], found["exit_status"]) == ("timeout", "SIGTERM", None)


@pytest.mark.usefixtures("runs")
def test_ids_name_one_run() -> None:
    """The short id of the table is one that `show` takes."""
    short = said("history", "--name", "nightly.sh").splitlines()[1].split()[0]

    assert len(short) == 8
    assert told("show", short)["run_id"].startswith(short)


def test_a_running_one_comes_first(nightly: Path) -> None:
    """What goes on now is on top, with the time it takes so far and no exit status."""
    going = start(wrapped(*child("echo_lines")), stdin=subprocess.PIPE)
    assert line(going)
    while len(found := told("history")) < 2:
        pass

    assert [run["status"] for run in found] == ["running", "failed"]
    assert (found[0]["exit_status"], found[0]["duration_s"] >= 0) == (None, True)
    assert "running" in said("history").splitlines()[1]
    assert [run["status"] for run in told("history", "--status", "running")] == ["running"]
    assert [run["status"] for run in told("history", "--limit", "1")] == ["running"]
    rest(going)
    assert [run["status"] for run in told("history")] == ["ok", "failed"]


@pytest.mark.usefixtures("runs")
def test_a_reader_that_goes_away_hears_nothing() -> None:
    """`history | head -1` is quiet."""
    pipeline = f"{' '.join(map(str, PROGRAM))} history --limit 0 | head -1"
    done = run(["sh", "-c", pipeline])

    assert done.stdout.startswith(b"run ")
    assert done.stderr == b""


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    "asked", ["history", "history --json", "history --csv", "show", "show --json", "stats", "--help"]
)
def test_a_reader_that_is_gone_ends_us_as_any_program(asked: str) -> None:
    """With the status that a shell shows of one that SIGPIPE has ended, and without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*PROGRAM, *asked.split()], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")


def test_csv_is_stable_and_harmless(state_directory: Path) -> None:
    """A header and one line a run; no text begins a formula or a new line, and nothing is nothing."""
    keep(
        state_directory,
        [
            Ran(
                "=cmd|' /C calc'!A0",
                20.0,
                status=3,
                said='error: \x1b[31m@SUM(1)\nbad, "very" bad\n',
                release="+1",
            ),
            Ran("-x", 10.0, stopped_by="SIGTERM"),
        ],
    )
    text = said("history", "--csv")

    stopped, failed = csv.DictReader(io.StringIO(text))

    assert list(failed) == _KEYS[:-1]
    assert text.count("\n") == 3
    assert (failed["name"], failed["revision"]) == ("'=cmd|' /C calc'!A0", "'+1")
    assert (failed["status"], failed["exit_status"], failed["signal"]) == ("failed", "3", "")
    assert (stopped["name"], stopped["interrupted"], failed["interrupted"]) == ("'-x", "true", "false")
    assert failed["run_id"] == told("history")[1]["run_id"]


def test_interrupted_runs_can_be_found(state_directory: Path) -> None:
    """They are failures that somebody asked for."""
    keep(state_directory, [Ran("a", 30.0, status=3), Ran("b", 20.0, stopped_by="SIGINT"), Ran("c", 10.0)])

    assert [row["name"] for row in told("history", "--status", "interrupted")] == ["b"]
    assert [row["name"] for row in told("history", "--failed")] == ["b", "a"]


def test_ids_that_begin_alike_are_longer(state_directory: Path) -> None:
    """Two runs whose ids share eight characters are listed with nine."""
    _keep(state_directory, ["abcdef01" + "0" * 24, "abcdef01" + "1" * 24, "12345678" + "0" * 24])

    shown = {row.split()[0] for row in said("history").splitlines()[1:]}

    assert shown == {"abcdef010", "abcdef011", "12345678"}
    assert "more than one run begins with abcdef" in complaint("show", "abcdef", status=1)


def test_thousands_of_runs(state_directory: Path) -> None:
    """All of a large history is printed, one line each."""
    _keep(state_directory, [os.urandom(16).hex() for _ in range(1000)])

    assert len(said("history", "--limit", "0").splitlines()) == 1001
    assert len(said("history").splitlines()) == 21


def _keep(state: Path, run_ids: list[str]) -> None:
    """Put runs into the history without running anything."""
    history = History(str(state))
    for number, run_id in enumerate(run_ids):
        facts = facts_.Facts(
            started_at=1_700_000_000.0 + number,
            identity=facts_.Identity(run_id, run_id, run_id, run_id, run_id[:16], "", True),
            command=facts_.Command("job", ("job",), "/"),
            place=facts_.Place("host", "user", 0, 1),
            reporting=facts_.Reporting(),
            ending=facts_.Ending(1_700_000_001.0, 1.0, 0),
        )
        history.add(facts, diagnose(facts))
    history.close()
