"""The exit status is the command's own, and a death by signal is that same death."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PROGRAM, ended, only, run, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.process.conftest import Launch

DEADLY = [
    "TERM",
    "KILL",
    "SEGV",
    "ABRT",
    "BUS",
    "FPE",
    "ILL",
    "TRAP",
    "INT",
    "QUIT",
    "HUP",
    "PIPE",
    "USR1",
    "XCPU",
    "SYS",
    "RTMIN+3",
]


@pytest.mark.parametrize("status", [0, 1, 2, 42, 124, 125, 126, 127, 128, 129, 254, 255])
def test_exit_status_is_the_commands(status: int, state_directory: Path) -> None:
    """Each exit status comes back unchanged, also those with a meaning of their own, and is noted."""
    done = run(wrapped("sh", "-c", f"exit {status}"))

    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")
    ending = only(state_directory).ending
    assert ending is not None
    assert (ending.exit_status, ending.signal, ending.spawn_error) == (status, None, "")


@pytest.mark.parametrize("name", DEADLY)
def test_death_by_signal_is_that_death(name: str, state_directory: Path) -> None:
    """Our parent reads the wait status that it would have read of the command, and stderr stays silent."""
    number = signal.SIGRTMIN + 3 if name == "RTMIN+3" else getattr(signal, f"SIG{name}")

    done = run(wrapped("sh", "-c", f"kill -{int(number)} $$"))

    assert (done.returncode, done.stderr) == (-number, b"")
    ending = only(state_directory).ending
    assert ending is not None
    assert (ending.exit_status, ending.signal) == (None, number)
    assert ending.signal_name == f"SIG{name}"


def test_shell_sees_128_and_the_signal(launch: Launch) -> None:
    """A shell that runs us reads 137 for a command that was killed."""
    inner = [part if isinstance(part, str) else part.decode() for part in launch("sh", "-c", "kill -9 $$")]

    done = run(["sh", "-c", '"$@"; echo $?', "sh", *inner])

    assert done.stdout == b"137\n"


def test_no_core_file_of_ours(work: Path) -> None:
    """Dying of SEGV leaves no core file beside the command's own, even where core files are unlimited."""
    dead = wrapped("sh", "-c", "ulimit -c 0; kill -SEGV $$")

    done = run(["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh", *dead])

    assert done.returncode == -signal.SIGSEGV
    assert list(work.iterdir()) == []


def test_core_dump_of_the_command_is_noted(work: Path, state_directory: Path) -> None:
    """Whether the command left a core file is what the kernel said, in the facts."""
    crash = ["sh", "-c", "ulimit -c unlimited; kill -SEGV $$"]
    bare = run([sys.executable, "-c", "import os, sys; os.posix_spawnp(*sys.argv[1:2], sys.argv[1:], os.environ);"
                "print(os.WCOREDUMP(os.wait()[1]))", *crash])  # fmt: skip

    run(wrapped(*crash))

    ending = only(state_directory).ending
    assert ending is not None
    assert str(ending.core_dumped).encode() == bare.stdout.strip()


def test_module_is_the_program() -> None:
    """`python -m sentinel_run` is the same program."""
    done = run([sys.executable, "-m", "sentinel_run", "--", "sh", "-c", "echo yes; exit 7"])

    assert (done.returncode, done.stdout) == (7, b"yes\n")


def test_nested_runs_pass_it_on(state_directory: Path) -> None:
    """A run inside a run gives both the same status, and the inner one knows the outer."""
    done = run(wrapped(*PROGRAM, "--", "sh", "-c", "kill -ABRT $$"))

    assert done.returncode == -signal.SIGABRT
    outer, inner = sorted(ended(state_directory), key=lambda facts: bool(facts.identity.parent_run_id))
    assert inner.identity.parent_run_id == outer.identity.run_id


@pytest.mark.parametrize("option", ["--nonsense", "--timeout=soon", "--tag=novalue", "--name"])
def test_wrong_usage_is_125(option: str, work: Path, state_directory: Path) -> None:
    """A wrong command line is one line that names the option, status 125, and nothing has run."""
    done = run([*PROGRAM, option, "--", "touch", "ran"] if option != "--name" else [*PROGRAM, option])

    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (125, b"", 1)
    assert done.stderr.startswith(b"sentinel-run: ")
    assert option.partition("=")[0].encode() in done.stderr
    assert not list(work.iterdir())
    assert not state_directory.exists()
