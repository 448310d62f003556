"""What the command leaves running is neither killed nor waited for, and what it says later still arrives."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PATIENCE_S, is_alive, line, only, start, wait_until, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.process.conftest import Launch

LEAVE = {
    "subshell": "({body}) & echo $!; exit 5",
    "setsid": "setsid sh -c '{body}' & echo $!; exit 5",
    "double fork": "( ({body}) & echo $! ); exit 5",
}


def _release(fifo: Path) -> None:
    fifo.write_text("go\n")


@pytest.fixture
def gate(work: Path) -> Path:
    """A fifo on which the background process waits until the test lets it go on."""
    path = work / "gate"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("how", LEAVE)
def test_returns_at_once_and_late_output_arrives(how: str, launch: Launch, gate: Path) -> None:
    """We end with the command; the process left behind lives, and its late words reach the pipe's reader."""
    process = start(launch("sh", "-c", LEAVE[how].format(body="read go < gate; echo late; echo later")))
    line(process)

    assert process.wait(PATIENCE_S) == 5
    _release(gate)

    assert process.stdout is not None
    assert process.stdout.read() == b"late\nlater\n"
    process.stdout.close()


def test_both_streams_go_on(gate: Path) -> None:
    """stdout and stderr each reach their own reader."""
    script = "(read go < gate; echo out; echo err >&2) & echo ready"
    process = start(wrapped("sh", "-c", script), stderr=subprocess.PIPE)
    assert process.wait(PATIENCE_S) == 0

    _release(gate)
    out, err = process.communicate(timeout=PATIENCE_S)

    assert (out, err) == (b"ready\nout\n", b"err\n")


def test_into_a_file(launch: Launch, gate: Path, work: Path) -> None:
    """Late output lands behind the command's own in a log file."""
    with open("log", "ab") as log:
        subprocess.run(
            launch("sh", "-c", "(read go < gate; echo late) & echo first"), stdout=log, stderr=log, check=False
        )

    _release(gate)

    wait_until(lambda: (work / "log").read_text() == "first\nlate\n")


def test_forwarder_goes_with_the_last_writer(gate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of ours is left once nobody can write any more."""
    process = start(wrapped("sh", "-c", "(read go < gate) & echo $!"))
    writer = int(line(process))
    process.wait(PATIENCE_S)
    forwarder = wait_until(lambda: [pid for pid in _sessions_of_one() if _looks_ours(pid, process)])

    _release(gate)

    wait_until(lambda: not any(map(is_alive, [writer, *forwarder])))
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()


def test_reader_gone_reaches_the_process_left_behind() -> None:
    """A background process that writes for ever dies of SIGPIPE when its reader goes, as without us."""
    process = start(
        wrapped("sh", "-c", "(echo $$; exec yes) & read x < /dev/null; echo $! >&2"), stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    writer = int(process.stderr.readline())
    assert process.stdout.readline()

    process.stdout.close()

    wait_until(lambda: not is_alive(writer))
    process.stderr.close()
    process.wait(PATIENCE_S)


def test_background_process_without_our_streams(launch: Launch) -> None:
    """A proper daemon, with streams of its own, lives on and nothing of ours stays for it."""
    process = start(launch("sh", "-c", "sleep 60 > /dev/null 2>&1 & echo $!; exit 2"))
    daemon = int(line(process))
    assert process.stdout is not None

    assert process.stdout.read() == b""

    assert process.wait(PATIENCE_S) == 2
    assert is_alive(daemon)
    os.kill(daemon, signal.SIGKILL)
    process.stdout.close()


def test_orphan_that_fills_the_pipe_does_not_keep_us(launch: Launch) -> None:
    """A process left behind that never stops writing is handed over, not drained to its end."""
    process = start(launch("sh", "-c", "yes & echo $! >&2; exit 4"), stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stdout is not None
    writer = int(process.stderr.readline())
    os.set_blocking(process.stdout.fileno(), False)

    def has_ended() -> bool:
        process.stdout.read(1 << 20)  # type: ignore[union-attr]
        return process.poll() is not None

    wait_until(has_ended)

    assert process.returncode == 4
    os.kill(writer, signal.SIGKILL)
    process.stdout.close()
    process.stderr.close()


def test_hup_of_our_group_leaves_the_forwarder(gate: Path) -> None:
    """When our caller's group is told to go, the late words of who ignores it still arrive."""
    process = start(wrapped("sh", "-c", "trap '' HUP TERM; (read go < gate; echo late) & echo ready"), group=0)
    process.wait(PATIENCE_S)

    os.killpg(process.pid, signal.SIGHUP)
    os.killpg(process.pid, signal.SIGTERM)
    _release(gate)

    assert process.stdout is not None
    assert process.stdout.read() == b"ready\nlate\n"
    process.stdout.close()


def test_record_is_there_when_we_end(gate: Path, state_directory: Path) -> None:
    """The run is recorded with its own end, not that of what it left."""
    process = start(wrapped("sh", "-c", "(read go < gate) & exit 3"))

    assert process.wait(PATIENCE_S) == 3

    ending = only(state_directory).ending
    assert ending is not None
    assert ending.exit_status == 3
    _release(gate)
    process.communicate(timeout=PATIENCE_S)


def _sessions_of_one() -> list[int]:
    """Pids that lead a session."""
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    return [pid for pid in pids if _session(pid) == pid]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _looks_ours(pid: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has the other end of the pipe from which we read."""
    assert process.stdout is not None
    inode = os.fstat(process.stdout.fileno()).st_ino
    try:
        held = {os.stat(f"/proc/{pid}/fd/{fd}").st_ino for fd in os.listdir(f"/proc/{pid}/fd")}
    except OSError:
        return False
    return inode in held and pid not in (os.getpid(), os.getppid())
