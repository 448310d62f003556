"""As process 1, or where asked to, we take in orphans as an init does; the command and its status are no other's."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.modes import observe
from tests.process.support import PATIENCE_S, child_of, is_alive, line, rest, run, start, wrapped

if TYPE_CHECKING:
    from tests.process.modes import Command

PROCESS_1 = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
# Says who took the orphan in, and waits until nothing is left of it, not even a zombie.
ORPHAN = """
pid=$(sh -c '(exec > /dev/null; read go < gate) & echo $!')
grep PPid /proc/$pid/status
echo go > gate
while [ -e /proc/$pid ]; do :; done
echo gone; exit 7
"""

needs_namespaces = pytest.mark.skipif(
    subprocess.run([*PROCESS_1, "true"], capture_output=True, check=False).returncode != 0,
    reason="needs the right to make a pid namespace",
)


def _as_process_1(*command: str, options: tuple[str, ...] = ()) -> Command:
    return [*PROCESS_1, *wrapped(*command, options=options)]


@pytest.fixture
def gate(work: Path) -> Path:
    """A fifo that holds the orphan until it is opened for writing."""
    os.mkfifo(work / "gate")
    return work / "gate"


@needs_namespaces
@pytest.mark.parametrize("options", [(), ("--no-capture",), ("--reap",)], ids=str)
def test_process_1_reaps(options: tuple[str, ...], gate: Path) -> None:
    """An orphan comes to process 1, and once it has ended it is no zombie for long."""
    done = run(_as_process_1("sh", "-c", ORPHAN, options=options))

    assert (done.stdout.split(), done.returncode) == ([b"PPid:", b"1", b"gone"], 7)


@needs_namespaces
@pytest.mark.parametrize("options", [(), ("--timeout", "0.3s")], ids=str)
def test_process_1_with_the_proc_of_others(options: tuple[str, ...], gate: Path) -> None:
    """Where /proc tells of other processes by the same numbers, its word is taken on none of them."""
    # The pid of the command is one that the /proc of the outer namespace has as well.
    script = "sh -c '(exec >/dev/null; read go <gate) & :'; echo go >gate; (exit 0); sleep 0.05; echo said; "
    script += "exec sleep 1000" if options else "exit 7"
    command = ["unshare", "--pid", "--fork", *wrapped("sh", "-c", script, options=options)]

    done = run(command)

    assert (done.stdout, done.stderr, done.returncode) == (b"said\n", b"", 124 if options else 7)


def test_reap(gate: Path) -> None:
    """With `--reap` the orphan comes to us wherever we run."""
    done = run(wrapped("sh", "-c", f"echo $PPID {ORPHAN}", options=["--reap"]))

    us, *told = done.stdout.split()
    assert (told, done.returncode) == ([b"PPid:", us, b"gone"], 7)


def test_without_reap(gate: Path) -> None:
    """Without it orphans go where they would have gone."""
    parents = [run(words).stdout for words in (["sh", "-c", ORPHAN], wrapped("sh", "-c", ORPHAN))]

    assert parents[0] == parents[1]


def test_reap_on_a_terminal(work: Path) -> None:
    """Below a terminal of its own the command's orphans come to us too."""
    script = f"mkfifo gate; {ORPHAN}"

    seen = observe("pty", wrapped("sh", "-c", script, options=["--reap", "--quiet"]), folder="terminal")

    assert os.waitstatus_to_exitcode(seen.wait_status) == 7
    assert seen.stdout.endswith(b"gone\r\n")


@pytest.mark.parametrize("how", ["exit 7", "kill -TERM $$"])
def test_many_orphans_beside_the_end(how: str) -> None:
    """However many orphans end together with the command, its status is its own."""
    script = f"for n in $(seq 100); do sh -c 'true & true &'; done; sh -c 'exit 3'; {how}"

    outcomes = {
        run(command).returncode
        for command in (["sh", "-c", script], wrapped("sh", "-c", script, options=["--reap"]))
    }

    assert len(outcomes) == 1


@needs_namespaces
def test_stop_of_a_container() -> None:
    """The TERM of `docker stop` reaches the command, which ends in its own time with its own status."""
    process = start(
        _as_process_1("sh", "-c", "trap 'echo cleaned; exit 9' TERM; echo ready; while :; do sleep 0.1; done")
    )
    assert line(process) == "ready\n"

    os.kill(child_of(process.pid), signal.SIGTERM)

    assert rest(process) == "cleaned\n"
    assert process.returncode == 9


@needs_namespaces
def test_death_by_a_signal_as_process_1() -> None:
    """The kernel lets no signal of its own kill process 1: a shell's 128 and the number are the next best."""
    assert run(_as_process_1("sh", "-c", "kill -TERM $$")).returncode == 128 + signal.SIGTERM


@needs_namespaces
def test_what_is_left_ends_with_process_1() -> None:
    """As under tini: the command's end is the container's, whatever still runs there and holds our streams."""
    process = start(_as_process_1("sh", "-c", "exec 8>&1; sleep 1000 & readlink /proc/self/ns/pid; exit 3"))
    namespace = line(process).strip()

    assert rest(process) == ""
    assert process.returncode == 3
    assert not [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _is_in(pid, namespace)]


@needs_namespaces
def test_time_is_over_for_orphans_too() -> None:
    """A timeout as process 1 stops the orphans and does not wait for zombies."""
    script = "sh -c 'sleep 1000 & echo $!'; exec sleep 1000"

    done = subprocess.run(
        _as_process_1("sh", "-c", script, options=("--timeout", "1")),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert done.returncode == 124


def _is_in(pid: int, namespace: str) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid") == namespace and is_alive(pid)
    except OSError:
        return False
