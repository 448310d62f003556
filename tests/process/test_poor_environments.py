"""Where next to nothing works: the command runs, its status comes back, and nothing of ours is said."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.support import PROGRAM, ended, line, only, rest, run, start, wrapped

ROOT = Path(__file__).resolve().parents[2]
SOMEBODY = 54321
SYSTEM_PYTHON = "/usr/bin/python3"
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
LONG_LINE_BYTES = 50 << 20


@pytest.fixture(scope="module")
def open_to_all() -> Iterator[Path]:
    """A copy of the package that somebody else may read; the tests' own folder is ours alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shutil.copytree(ROOT / "sentinel_run", Path(folder, "sentinel_run"))
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("room", [1, 2, 3, 8])
def test_hardly_any_process_left(room: int, open_to_all: Path) -> None:
    """`ulimit -u`: with no room for two of us, the command has our place; root has no such limit."""
    ours = [
        SYSTEM_PYTHON,
        "-B",
        "-m",
        "sentinel_run",
        "--deliver",
        "later",
        "--",
        "/bin/sh",
        "-c",
        "echo said; exit 7",
    ]
    words = ["setpriv", "--reuid", str(SOMEBODY), "--clear-groups", "prlimit", f"--nproc={room}", *ours]

    done = run(words, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(open_to_all)})

    assert (done.returncode, done.stdout, done.stderr) == (7, b"said\n", b"")


def test_a_pythonpath_with_modules_of_our_names(tmp_path: Path, state_directory: Path) -> None:
    """A job's own `types.py` is not Python's: nothing of ours imports it, and the run is kept and delivered."""
    for name in ("fcntl", "select", "enum", "types", "re", "functools", "collections", "json", "random"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not for you')")
    ours = wrapped("sh", "-c", "echo $PYTHONPATH; exit 7", options=["--deliver", "wait"])

    done = run(["env", f"PYTHONPATH={tmp_path}", *ours])

    assert (done.returncode, done.stdout, done.stderr) == (7, f"{tmp_path}\n".encode(), b"")
    assert b" 7 " in run([*PROGRAM, "history"]).stdout
    assert list((state_directory / "journal").iterdir()) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="apt-get install strace")
@pytest.mark.parametrize("calls", ["flock", "fallocate", "pidfd_open", "renameat,rename"])
def test_calls_that_the_system_refuses(calls: str, tmp_path: Path) -> None:
    """A file system without locks, say: each of these fails as on an NFS of old, or under a strict seccomp filter."""
    refused = ["strace", "-f", "-o", str(tmp_path / "trace"), "-e", f"inject={calls}:error=ENOLCK"]

    done = run([*refused, *wrapped("sh", "-c", "cat; sleep 0.5; echo said; exit 7")], stdin=b"asked\n")

    assert (done.returncode, done.stdout, done.stderr) == (7, b"asked\nsaid\n", b"")
    assert "INJECTED" in (tmp_path / "trace").read_text()


@pytest.mark.skipif(FAKETIME is None, reason="apt-get install faketime")
@pytest.mark.parametrize("jump", ["-1d", "+40d"])
def test_a_clock_that_jumps(jump: str, tmp_path: Path, state_directory: Path) -> None:
    """The duration is that of a clock that nobody can set."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    clocks = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock)}
    ways = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"}
    words = ["env", *(f"{name}={value}" for name, value in (clocks | ways).items())]
    process = start(
        [*words, *wrapped("sh", "-c", "echo ready; read -r _; date +%s; exit 7")], stdin=subprocess.PIPE
    )
    assert line(process) == "ready\n"
    before = int(run(["date", "+%s"]).stdout)

    clock.write_text(jump)
    process.stdin.write(b"go\n")  # type: ignore[union-attr]
    process.stdin.flush()  # type: ignore[union-attr]
    after = int(rest(process))

    assert process.returncode == 7
    assert abs(after - before) > 80_000
    ending = only(state_directory).ending
    assert ending is not None
    assert 0 < ending.duration_s < 60


def test_one_line_of_fifty_megabytes(state_directory: Path) -> None:
    """Byte for byte, while we keep as much of it as of anything else."""
    source = f"import sys; sys.stdout.write('x' * {LONG_LINE_BYTES}); sys.exit(7)"

    done = run(wrapped(sys.executable, "-c", source))

    assert done.returncode == 7
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(b"x" * LONG_LINE_BYTES).digest()
    facts = only(state_directory)
    assert facts.output.bytes["stdout"] == LONG_LINE_BYTES
    assert facts.output.lines["stdout"] == 1
    assert sum(len(passage.text) for passage in facts.output.passages) < 1 << 20


@pytest.mark.parametrize("limits", ["ulimit -n 20", "ulimit -n 12", "ulimit -f 0", "ulimit -c 0", "umask 777"])
def test_limits_of_the_shell(limits: str) -> None:
    """They are the command's too, and none of them is our excuse."""
    script = f'{limits}; exec "$@"'

    done = run(["sh", "-c", script, "sh", *wrapped("sh", "-c", "cat; echo said; exit 7")], stdin=b"asked\n")

    assert (done.returncode, done.stdout, done.stderr) == (7, b"asked\nsaid\n", b"")


@pytest.mark.parametrize("limit_bytes", [0, 1024, 2048, 4096, 8192])
def test_a_limit_spoils_none_of_our_files(limit_bytes: int, tmp_path: Path, state_directory: Path) -> None:
    """A first run below `ulimit -f` leaves nothing half written that later runs would stumble over."""
    copy = tmp_path / "lib" / "sentinel_run"
    shutil.copytree(ROOT / "sentinel_run", copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "sentinel_run", "--verbose", "--", "sh", "-c", "exit 3"]
    environ = {**os.environ, "PYTHONPATH": str(copy.parent)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    limit = (limit_bytes, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

    limited = subprocess.run(
        command, env=environ, check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    )
    later = run(command, env=environ)

    assert (limited.returncode, later.returncode, later.stderr) == (3, 3, b"")
    assert len(ended(state_directory)) >= 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_standard_descriptors(closed: str, tmp_path: Path) -> None:
    """What is closed for us is closed for the command, and nothing of ours lands in its place."""
    look = f"ls -l /proc/self/fd | awk '$9 ~ /^[012]$/ {{ print $9 }}' > {tmp_path}/$1; exit 7"
    bare, ours = "bare", "ours"

    first = run(["sh", "-c", f'exec "$@" {closed}', "sh", "sh", "-c", look, "sh", bare])
    second = run(["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM, "--", "sh", "-c", look, "sh", ours])

    assert (second.returncode, second.stdout, second.stderr) == (first.returncode, first.stdout, first.stderr)
    assert (tmp_path / ours).read_text() == (tmp_path / bare).read_text()
