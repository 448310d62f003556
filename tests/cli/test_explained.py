"""What `show` says of crashes, limits, full disks and lack of memory, each provoked for real."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Mounted
from tests.cli.support import said, told
from tests.process.support import PROGRAM, run, wait_until, wrapped

_GROUPS = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
_LIMIT_BYTES = 48 << 20
_GREEDY = f"x = bytearray({_LIMIT_BYTES * 5})"
_CRASH = """
static void inner(char *secret) { *(volatile int *)0 = 1; }
static void outer(char *secret) { inner(secret); }
int main(int count, char **words) { outer(words[1]); return 0; }
"""


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group of ours with a limit of memory; the machine must let us make one."""
    root = next(
        (root for root in _GROUPS if (root / "memory.oom_control").exists() or (root / "cgroup.procs").exists()),
        None,
    )
    made = root / f"sentinel-run-test-{os.getpid()}" if root else Path()
    try:
        made.mkdir()
        name = "memory.limit_in_bytes" if (made / "memory.limit_in_bytes").exists() else "memory.max"
        (made / name).write_text(str(_LIMIT_BYTES))
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    yield made
    wait_until(lambda: _is_removed(made))


def _is_removed(group: Path) -> bool:
    """Once the last process has left; `deliver` lingers for a second."""
    try:
        group.rmdir()
    except OSError:
        return False
    return True


def _in_group(group: Path, *command: str) -> None:
    """Run `command` under sentinel-run, both within the group."""
    words = ["sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$@"', "sh", *PROGRAM, "--", *command]
    run(words)


def _limited(name: int, soft: int, hard: int, *command: str, options: tuple[str, ...] = ()) -> Any:
    """What is told of `command` under a limit that was set outside of sentinel-run."""
    subprocess.run(
        wrapped(*command, options=options), capture_output=True, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(name, (soft, hard)),
    )  # fmt: skip
    return told("show")


def _proofs(found: Any) -> dict[str, str]:
    return {detail["name"]: detail["proof"] for detail in found["details"]}


def test_out_of_memory(group: Path) -> None:
    """The kernel's count of the run's own group rose: the cause is memory and not the signal."""
    _in_group(group, sys.executable, "-c", _GREEDY)

    found = told("show")
    assert (found["cause"], found["signal"]) == ("out of memory", "SIGKILL")
    assert "was killed for lack of memory" in found["sentence"]
    assert found["signal_sender"].startswith("by the kernel, for lack of memory: ")
    assert "its control group may have 50 MB" in found["reason"]


def test_a_child_out_of_memory(group: Path) -> None:
    """The shell lives and says 137; the count tells that it was memory."""
    _in_group(group, "sh", "-c", f"{sys.executable} -c '{_GREEDY}'; exit $?")

    found = told("show")
    assert (found["cause"], found["exit_status"]) == ("out of memory", 137)
    assert found["sentence"].startswith("a process of ")


def test_a_limit_that_a_script_sets_itself() -> None:
    """`ulimit` in the command is its own limit, which we have not; nobody is blamed for the kernel's KILL."""
    run(wrapped("sh", "-c", "ulimit -t 1; while :; do :; done"))

    assert told("show")["signal_sender"] == "by the kernel, at its limit of CPU time (ulimit -t: 1 seconds)"


@pytest.mark.parametrize("command", ["kill -KILL $$", "sh -c 'kill -KILL $$'; exit $?"])
def test_a_kill_from_elsewhere_is_not_memory(command: str) -> None:
    """No count rose, so nobody may say that memory was short."""
    run(wrapped("sh", "-c", command))

    found = told("show")
    assert found["cause"] in ("SIGKILL", "exit status 137")
    assert "out of memory" not in found["sentence"]
    if found["signal"]:
        assert found["signal_sender"] == (
            "by another process or a user, not for lack of memory: "
            "no process was killed for lack of memory during the run"
        )


def test_a_signal_that_passed_through_us(tmp_path: Path) -> None:
    """What we passed on ourselves has a sender that we know a little of."""
    script = tmp_path / "stop.sh"
    script.write_text("kill -TERM $PPID\nexec sleep 60\n")

    run(wrapped("sh", str(script)))

    assert told("show")["signal_sender"] == "from outside: SIGTERM passed on to the command"


def test_a_timeout_is_sent_by_us() -> None:
    """Nobody else is suspected."""
    run(wrapped("sleep", "60", options=["--timeout", "200ms"]))

    assert told("show")["signal_sender"] == "by sentinel-run, as its time was over"


@pytest.fixture
def crash(tmp_path: Path) -> Path:
    """A program that follows a null pointer, two calls deep."""
    (tmp_path / "crash.c").write_text(_CRASH)
    subprocess.run(["gcc", "-g", "-O0", "-o", tmp_path / "crash", tmp_path / "crash.c"], check=True)
    return tmp_path / "crash"


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_a_crash_without_a_core_file(crash: Path) -> None:
    """Why there is none."""
    found = _limited(resource.RLIMIT_CORE, 0, resource.RLIM_INFINITY, str(crash))

    assert (found["cause"], found["core"]) == ("SIGSEGV", "not dumped: ulimit -c is 0")
    assert found["signal_sender"].startswith("by the kernel, at a bad access to memory")


def _core_is_a_file() -> bool:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    return not pattern.startswith(("|", "/"))


@pytest.mark.skipif(
    shutil.which("gcc") is None or not _core_is_a_file(), reason="needs gcc, and core files in place"
)
def test_a_core_file_is_found_and_read(crash: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it lies; with gdb and --core-backtrace, its frames, without the value of any argument."""
    monkeypatch.chdir(crash.parent)

    found = _limited(
        resource.RLIMIT_CORE, resource.RLIM_INFINITY, resource.RLIM_INFINITY, str(crash), "hunter2hunter",
        options=("--core-backtrace",),
    )  # fmt: skip

    assert found["core_dumped"]
    assert found["core"].startswith(f"core file {crash.parent}/core")
    if shutil.which("gdb"):
        assert [name in found["evidence"]["backtrace"] for name in ("inner", "outer", "main", "hunter2")] == [
            True,
            True,
            True,
            False,
        ]


@pytest.mark.parametrize(
    ("name", "soft", "hard", "code", "cause", "detail", "proof"),
    [
        (resource.RLIMIT_CPU, 1, 10, "while True: pass", "SIGXCPU", "CPU time used up", "ulimit -t: 1 seconds"),
        (resource.RLIMIT_FSIZE, 1 << 20, 1 << 20, "import signal; signal.signal(25, signal.SIG_DFL); open('x', 'wb').write(bytes(2 << 20))",
         "SIGXFSZ", "file too large", "ulimit -f: 1,048,576 bytes"),
        (resource.RLIMIT_FSIZE, 1 << 20, 1 << 20, "open('x', 'wb').write(bytes(2 << 20))", "OSError", "file too large", "ulimit -f: 1,048,576 bytes"),
        (resource.RLIMIT_NOFILE, 40, 40, "x = [open('/dev/null') for _ in range(50)]", "OSError", "too many open files", "ulimit -n: 40 files"),
        (resource.RLIMIT_AS, 300 << 20, 300 << 20, "x = bytearray(900 << 20)", "MemoryError", "no memory to be had", "ulimit -v: 314,572,800 bytes"),
    ],
)  # fmt: skip
def test_limits(
    name: int,
    soft: int,
    hard: int,
    code: str,
    cause: str,
    detail: str,
    proof: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A limit that was met is named, with its value; the cause stays the contract's."""
    monkeypatch.chdir(tmp_path)

    found = _limited(name, soft, hard, sys.executable, "-c", code)

    assert found["cause"] == cause
    assert _proofs(found)[detail] == proof


def test_a_hard_limit_of_cpu_time_is_no_stranger() -> None:
    """At a hard limit the kernel sends KILL; the CPU time that was used tells that it was the limit."""
    found = _limited(resource.RLIMIT_CPU, 1, 1, sys.executable, "-c", "while True: pass")

    assert found["signal_sender"] == "by the kernel, at its limit of CPU time (ulimit -t: 1 seconds)"


def test_a_limit_from_within_is_told() -> None:
    """A limit that the script itself has set is the one that counts."""
    run(wrapped("sh", "-c", f"ulimit -v 300000; {sys.executable} -c 'x = bytearray(900 << 20)'"))

    assert _proofs(told("show")) == {"no memory to be had": "ulimit -v: 307,200,000 bytes"}


def test_a_full_disk(mounted: Mounted) -> None:
    """Which mount, and that it is full."""
    point = mounted("size=64k")

    run(wrapped("dd", "if=/dev/zero", f"of={point}/x", "bs=64k", "count=2"))

    assert _proofs(told("show")) == {"disk full": f"{point} (tmpfs): 0 B of 65.5 kB free"}
    assert f"because      disk full: {point}" in said("show").replace("\n             ", "")


def test_no_inode_left(mounted: Mounted) -> None:
    """The same error with another reason."""
    point = mounted("size=1M,nr_inodes=3")

    run(wrapped("touch", *(str(point / str(number)) for number in range(5))))

    assert _proofs(told("show"))["disk full"] == f"{point} (tmpfs): 1.05 MB of 1.05 MB free, 0 of 3 inodes free"


def test_a_read_only_mount(mounted: Mounted) -> None:
    """Which mount."""
    point = mounted("ro,size=1M")

    run(wrapped("touch", str(point / "x")))

    assert _proofs(told("show")) == {
        "read-only file system": f"{point} (tmpfs, read-only): 1.05 MB of 1.05 MB free"
    }


def test_a_file_that_may_not_be_run(tmp_path: Path) -> None:
    """Its mode and owner, which are the proof."""
    script = tmp_path / "job.sh"
    script.write_text("true\n")
    script.chmod(0o640)

    run(wrapped(str(script)))

    assert _proofs(told("show"))["permission denied"].startswith(f"{script}: -rw-r-----, owner ")


@pytest.mark.parametrize(
    ("command", "detail"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 1))", "connection refused"),
        ("import socket; socket.getaddrinfo('nosuch.invalid', 1)", "no such host"),
    ],
)
def test_the_network(command: str, detail: str) -> None:
    """The exception is the cause, the detail says what kind of trouble it is."""
    run(wrapped(sys.executable, "-c", command))

    assert list(_proofs(told("show"))) == [detail]


def test_an_exit_status_is_explained() -> None:
    """In the sentence, on the screen and for programs."""
    run(wrapped("grep", "x", "/dev/null"))

    assert told("show")["exit_status_meaning"] == "grep 1: found nothing"
    assert said("show").startswith("failed: grep failed with exit status 1 (found nothing)\n")


def test_a_status_that_is_fine_is_no_failure() -> None:
    """`--ok-exit` outweighs every table."""
    run(wrapped("grep", "x", "/dev/null", options=["--ok-exit", "1"]))

    assert (told("show")["status"], told("show")["exit_status_meaning"]) == ("ok", None)
