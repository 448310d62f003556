"""`sentinel-run show`: the whole story of one run."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from sentinel_run.cli import choosing, looking, story
from sentinel_run.cli.screens import canvas
from sentinel_run.cli.screens.story import screen
from tests.cli.support import complaint, ours, said, seen, told, uncoloured
from tests.process.support import child, line, rest, run, start, wrapped
from tests.servers.ingest import Ingest

_KEYS = [
    "run_id", "name", "status", "cause", "sentence", "reason", "exceptions", "started", "ended", "duration_s", "exit_status",
    "signal", "core_dumped", "timed_out", "lost", "interrupted_by", "spawn_error", "skipped", "monitor", "attempts", "exit_status_meaning", "signal_sender",
    "core", "details", "evidence", "compared", "argv", "cwd", "executable",
    "user_s", "system_s", "max_rss_bytes", "tree_cpu_s", "tree_peak_rss_bytes", "processes_seen", "processes",
    "timeline", "host", "user", "pid", "ancestors", "trigger", "ci", "environment",
    "release", "tags", "trace_id", "event_id", "transaction_id", "parent_run_id", "output", "steps", "noted", "deliveries",
    "sent", "notes",
]  # fmt: skip


def test_why_it_failed_comes_first(nightly: Path, reason: str) -> None:
    """The sentence of the diagnosis, then how it ended, its command line, its place and its output."""
    screen = said("show")

    assert screen.splitlines()[0] == f"failed: nightly.sh failed with exit status 3: {reason}"
    assert _row(screen, "ended") == "exit status 3"
    assert _row(screen, "command") == str(nightly)
    assert _row(screen, "directory") == str(nightly.parent)
    assert "peak memory" in _row(screen, "took")
    assert _row(screen, "sent") == "nothing: no DSN, so it is kept on this machine only"
    assert "out dumping the shop" in screen


@pytest.mark.usefixtures("nightly")
def test_the_reason_is_marked_in_the_output(reason: str) -> None:
    """The line that says why has a mark, and no other."""
    (marked,) = [row for row in said("show").splitlines() if row.startswith(">")]

    assert marked.endswith(f"err {reason}")


@pytest.mark.usefixtures("nightly")
def test_programs_get_stable_keys(reason: str) -> None:
    """One object with everything."""
    found = told("show")

    assert list(found) == _KEYS
    assert (found["exit_status"], found["reason"], found["lost"]) == (3, reason, False)
    assert [(said["stream"], said["text"]) for said in found["output"]["lines"]] == [
        ("stdout", "dumping the shop"),
        ("stderr", reason),
    ]


def test_no_line_is_filled_up_for_a_pipe(work: Path) -> None:
    """Blanks up to a width that is no width would take longer to make, and to cut away, than all the rest."""
    (work / "job.py").write_text('def load():\n    raise ValueError("x")\nload()\n')
    run(wrapped("python3", "job.py"))
    with looking.opened() as store:
        told_ = story.story(store, choosing.chosen(store, "last"), last_lines=20)
        console = Console(width=canvas.NO_WIDTH, file=io.StringIO())
        with console.capture() as captured:
            console.print(screen(told_, canvas.NO_WIDTH))

    assert "raise ValueError" in captured.get()
    assert len(captured.get()) < 100_000


@pytest.mark.usefixtures("runs")
def test_slow_libraries_cost_only_those_who_want_them() -> None:
    """Each of these takes as long to import as a tenth of the answer, or much longer."""
    names = _imported("show")

    assert {"sentinel_run.cli.story", "sentinel_run.diagnose.failure"} <= names
    assert names.isdisjoint({"psutil", "statistics", "asyncio", "jinja2", "sentry_sdk", "urllib3"})


@pytest.mark.parametrize("subcommand", ["show", "deliver"])
def test_a_success_needs_no_readers_of_tracebacks(subcommand: str) -> None:
    """Their patterns take longer to make than the rest of the answer."""
    run(wrapped("true"))

    assert not any("tracebacks" in name for name in _imported(subcommand))


def _imported(subcommand: str) -> set[str]:
    told = run([sys.executable, "-X", "importtime", "-m", "sentinel_run", subcommand]).stderr.decode()
    return {row.rpartition("|")[2].strip() for row in told.splitlines()}


def test_a_long_line_leaves_room_for_the_others() -> None:
    """On a terminal it takes four rows, with the number of letters that are left out; who wants it whole has it so."""
    run(wrapped("python3", "-c", "print('x' * 3000); print('after'); exit(3)"))

    shown = uncoloured(seen("show", columns=80))
    rows = [row for row in shown.splitlines() if "xxx" in row]

    assert len(rows) == 4
    left_out = 3000 - sum(row.count("x") for row in rows)
    assert rows[-1].rstrip().endswith(f"x... {left_out:,} more characters")
    assert "all of its output" in shown
    assert uncoloured(seen("show", "--lines", "20", columns=80)).count("x") >= 3000
    assert "x" * 3000 in said("show")


def test_the_exception_with_its_place(work: Path) -> None:
    """What was thrown, the innermost frame of the user's code with its source, and the same for the cause."""
    (work / "job.py").write_text(
        "try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('bad') from error\n"
    )
    run(wrapped("python3", "job.py"))

    screen = said("show")

    assert screen.splitlines()[0] == "failed: job.py failed with exit status 1: ValueError: bad"
    shown = screen[screen.index("\nexception\n") :].partition("\n\n")[0]
    assert shown.replace(f"{work}/", "").splitlines()[2:] == [
        "ValueError: bad",
        "    at job.py:4 in <module>",
        "        raise ValueError('bad') from error",
        "caused by KeyError: 'k'",
        "    at job.py:2 in <module>",
        "        {}['k']",
    ]
    assert [value["type"] for value in told("show")["exceptions"]] == ["KeyError", "ValueError"]


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("wanted", "name"),
    [("last", "crash"), ("last-failed", "crash"), ("nightly.sh", "nightly.sh"), ("true", "true")],
)
def test_a_run_is_named(wanted: str, name: str) -> None:
    """`last`, `last-failed`, and a command name for its last run."""
    assert told("show", wanted)["name"] == name


@pytest.mark.usefixtures("runs")
def test_a_run_is_named_by_its_id() -> None:
    """By all of its id or the beginning."""
    run_id = told("history", "--name", "nightly.sh")[0]["run_id"]

    assert told("show", run_id)["run_id"] == run_id
    assert told("show", run_id[:8].upper())["run_id"] == run_id


@pytest.mark.usefixtures("nightly")
@pytest.mark.parametrize("wanted", ["nobody", "ffff", "0" * 33, "\x1b[31m"])
def test_an_unknown_run(wanted: str) -> None:
    """One clear line and exit status 1."""
    assert "no run is called" in complaint("show", wanted, status=1)


def test_nothing_has_run() -> None:
    """The empty store says what to try."""
    assert complaint("show", status=1).endswith("no run has ended yet; try: sentinel-run -- COMMAND")


def test_a_running_one() -> None:
    """It can be shown too, and says that it goes on."""
    going = start(wrapped(*child("echo_lines"), options=["--name", "job"]), stdin=subprocess.PIPE)
    assert line(going)
    while not told("history"):
        pass

    found = told("show", "job")

    assert (found["status"], found["ended"], found["exit_status"]) == ("running", None, None)
    assert "job is running" in said("show", found["run_id"][:10])
    rest(going)


def test_a_running_one_of_a_user_without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """As cron's may be: until the run has ended and the name is looked up, the number stands for it."""
    monkeypatch.delenv("LOGNAME", raising=False)
    monkeypatch.delenv("USER", raising=False)
    going = start(wrapped(*child("echo_lines"), options=["--name", "job"]), stdin=subprocess.PIPE)
    assert line(going)
    while not told("history"):
        pass

    assert f", as user {os.getuid()} on " in said("show", told("history")[0]["run_id"])
    rest(going)


@pytest.mark.parametrize(
    ("options", "command", "ending"),
    [
        ([], ["sh", "-c", "kill -SEGV $$"], "signal SIGSEGV (segmentation fault)"),
        (["--timeout", "200ms"], ["sleep", "60"], "signal SIGTERM (asked to stop), stopped by --timeout 0.2s"),
        (["--ok-exit", "4"], ["sh", "-c", "exit 4"], "exit status 4, which counts as success (--ok-exit)"),
        ([], ["no-such-command"], "never started, exit status 127"),
        ([], ["true"], "exit status 0"),
    ],
)
def test_endings(options: list[str], command: list[str], ending: str) -> None:
    """Every way to end, in words."""
    run(wrapped(*command, options=options))

    assert _row(said("show"), "ended").replace(", core dumped", "") == ending


def test_last_lines() -> None:
    """Twenty lines, or as many as asked for; what is not shown is told."""
    run(wrapped("sh", "-c", "seq 1 50; exit 1"))

    assert "output, last 20 of 50 lines" in said("show")
    assert [said["text"] for said in told("show", "--lines", "3")["output"]["lines"]] == ["48", "49", "50"]
    assert told("show", "--lines", "0")["output"]["lines"] == []


def test_a_reason_far_above_the_last_lines() -> None:
    """It is shown with the lines around it, and how many lie between is told."""
    script = "seq 1 10; echo 'tool: error: no such table' >&2; seq 11 80; exit 1"
    run(wrapped("sh", "-c", f"({script}) 2>&1"))

    screen = said("show")
    shown = screen[screen.index("\noutput, ") :].splitlines()[1:]

    assert shown[0] == "output, around the reason, and the last 12 of 81 lines"
    assert [row.split()[-1] for row in shown[1:9]] == ["7", "8", "9", "10", "table", "11", "12", "13"]
    assert shown[5].startswith(">")
    assert shown[9].split() == ["...", "55", "lines"]
    assert shown[10].split()[-1] == "69"


def test_the_machine_and_where_to_look_next() -> None:
    """How busy the machine was; on a terminal the commands that tell more."""
    run(wrapped("sh", "-c", "seq 50; exit 1", options=["--name", "my job"]))
    run_id = told("show")["run_id"][:8]

    assert "memory used at the end" in _row(said("show"), "machine")
    assert "sentinel-run show" not in said("show")
    shown = uncoloured(seen("show", columns=80))
    assert f"sentinel-run show {run_id} --lines 1000  all of its output" in shown
    assert "sentinel-run history --name 'my job'     its other runs" in shown


def test_no_output_is_told() -> None:
    """No output, and output that was not captured, are different things."""
    run(wrapped("true"))
    assert "no output" in said("show")

    run(wrapped("echo", "x", options=["--no-capture"]))
    assert "its output was not captured (--no-capture)" in said("show")


@pytest.mark.usefixtures("nightly")
def test_envelopes_without_a_dsn() -> None:
    """The event and the transaction as Sentry would get them, for looking."""
    done = ours("show", "--envelope")
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]

    assert done.returncode == 0
    assert next(line["type"] for line in lines if "length" in line) == "event"
    assert any(line.get("fingerprint") == ["nightly.sh", "exit status 3"] for line in lines)
    assert any(line.get("type") == "transaction" and "spans" in line for line in lines)


def test_what_the_server_said(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before and after sending, `sent` says where the report is."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    run(wrapped("sh", "-c", "exit 3"))
    assert told("show")["sent"] == ["nothing yet; to send it now: sentinel-run deliver"]

    ours("deliver")

    assert told("show")["sent"] == ["event: the server took it", "transaction: the server took it"]
    assert [delivery["state"] for delivery in told("history")[0]["deliveries"]] == ["accepted", "accepted"]


@pytest.mark.parametrize("wrong", [["--json", "--envelope"], ["--lines", "x"], ["a", "b"]])
def test_wrong_usage(wrong: list[str]) -> None:
    """One line, exit status 125."""
    complaint("show", *wrong, status=125)


def _row(screen: str, label: str) -> str:
    """What stands beside a label."""
    return next(row[len(label) :].strip() for row in screen.splitlines() if row.startswith(label))
