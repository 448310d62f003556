"""One command observed in each mode that programs are run in: pipes, one pipe for both, files, a terminal."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.process.support import PATIENCE_S, child

if TYPE_CHECKING:
    from collections.abc import Callable

Command = list[str | bytes]


class Outcome(NamedTuple):
    """All that whoever started a command can know afterwards."""

    wait_status: int
    stdout: bytes
    stderr: bytes
    terminal: str = ""


def _in_pipes(command: Command, typed: bytes) -> Outcome:
    done = subprocess.run(command, input=typed, capture_output=True, timeout=PATIENCE_S, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


def _joined(command: Command, typed: bytes) -> Outcome:
    done = subprocess.run(
        command, input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_S, check=False
    )
    return Outcome(done.returncode, done.stdout, b"")


def _in_files(command: Command, typed: bytes) -> Outcome:
    Path("in").write_bytes(typed)
    with open("in", "rb") as stdin, open("out", "ab") as out, open("err", "wb") as err:
        done = subprocess.run(command, stdin=stdin, stdout=out, stderr=err, timeout=PATIENCE_S, check=False)
    return Outcome(done.returncode, Path("out").read_bytes(), Path("err").read_bytes())


def _on_terminal(command: Command, typed: bytes) -> Outcome:
    keys = typed + b"\x04" if typed else b""
    done = subprocess.run(
        [*child("on_terminal", "ended"), *command],
        input=keys,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    status, settings = json.loads(Path("ended").read_text())
    return Outcome(status, done.stdout, done.stderr, settings)


MODES: dict[str, Callable[[Command, bytes], Outcome]] = {
    "pipe": _in_pipes,
    "2>&1": _joined,
    "file": _in_files,
    "pty": _on_terminal,
}


def observe(mode: str, command: Command, *, typed: bytes = b"", folder: str) -> Outcome:
    """Run to the end in a new directory below this one; `typed` is what its stdin holds."""
    os.mkdir(folder)
    os.chdir(folder)
    try:
        return MODES[mode](command, typed)
    finally:
        os.chdir("..")
