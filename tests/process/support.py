"""What the process tests share: command lines, waiting without sleeping, and a look into the journal and /proc."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import pytest

from sentinel_run.store import journal, lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sentinel_run.facts import Facts

CHILDREN = Path(__file__).resolve().parents[1] / "children"
PATIENCE_S = 40.0
T = TypeVar("T")


def _program() -> list[str]:
    script = Path(sys.executable).with_name("sentinel-run")
    return [str(script)] if script.exists() else [sys.executable, "-m", "sentinel_run"]


PROGRAM = _program()


def is_served(state: Path) -> bool:
    """Whether a `deliver` is at work for a state directory just now."""
    held = lock.take(str(state / "deliver.lock"))
    if held is not None:
        os.close(held)
    return held is None


def wrapped(*command: str | bytes, options: Sequence[str] = ()) -> list[str | bytes]:
    """The command line that runs `command` under sentinel-run."""
    return [*PROGRAM, *options, "--", *command]


def silent(*command: str | bytes) -> list[str | bytes]:
    """The same without our own word at its end, which a terminal would show."""
    return wrapped(*command, options=["--quiet"])


def child(name: str, *arguments: str) -> list[str]:
    """The command line of a program in tests/children."""
    return [sys.executable, "-u", str(CHILDREN / f"{name}.py"), *arguments]


def run(
    command: Sequence[str | bytes], *, stdin: bytes | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end with both streams captured; without `stdin` it is empty."""
    return subprocess.run(
        command, input=stdin or b"", env=env, capture_output=True, timeout=PATIENCE_S, check=False
    )


def start(
    command: Sequence[str | bytes],
    *,
    stdin: int | IO[bytes] | None = subprocess.DEVNULL,
    stderr: int | IO[bytes] | None = None,
    group: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start with stdout as a pipe; `group=0` makes a process group of its own."""
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, process_group=group)


def wait_until(condition: Callable[[], T]) -> T:
    """The first true value of `condition`; fails after a time that no healthy machine needs."""
    deadline = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return value


def line(process: subprocess.Popen[bytes]) -> str:
    """The next line of the process's stdout, as soon as it is there."""
    assert process.stdout is not None
    return process.stdout.readline().decode()


def rest(process: subprocess.Popen[bytes]) -> str:
    """All further output, up to the end of the process."""
    return process.communicate(timeout=PATIENCE_S)[0].decode()


def ended(state: Path) -> list[Facts]:
    """The facts of all ended runs."""
    return [journal.read(found) for found in journal.found(str(state)) if found.ended]


def only(state: Path) -> Facts:
    """The facts of the one run that there was."""
    (facts,) = ended(state)
    return facts


def running(state: Path) -> list[Facts]:
    """The runs that the journal says are going on."""
    return list(journal.running(str(state)))


def text(facts: Facts, stream: str) -> str:
    """All kept output of one stream."""
    return "".join(passage.text for passage in facts.output.passages if passage.stream == stream)


def status(pid: int | str) -> dict[str, str]:
    """/proc/PID/status by name (proc(5)); empty once the process is gone."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (row.partition(":") for row in rows)}


def is_alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    return status(pid).get("State", "Z")[0] not in "ZX"


def is_stopped(pid: int) -> bool:
    """Whether job control has stopped the process."""
    return status(pid).get("State", "")[:1] == "T"


def children_of(pid: int) -> list[int]:
    """Living children of the process, oldest first."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(word) for word in found if is_alive(int(word))]


def child_of(pid: int) -> int:
    """The command that the wrapper `pid` has started; its canary comes later."""
    return wait_until(lambda: children_of(pid))[0]


def open_files(pid: int) -> str:
    """What the descriptors above 2 of a process are, in one text."""
    found = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            found += [os.readlink(f"/proc/{pid}/fd/{number}")] if int(number) > 2 else []
        except OSError:  # Closed meanwhile.
            continue
    return " ".join(found)


def marked(mark: str) -> list[int]:
    """Living processes whose environment holds `mark`."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _has(pid, mark.encode())]


def _has(pid: int, mark: bytes) -> bool:
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes() and is_alive(pid)
    except OSError:
        return False


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A new `folder` on a file system of its own, in memory; the test is skipped where nothing may be mounted."""
    folder.mkdir()
    tried = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    if subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    yield
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
