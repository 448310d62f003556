"""The end of a run on a terminal: a quiet line, a line for an interruption, a panel for a failure, or nothing."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from tests.process.farewells import labelled, on_screen, plain
from tests.process.support import ended, only, run, wrapped
from tests.process.terminals import end_of, open_terminal

if TYPE_CHECKING:
    from tests.servers.ingest import Ingest

pytestmark = pytest.mark.usefixtures("coloured")

_HOSTILE = r"\033]0;owned\007\033[2J\033[31mred\033[0m error: \302\2332J \342\200\256evil 夜間 \033[?1049h"


@pytest.fixture
def job(work: Path) -> list[str | bytes]:
    """A Python program that fails in a function of its own, after a child that took its time."""
    (work / "sync.py").write_text(
        "import subprocess\n\ndef load():\n    raise ValueError('no such table: orders')\n\n"
        "subprocess.run(['sleep', '0.4'])\nload()\n"
    )
    return wrapped("python3", "sync.py")


def test_a_success_is_one_line(state_directory: Path) -> None:
    """Name, duration and memory, below what the command said."""
    shown = plain(on_screen(wrapped("sh", "-c", "echo working", options=["--name", "backup.sh"])))

    assert re.fullmatch(r"working\nsentinel-run: backup.sh ok, (\d+ ms|\d\.\d s), peak [\d.]+ [kM]B\n", shown)


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["colours", "NO_COLOR", "dumb"])
def test_a_failure_is_a_panel(
    columns: int, environ: dict[str, str], job: list[str | bytes], state_directory: Path
) -> None:
    """The reason first, its place with the source, what it took, where the report is, and how to see more."""
    shown = on_screen(job, columns=columns, **environ)
    panel = shown[shown.index("sentinel-run: ") if environ else shown.index("\x1b[2msentinel-run: ") :]
    rows, run_id = labelled(panel), only(state_directory).identity.run_id

    sentence = " ".join(line.removeprefix("  │   ") for line in plain(panel).splitlines() if "  │ at" not in line)
    assert sentence.startswith(
        "sentinel-run: sync.py failed with exit status 1: ValueError: no such table: orders"
    )
    assert list(rows)[-5:] == ["at", "took", "slowest", "report", "more"]
    assert re.fullmatch(r"sync\.py:4 in load\s+raise ValueError\('no such table: orders'\)", rows["at"])
    assert re.fullmatch(r"\d\.\d s, CPU .*, peak memory \d+ MB", rows["took"])
    assert re.fullmatch(r"sleep \d\.\d s(, .+)?", rows["slowest"])
    assert rows["report"] == "kept on this machine: there is no DSN"
    assert rows["more"] == f"sentinel-run show {run_id[:8]}"
    assert max(map(cell_len, plain(panel).splitlines())) <= min(columns, 120)
    assert ("\x1b" in panel) == (not environ)


def test_the_slowest_are_told_by_their_own_time(work: Path) -> None:
    """Not with the time of those that they waited for, by which the row would not be in order."""
    (work / "outer.sh").write_text("sleep 0.8\ntrue\n")
    row = labelled(on_screen(wrapped("sh", "-c", "sh outer.sh; sleep 0.2; exit 3")))["slowest"]

    seconds = [float(words.split()[-2]) for words in row.split(", ") if words.endswith(" s")]
    assert row.startswith("sleep 0.8 s")
    assert seconds == sorted(seconds, reverse=True)


def test_colours_suit_every_background(job: list[str | bytes]) -> None:
    """Only the terminal's own red, bold and faint, each taken back at the end of its words."""
    panel = on_screen(job).partition("ValueError: no such table: orders\n")[2]

    codes = set(re.findall(r"\x1b\[([0-9;]*)m", panel))
    assert codes <= {"0", "2", "31", "1;31"}
    assert "1;31" in codes
    assert all(line.rindex("\x1b[0m") > line.rfind("\x1b[2m") for line in panel.splitlines() if "\x1b[2m" in line)


@pytest.mark.parametrize("options", [["--quiet"], ["--no-enabled"]])
def test_silence_where_it_is_wanted(options: list[str]) -> None:
    """Nothing of ours, for a failure as for a success."""
    assert on_screen(wrapped("sh", "-c", "echo said; exit 3", options=options)) == "said\n"


def test_silence_where_stderr_is_no_terminal(work: Path) -> None:
    """Not even with --verbose is there a panel in a file."""
    command = ["sh", "-c", '"$@" 2>errors', "sh", *map(os.fsdecode, wrapped("sh", "-c", "exit 3", options=["-v"]))]

    assert on_screen(command) == ""
    assert (work / "errors").read_bytes() == b""


def test_only_the_outermost_speaks(state_directory: Path) -> None:
    """A run inside a run leaves the word to the one around it."""
    inner = [os.fsdecode(word) for word in wrapped("sh", "-c", "exit 3", options=["--name", "inner"])]

    shown = plain(on_screen(wrapped(*inner, options=["--name", "outer"])))

    assert len(ended(state_directory)) == 2
    assert shown.count("sentinel-run: ") == 1
    assert shown.startswith("sentinel-run: outer failed with exit status 3\n")


def test_an_interruption_is_one_line(state_directory: Path) -> None:
    """Ctrl-C is no failure to explain; our parent sees the same death as ever."""
    terminal = open_terminal(wrapped("sh", "-c", "echo ready; exec sleep 60", options=["--name", "job"]))
    terminal.expect_exact("ready\r\n")

    terminal.sendcontrol("c")
    shown = plain(end_of(terminal).decode()).replace("\r\n", "\n").split("\r")[-1]

    assert re.fullmatch(r"sentinel-run: job interrupted by SIGINT, [^\n]*, peak [^\n]*B\n", shown)
    assert terminal.signalstatus == signal.SIGINT


def test_a_shell_is_one_line(state_directory: Path) -> None:
    """Its status is that of the last command that was typed, which is no failure of its own to explain."""
    terminal = open_terminal(wrapped("bash", "--norc", "-i", options=["--name", "shell"]))
    terminal.sendline("exit 7")

    shown = plain(end_of(terminal).decode()).replace("\r\n", "\n").split("\r")[-1]

    assert re.search(r"^sentinel-run: shell ended with exit status 7, [^\n]*B\n\Z", shown, re.MULTILINE)
    assert terminal.exitstatus == 7


@pytest.mark.parametrize(
    ("options", "script", "words"),
    [
        (["--ok-exit", "4"], "exit 4", r"job ok, exit status 4, "),
        (["--ok-exit", "143"], "kill -TERM $$", r"job ok, SIGTERM, "),
        (["--ok-exit", "124", "--timeout", "100ms"], "exec sleep 60", r"job ok, exit status 124, "),
        (["--retries", "1", "--retry-delay", "0"], "test -e x || { touch x; exit 1; }", "job ok, 2 attempts, "),
        (["--timeout", "100ms"], "exec sleep 60", "job timed out after 0.1 s"),
        ([], "kill -SEGV $$", r"job was killed by SIGSEGV \(segmentation fault"),
        (["--fail-on-stderr"], "echo oops >&2", "job ended with exit status 0 but wrote to stderr: oops"),
        (["--only-on-failure"], "echo 'error: disk'; exit 2", "job failed with exit status 2: error: disk"),
    ],
)
def test_other_endings(options: list[str], script: str, words: str) -> None:
    """Each is told once, in the words of the diagnosis."""
    shown = plain(on_screen(wrapped("sh", "-c", f"ulimit -c 0; {script}", options=["--name", "job", *options])))

    assert re.search(f"^sentinel-run: {words}", shown, re.MULTILINE)
    assert shown.count("sentinel-run: job") == 1


def test_held_output_has_its_reason_once() -> None:
    """Below it, in the panel, near the next prompt; in front of it where no panel follows."""
    command = wrapped("sh", "-c", "echo 'error: disk'; exit 2", options=["--name", "job", "--only-on-failure"])
    reason = "sentinel-run: job failed with exit status 2: error: disk"

    shown = plain(on_screen(command)).splitlines()
    inside = plain(on_screen(command, SENTINEL_RUN_ID="a" * 32)).splitlines()

    assert (shown[:2], shown.count(reason)) == (["error: disk", reason], 1)
    assert inside == [reason, "error: disk"]


def test_only_on_failure_hears_of_no_success() -> None:
    """Who wants to hear of failures only does not hear of a success."""
    assert on_screen(wrapped("echo", "fine", options=["--only-on-failure"])) == ""


@pytest.mark.parametrize("columns", [20, 60])
def test_hostile_words_stay_words(columns: int) -> None:
    """Nothing that the command said is obeyed by the terminal a second time, and wide letters fit."""
    name = "[red]x\x1b[31m\u202e"
    shown = on_screen(
        wrapped("sh", "-c", f"printf '{_HOSTILE}\\n' >&2; exit 1", options=["--name", name]), columns=columns
    )
    panel = plain(shown[shown.rindex("\x1b[2msentinel-run: ") :])

    assert all(letter.isprintable() or letter == "\n" for letter in panel)
    assert r"[red]x\x1b[31m\u202e" in re.sub(r"\n  │ +", "", panel)
    assert max(map(cell_len, panel.splitlines())) <= max(30, columns)


def test_a_locale_without_utf_8(job: list[str | bytes]) -> None:
    """A bar of ASCII, and letters that cannot be shown are spelled out."""
    command = wrapped("sh", "-c", "echo 'error: \u2603'; exit 1")

    shown = plain(on_screen(command, PYTHONIOENCODING="ascii", PYTHONUTF8="0"))

    assert r"exit status 1: error: \u2603" in shown
    assert "\n  | took" in shown


def test_where_the_report_is(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent, on its way, or waiting: only what is known is said."""
    monkeypatch.setenv("SENTRY_DSN", ingest.dsn)
    host = ingest.dsn.partition("@")[2].partition("/")[0]

    def report(*options: str) -> str:
        return labelled(on_screen(wrapped("sh", "-c", "exit 3", options=options), columns=200))["report"]

    assert report("--deliver", "later") == "waits on this machine; to send it: sentinel-run deliver"
    assert report("--deliver", "background") == f"on its way to {host}"
    assert report("--deliver", "wait", "--deliver-timeout", "30s") == f"sent to {host}"
    monkeypatch.setenv("SENTRY_DSN", "http://key@127.0.0.1:1/1")
    assert report("--deliver", "wait", "--deliver-timeout", "300ms").startswith("waits on this machine")


def test_nothing_is_loaded_for_it_elsewhere() -> None:
    """A run whose stderr is no terminal never imports what it does not say."""
    done = run([sys.executable, "-X", "importtime", "-m", "sentinel_run", "--", "sh", "-c", "exit 3"])

    assert b"sentinel_run.recorder" in done.stderr
    assert b"farewell" not in done.stderr
    assert b"epilogue" not in done.stderr
