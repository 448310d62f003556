"""Streams of every kind: closed, full, never blocking, sockets, slow and gone readers."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PATIENCE_S, child, line, only, rest, run, start, text, wait_until, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.process.conftest import Launch

CLOSED = [pick for count in (1, 2, 3) for pick in combinations((0, 1, 2), count)]


@pytest.mark.parametrize("closed", CLOSED, ids=str)
def test_closed_streams_stay_closed(closed: tuple[int, ...], work: Path) -> None:
    """The command finds closed what our caller closed, nothing of ours in its place, and runs to its end."""
    redirect = " ".join(f"{fd}>&-" for fd in closed)
    command = wrapped(
        "sh", "-c", "for fd in 0 1 2; do [ -e /proc/$$/fd/$fd ] && seen=$seen$fd; done; echo $seen > fds; exit 6"
    )

    done = run(["sh", "-c", f'"$@" {redirect}; echo $? > status', "sh", *command])

    assert (done.stdout, done.stderr) == (b"", b"")
    assert (work / "status").read_text() == "6\n"
    assert set((work / "fds").read_text().strip()) == {"0", "1", "2"} - set(map(str, closed))


@pytest.mark.parametrize("closed", [(0,), (2,), (0, 2)], ids=str)
def test_output_beside_closed_streams(closed: tuple[int, ...]) -> None:
    """What is open still carries its bytes, and none of our words."""
    redirect = " ".join(f"{fd}>&-" for fd in closed)
    command = wrapped("echo", "fine", options=["--verbose", "--dsn", "nonsense"])

    done = run(["sh", "-c", f'"$@" {redirect}', "sh", *command])

    assert done.stdout == b"fine\n"


def test_full_device_is_the_commands_trouble(launch: Launch) -> None:
    """A write to /dev/full fails in the command itself, which says so as it would without us."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(launch("cat", "/etc/hostname"), stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_socket_as_stdout(size: int, launch: Launch) -> None:
    """A socket, as inetd and some supervisors give, takes everything in order."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            launch(*child("spill", str(size))), stdin=subprocess.DEVNULL, stdout=theirs.fileno()
        )
        theirs.close()

        received = b"".join(iter(lambda: ours.recv(65536), b""))

    assert process.wait(PATIENCE_S) == 0
    assert received == (bytes(range(256)) * (size // 256 + 1))[:size]


def test_sink_that_never_blocks() -> None:
    """A pipe that our caller has set to O_NONBLOCK loses nothing, and keeps the flag."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)

    process = subprocess.Popen(wrapped(*child("spill", "1000000")), stdin=subprocess.DEVNULL, stdout=write_end)
    wait_until(lambda: _held(read_end) >= 65536)
    flags = fcntl.fcntl(write_end, fcntl.F_GETFL)
    os.close(write_end)
    with open(read_end, "rb") as pipe:
        content = pipe.read()

    assert process.wait(PATIENCE_S) == 0
    assert len(content) == 1_000_000
    assert flags & os.O_NONBLOCK


def test_sink_keeps_its_flags(launch: Launch) -> None:
    """A blocking pipe is still blocking for the programs that share it with us."""
    read_end, write_end = os.pipe()

    subprocess.run(launch("echo", "x"), stdout=write_end, check=False)

    assert os.get_blocking(write_end)
    os.close(read_end)
    os.close(write_end)


def test_slow_reader_stops_the_command(launch: Launch) -> None:
    """While nobody reads stdout the command waits, as it would without us, and stderr still flows."""
    process = start(launch(*child("flood")), stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None

    assert process.stderr.readline() == b"flooding\n"
    assert process.stderr.readline() == b"stuck\n"
    process.stdout.read(2_000_000)

    assert process.stderr.readline() == b"done\n"
    process.stderr.close()
    assert process.wait(PATIENCE_S) == 0
    process.stdout.close()


def test_gone_reader_ends_an_endless_command() -> None:
    """`yes | head -1`: the command dies of SIGPIPE, we die likewise, and nothing is printed."""
    process = start(wrapped("yes"), stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert line(process) == "y\n"

    process.stdout.close()

    assert process.wait(PATIENCE_S) == -signal.SIGPIPE
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_gone_reader_of_a_silent_command(launch: Launch) -> None:
    """A command that does not write never learns that its reader went away, and ends by itself."""
    process = start(launch("sh", "-c", "echo ready; read go; exit 5"), stdin=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    assert line(process) == "ready\n"

    process.stdout.close()
    process.stdin.write(b"go\n")
    process.stdin.close()

    assert process.wait(PATIENCE_S) == 5


def test_pipeline_with_head(launch: Launch) -> None:
    """In a shell's pipeline both sides end, with the statuses they would have had."""
    inner = [os.fsdecode(word) for word in launch("yes")]

    done = run(["bash", "-c", '"$@" | head -2; echo "${PIPESTATUS[@]}"', "bash", *inner])

    assert done.stdout == b"y\ny\n141 0\n"


def test_gone_reader_of_one_stream_leaves_the_other(state_directory: Path) -> None:
    """stderr flows on after stdout's reader has gone, and the command that ignores SIGPIPE goes on."""
    script = "trap '' PIPE; echo ready; read go; while echo lost; do :; done 2>/dev/null; echo noticed >&2; exit 3"
    process = start(wrapped("sh", "-c", script), stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stderr is not None
    assert line(process) == "ready\n"

    process.stdout.close()
    process.stdin.write(b"go\n")
    process.stdin.close()

    assert process.stderr.read() == b"noticed\n"
    assert process.wait(PATIENCE_S) == 3
    process.stderr.close()


def test_stdin_is_not_read_ahead(launch: Launch) -> None:
    """`while read` around us keeps its lines: we take nothing from stdin that the command did not."""
    inner = [os.fsdecode(word) for word in launch("echo", "ran")]

    done = run(["sh", "-c", 'while read line; do "$@"; echo "$line"; done', "sh", *inner], stdin=b"1\n2\n3\n")

    assert done.stdout == b"ran\n1\nran\n2\nran\n3\n"


def test_stdin_is_handed_over_where_it_stands(launch: Launch) -> None:
    """The command reads what the shell before it has left."""
    inner = [os.fsdecode(word) for word in launch("cat")]

    done = run(["sh", "-c", 'read first; "$@"', "sh", *inner], stdin=b"1\n2\n3\n")

    assert done.stdout == b"2\n3\n"


def test_null_device_is_no_terminal_and_counts(state_directory: Path) -> None:
    """Output to /dev/null, as cron jobs have it, is still there for the report."""
    subprocess.run(
        wrapped("sh", "-c", "echo why; exit 1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )

    assert text(only(state_directory), "output") == "why\n"


def test_stream_that_is_only_for_reading(launch: Launch) -> None:
    """A write to a stdout that was opened for reading fails in the command, as without us."""
    with open("/dev/null", "rb") as null:
        done = subprocess.run(launch("echo", "x"), stdout=null, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 1
    assert b"Bad file descriptor" in done.stderr


def _held(fd: int) -> int:
    """Bytes that wait in the pipe."""
    return int.from_bytes(fcntl.ioctl(fd, 0x541B, b"\0" * 4), sys.byteorder)


def test_small_number_of_descriptors(launch: Launch) -> None:
    """`ulimit -n 20` is enough for us."""
    inner = [os.fsdecode(word) for word in launch("sh", "-c", "echo out; echo err >&2; exit 3")]

    done = run(["sh", "-c", 'ulimit -n 20; "$@"', "sh", *inner])

    assert (done.returncode, done.stdout, done.stderr) == (3, b"out\n", b"err\n")


@pytest.mark.parametrize("limit", [9, 10, 12, 14])
def test_hardly_any_descriptors(limit: int) -> None:
    """With less the report may suffer; the command does not."""
    done = run(["sh", "-c", f'ulimit -n {limit}; "$@"', "sh", *wrapped("sh", "-c", "echo out; exit 3")])

    assert (done.returncode, done.stdout, done.stderr) == (3, b"out\n", b"")


def test_rest_is_there_when_we_end(launch: Launch) -> None:
    """All that a command wrote before its end has arrived when its status does."""
    process = start(launch("sh", "-c", "head -c 60000 /dev/zero; exit 9"))

    content = rest(process)

    assert (process.returncode, len(content)) == (9, 60000)


@pytest.fixture
def small_disk(work: Path) -> Iterator[Path]:
    """A directory with room for one page."""
    disk = work / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_dump_on_a_full_disk(launch: Launch, small_disk: Path) -> None:
    """A dump that does not fit fails and says so, as without us, and what fits is there."""
    with open(small_disk / "dump", "wb") as dump:
        done = subprocess.run(
            launch("head", "-c", "9999", "/dev/zero"), stdout=dump, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert (small_disk / "dump").read_bytes() == bytes(4096)


def test_file_that_takes_no_more() -> None:
    """A limit on the size of files, or a full disk, ends the command as it would without us."""
    inner = [os.fsdecode(word) for word in wrapped("seq", "100000")]

    done = run(["sh", "-c", 'ulimit -f 8; "$@" > log; echo $?', "sh", *inner])

    assert done.stdout == b"%d\n" % (128 + signal.SIGXFSZ)


def test_order_in_a_log_that_was_opened_twice(launch: Launch, work: Path) -> None:
    """`>>log 2>>log` keeps the order of both streams, as `>>log 2>&1` does."""
    script = "for n in 1 2 3 4 5 6; do echo o$n; echo e$n >&2; done"
    with open("log", "ab") as out, open("log", "ab") as err:
        subprocess.run(launch("sh", "-c", script), stdout=out, stderr=err, check=True)

    assert (work / "log").read_text().split() == [f"{kind}{n}" for n in range(1, 7) for kind in "oe"]


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
def test_messages_stay_apart(launch: Launch, kind: socket.SocketKind) -> None:
    """On a socket that keeps messages apart each write is a message of its own."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    with ours, theirs:
        subprocess.run(launch("sh", "-c", "echo one; echo two"), stdout=theirs, check=True)

        assert [ours.recv(100), ours.recv(100)] == [b"one\n", b"two\n"]


def test_a_clients_connection_is_read_from_either_end(launch: Launch) -> None:
    """A connection that is stdin and stdout (inetd) is the command's: it may receive from stdout, and ask who calls."""
    server = "import socket; peer = socket.socket(fileno=1); peer.sendall(b'%d %s' % (peer.getpeername()[1], peer.recv(9)))"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname(), timeout=PATIENCE_S)
        with client, listening.accept()[0] as accepted:
            client.sendall(b"hello")
            subprocess.run(launch(sys.executable, "-c", server), stdin=accepted, stdout=accepted, check=True)

            assert client.recv(100) == b"%d hello" % client.getsockname()[1]
