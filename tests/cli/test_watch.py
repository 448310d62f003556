"""`sentinel-run watch`: what runs now, once for programs and pipes, live on a terminal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest
from rich.cells import cell_len

from sentinel_run.cli.going import Going, Used, Usual
from sentinel_run.cli.screens import going
from sentinel_run.diagnose.lines import Line
from tests.cli.support import complaint, said, told
from tests.process.support import PATIENCE_S, PROGRAM, line, rest, run, start, wait_until, wrapped
from tests.process.test_full_screen import Screen, screen  # noqa: F401
from tests.unit import samples

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = [
    "run_id", "parent_run_id", "name", "argv", "started", "running_s", "pid", "cpu_s", "cores", "rss_bytes", "processes",
    "usual_s", "usual_runs", "last_line",
]  # fmt: skip
_SAID = r"step 1\nstep 2: password=hunter2-hunter2 \033[31mred\033[0m [bold]\nunfinished pass"
_SCRIPT = f"printf '{_SAID}'; sleep 60 & trap 'kill $!' TERM; echo ready >ready; wait"


@pytest.fixture
def job(work: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run that goes on, of a name that usually takes no time, with a process of its own."""
    run(wrapped("true", options=["--name", "job"]))
    os.mkfifo("ready")
    process = start(wrapped("sh", "-c", _SCRIPT, options=["--name", "job"]))
    assert Path("ready").read_text() == "ready\n"
    wait_until(lambda: [one["last_line"] for one in told("watch")] not in ([], [None]))
    yield process
    process.terminate()
    rest(process)


def test_nothing_runs() -> None:
    """One line, and what to do; an empty list for programs."""
    assert "nothing is running on " in said("watch")
    assert told("watch") == []


def test_programs_get_stable_keys(job: subprocess.Popen[bytes]) -> None:
    """One object a run, with what its processes use now and its last complete line, redacted."""
    (found,) = told("watch")

    assert list(found) == _KEYS
    assert (found["name"], found["usual_runs"], found["processes"]) == ("job", 1, 2)
    assert found["rss_bytes"] > 100_000
    assert 0 < found["usual_s"] < found["running_s"]
    assert found["last_line"]["text"] == "step 2: password=[Filtered] red [bold]"


def test_a_table_without_a_terminal(job: subprocess.Popen[bytes]) -> None:
    """One row a run, nothing cut, no colours, no bar."""
    title, _, header, row = said("watch").splitlines()

    assert title.startswith("1 run in progress on ")
    assert header.split() == ["run", "name", "running", "CPU", "memory", "usually"]
    assert row.startswith(f"{told('watch')[0]['run_id'][:8]}  job ")
    assert " x " in row
    assert row.endswith("step 2: password=[Filtered] red [bold]")


def test_a_run_in_a_run(work: Path) -> None:
    """The inner one stands below the outer one, whose processes it is among."""
    os.mkfifo("ready")
    inner = map(os.fsdecode, wrapped("sh", "-c", "echo ready >ready; exec sleep 60", options=["--name", "inner"]))
    outer = start(wrapped(*inner, options=["--name", "outer"]))
    assert Path("ready").read_text() == "ready\n"
    first, second = wait_until(lambda: found if len(found := told("watch")) == 2 else None)

    assert (first["name"], second["name"]) == ("outer", "inner")
    assert second["parent_run_id"] == first["run_id"]
    assert first["processes"] > second["processes"] >= 1
    assert any(f"{second['run_id'][:8]}   inner " in row for row in said("watch").splitlines())
    for wanted, names in (("outer", ["outer", "inner"]), ("inner", ["inner"]), (second["run_id"][:6], ["inner"])):
        assert [one["name"] for one in told("watch", wanted)] == names
    outer.terminate()
    rest(outer)


@pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux")
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_live(columns: int, job: subprocess.Popen[bytes], screen: Screen) -> None:  # noqa: F811
    """The run with its bar and last line, on a screen of its own; `q` gives back what was there before."""
    screen.resize(columns, 20)
    screen.type("clear; echo; echo before", "Enter")
    screen.wait_for("\nbefore")
    screen.type(f"{PROGRAM[0]} watch --interval 200ms; echo status $?", "Enter")

    shown = screen.wait_for("q ends")
    job_row = next(row for row in shown.splitlines() if "job " in row)
    assert job_row.count("█") >= 4
    assert "step 2: password=[Filtered] red [bold]" in shown
    assert max(map(len, shown.splitlines())) <= columns
    screen.resize(columns + 10, 20)
    screen.type("q")

    assert "before" in screen.wait_for("status 0")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_more_than_the_screen_holds(width: int) -> None:
    """What does not fit is counted; no line is too wide, whatever names and lines there are."""
    facts = samples.facts()
    facts = facts._replace(command=facts.command._replace(name="夜間" * 20))
    said = Line(1.0, "stdout", "error \x1b[2J " * 30)
    one = Going(facts, "0123456789", 9, 59999.0, Used(1.0, 999_000_000, 3), 12.5, Usual(60.0, 30), said)

    shown = going.screen([one] * 30, width, 12).plain.splitlines()

    assert len(shown) <= 12
    assert shown[-1] == f"and {26 if width < 120 else 22} more"
    assert max(map(cell_len, shown)) <= width
    assert all(line.isprintable() for line in shown)


@pytest.mark.parametrize(
    ("width", "heads"),
    [(24, ["name", "running"]), (40, ["name", "running", "CPU"]), (60, ["name", "running", "CPU", "memory"])],
)
def test_numbers_give_way_on_a_narrow_screen(width: int, heads: list[str]) -> None:
    """What is usual has room at any rate; of the numbers the last ones go, and no line is cut in the middle."""
    facts = samples.facts()._replace(command=samples.facts().command._replace(name="never before"))
    late = Going(facts, "0123456789", 0, 12.5, Used(1.0, 999_000_000, 3), 0.5, Usual(10.0, 30), None)

    _, _, head, row, first = going.screen([late, late._replace(usual=None)], width, 12).plain.splitlines()

    assert head.split() == [*heads, "usually"]
    assert "125 %" in row
    assert first.endswith(("not known yet", "unknown"))
    assert max(map(cell_len, (head, row, first))) <= width


def _at_terminal(*arguments: str) -> pexpect.spawn:
    return pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "watch", *arguments], dimensions=(20, 80), echo=False, timeout=PATIENCE_S
    )


def test_it_goes_with_the_time() -> None:
    """A run that begins is there at the next look, and one that has ended is not."""
    watching = _at_terminal("--interval", "100ms")
    watching.expect_exact("nothing")

    later = start(wrapped("sh", "-c", "echo on; read line", options=["--name", "later"]), stdin=subprocess.PIPE)
    assert line(later) == "on\n"
    watching.expect_exact("later")
    rest(later)

    watching.expect_exact("nothing")
    watching.sendcontrol("c")
    watching.expect(pexpect.EOF)
    watching.close()
    assert watching.exitstatus == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    """The terminal is put right, then it dies of the signal as its parent expects."""
    watching = _at_terminal()
    watching.expect_exact("nothing")
    assert not termios.tcgetattr(watching.child_fd)[3] & termios.ICANON

    os.kill(watching.pid, number)
    watching.expect_exact("\x1b[?1049l")
    wait_until(lambda: termios.tcgetattr(watching.child_fd)[3] & termios.ICANON)
    watching.expect(pexpect.EOF)
    watching.close()

    assert watching.signalstatus == number


@pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux")
def test_stop_and_continue(screen: Screen) -> None:  # noqa: F811
    """Ctrl-Z gives the shell its terminal, `fg` draws again."""
    screen.type(f"{PROGRAM[0]} watch", "Enter")
    screen.wait_for("q ends")

    screen.type("C-z")
    screen.wait_for("Stopped")
    assert "q ends" not in screen.shows()
    screen.type("fg", "Enter")
    screen.wait_for("q ends")
    screen.type("q")
    screen.wait_for("$ ")


@pytest.mark.parametrize("wrong", [["--interval", "x"], ["-n", "5", "date"]])
def test_wrong_usage(wrong: list[str]) -> None:
    """One line that also tells how to run watch(1), exit status 125."""
    assert "to run the program watch: sentinel-run -- watch" in complaint("watch", *wrong, status=125)


def test_a_run_that_is_not_there() -> None:
    """A name that has run can be waited for; of any other word it is said how to run watch(1)."""
    run(wrapped("true", options=["--name", "job"]))

    assert told("watch", "job") == []
    assert "to run the program watch: sentinel-run -- watch" in complaint("watch", "date", status=1)
