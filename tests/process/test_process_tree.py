"""The process tree of a real command: who was there, from when to when, how it ended, what it used."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sentinel_run.facts import Facts, Member
from tests.process.support import only, run, wait_until, wrapped

Watched = Callable[..., Facts]


@pytest.fixture
def facts(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Runs a command and returns what the journal says of it."""
    monkeypatch.setenv("SENTINEL_RUN_DELIVER", "later")

    def of(*command: str, options: Sequence[str] = ()) -> Facts:
        run(wrapped(*command, options=options))
        return only(state_directory)

    return of


def _named(facts: Facts, word: str) -> Member:
    (found,) = [member for member in facts.tree.members if word in member.argv]
    return found


def test_steps_of_a_script_follow_each_other(facts: Watched) -> None:
    """Each program that a script runs has its own start and end, in order, and its status."""
    last = "import time; time.sleep(0.7); raise SystemExit(3)"
    made = facts("sh", "-c", 'sleep 0.71; sleep 0.72; "$0" -c "$1"; exit 0', sys.executable, last)
    first, second, third = (_named(made, word) for word in ("0.71", "0.72", last))

    assert first.argv == ("sleep", "0.71")
    assert 0.0 <= first.start_s < first.end_s <= second.end_s <= third.end_s <= made.ending.duration_s + 0.01
    # A step begins when the one before it ends, which is not before its time; the kernel counts hundredths.
    assert second.start_s >= first.start_s + 0.7
    assert third.start_s >= second.start_s + 0.7
    assert second.end_s - second.start_s >= 0.7
    assert {first.parent, second.parent, third.parent} == {made.place.pid}
    assert {first.is_left, second.is_left, third.is_left} == {False}
    assert (first.exit_status, third.exit_status) in ((0, 3), (None, 3), (0, None), (None, None))


def test_at_the_same_time(facts: Watched) -> None:
    """Processes that run beside each other overlap."""
    made = facts("sh", "-c", "sleep 0.91 & sleep 0.92 & sleep 0.93 & wait")
    members = [_named(made, word) for word in ("0.91", "0.92", "0.93")]

    assert max(member.start_s for member in members) < min(member.end_s for member in members)
    assert made.usage.processes_seen == 4


def test_deep_trees(facts: Watched) -> None:
    """A process deep down is met, and each knows its parent."""
    script = 'depth=$1; if [ $depth -gt 0 ]; then sh "$0" $((depth - 1)); else sleep 0.9; fi; exit 0'
    Path("deep.sh").write_text(script)
    made = facts("sh", "deep.sh", "8")
    by_pid = {member.pid: member for member in made.tree.members}

    pid, depth = _named(made, "sleep").pid, 0
    while pid != made.place.pid:
        pid, depth = by_pid[pid].parent, depth + 1
    assert depth == 9


def test_one_that_leaves_the_session_is_followed(facts: Watched) -> None:
    """`setsid` does not hide a process, nor does the end of its parent once it was met."""
    made = facts("sh", "-c", "setsid sh -c 'sleep 0.9; exec sleep 1.1' & wait; (sleep 2.2 & sleep 0.9); sleep 1.5")
    escaped, orphan = _named(made, "1.1"), _named(made, "2.2")

    assert escaped.end_s - escaped.start_s >= 1.9
    assert orphan.end_s - orphan.start_s >= 2.1
    assert orphan.parent != made.place.pid


def test_what_is_left_behind_is_told(facts: Watched) -> None:
    """A process that outlives the command is marked; its end is not known."""
    made = facts("sh", "-c", "sleep 3.3 >/dev/null 2>&1 & sleep 0.9")
    left, ended = _named(made, "3.3"), _named(made, "0.9")

    assert (left.is_left, ended.is_left) == (True, False)
    assert left.exit_status is None


def test_how_each_ended(facts: Watched) -> None:
    """Exit status and signal, where the kernel still tells; never a wrong one."""
    made = facts("sh", "-c", "(sleep 0.7; exit 5); sh -c 'sleep 0.7; kill -9 $$'; exit 0")
    endings = {(member.exit_status, member.signal_name) for member in made.tree.members}

    assert endings <= {(None, ""), (0, ""), (5, ""), (None, "SIGKILL")}
    if _kernel_tells_endings():
        assert endings == {(0, ""), (5, ""), (None, "SIGKILL")}


def test_fifty_processes(facts: Watched) -> None:
    """All of a large tree are met and counted; the peak is of all together."""
    made = facts("sh", "-c", "for i in $(seq 50); do sleep 2 & done; wait")

    assert made.usage.processes_seen == 51
    assert len(made.tree.members) == 50
    assert max(moment.processes for moment in made.tree.timeline) == 51
    assert made.usage.tree_peak_rss_bytes > 20 * min(member.peak_rss_bytes for member in made.tree.members)


def test_more_than_are_kept_are_counted(facts: Watched) -> None:
    """Records are bounded; of more processes the longest-lived are kept, and the others counted."""
    made = facts(sys.executable, "-c", _MANY)

    assert len(made.tree.members) == 200
    assert made.usage.processes_seen == 1 + len(made.tree.members) + made.tree.not_kept
    assert made.tree.not_kept > 0


_MANY = """
import subprocess
for process in [subprocess.Popen(["sleep", "5"]) for _ in range(230)]: process.wait()
"""


def test_memory_and_cpu_of_each(facts: Watched) -> None:
    """The one that used memory and CPU is known by it, and the tree's CPU time is at least the kernel's."""
    hungry = "data = bytearray(80_000_000)\nimport time\nend = time.process_time() + 1\nwhile time.process_time() < end: pass"
    made = facts("sh", "-c", '"$0" -c "$1"; sleep 0.7', sys.executable, hungry)
    member, idle = _named(made, hungry), _named(made, "sleep")

    assert member.peak_rss_bytes > 80_000_000 > idle.peak_rss_bytes
    assert member.cpu_s > 0.1 > idle.cpu_s
    assert made.usage.tree_cpu_s >= made.usage.user_s + made.usage.system_s - 1e-6
    assert made.usage.tree_peak_rss_bytes > 80_000_000
    cpu = [moment.cpu_s for moment in made.tree.timeline]
    assert cpu == sorted(cpu)


def test_cpu_of_orphans_counts(facts: Watched) -> None:
    """What the command did not wait for is no part of wait4(2), and is part of the tree."""
    busy = "import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end: pass"
    made = facts("sh", "-c", '"$0" -c "$1" & sleep 1.2; exit 0', sys.executable, busy)

    left, waited_s = _named(made, busy), made.usage.user_s + made.usage.system_s
    assert left.is_left
    assert left.cpu_s > 0
    assert made.usage.tree_cpu_s == pytest.approx(waited_s + left.cpu_s, abs=0.002)


def test_command_lines_are_redacted(facts: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a password of a child's arguments nor the value of a secret variable is written down."""
    monkeypatch.setenv("DB_PASSWORD", "hunter2-hunter2")
    made = facts(
        "sh", "-c", "sh -c 'sleep 0.9; exit 0' x --password swordfish-9 $DB_PASSWORD token=abcdef; exit 0"
    )

    member = _named(made, "--password")
    assert member.argv[4:] == ("--password", "[Filtered]", "[Filtered]", "token=[Filtered]")


def test_a_long_command_line_is_cut_at_a_word(facts: Watched) -> None:
    """A word that is not kept whole is not kept at all."""
    made = facts("sh", "-c", "sh -c 'sleep 0.9; exit 0' x " + "y" * 1900 + " " + "z" * 1900 + "; exit 0")

    (member,) = [member for member in made.tree.members if member.argv[:1] == ("sh",)]
    assert member.argv[4:] == ("y" * 1900, "…")


def test_another_program_in_the_same_process(facts: Watched) -> None:
    """After execve(2) it is one process still, with the words of its last program."""
    made = facts("sh", "-c", "sh -c 'sleep 0.9; exec sh -c \"sleep 0.8; exit 0\" second' first; exit 0")

    (member,) = [member for member in made.tree.members if member.argv[:1] == ("sh",)]
    assert member.argv[-1] == "second"
    assert member.end_s - member.start_s >= 1.7


@pytest.mark.skipif(not shutil.which("prlimit"), reason="prlimit sets the limit")
def test_few_descriptors_are_enough(facts: Watched) -> None:
    """Where only a few files may be open, the command's end and its processes are told all the same."""
    made = facts("sh", "-c", "for i in $(seq 20); do sleep 1 & done; wait; exit 4")
    assert made.ending.exit_status == 4
    done = run(
        ["prlimit", "--nofile=32", *wrapped("sh", "-c", "for i in $(seq 20); do sleep 1 & done; wait; exit 4")]
    )

    assert done.returncode == 4
    journal = Path(os.environ["SENTINEL_RUN_STATE_DIR"]) / "journal"
    wait_until(lambda: len(list(journal.glob("*.ended"))) == 2)


def _kernel_tells_endings() -> bool:
    """Linux 6.15 tells the status of a process by its pidfd after its parent has waited for it."""
    return tuple(map(int, os.uname().release.split("-")[0].split(".")[:2])) >= (6, 15)
