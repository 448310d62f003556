"""Calling the subcommands, through pipes and at a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

import pexpect

from tests.process.support import PATIENCE_S, PROGRAM, run

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def ours(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """`sentinel-run ARGUMENTS` with pipes for all streams."""
    return run([*PROGRAM, *arguments])


def said(*arguments: str) -> str:
    """Its stdout; the call must succeed and say nothing on stderr."""
    done = ours(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def told(*arguments: str) -> Any:
    """Its JSON."""
    return json.loads(said(*arguments, "--json"))


def complaint(*arguments: str, status: int) -> str:
    """Its one line on stderr; it must end with `status`, print no data, and show no traceback."""
    done = ours(*arguments)
    assert (done.returncode, done.stdout) == (status, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("sentinel-run: ")
    return line


def seen(*arguments: str, columns: int, **environ: str) -> str:
    """All that a terminal of this width is sent."""
    child = pexpect.spawn(
        str(PROGRAM[0]),
        [*PROGRAM[1:], *arguments],
        dimensions=(40, columns),
        env={**os.environ, **environ},
        timeout=PATIENCE_S,
        encoding="utf-8",
    )
    text = child.read()
    child.close()
    assert child.exitstatus in (0, 1)
    return str(text).replace("\r\n", "\n")


def uncoloured(text: str) -> str:
    """`text` without the sequences that set colours."""
    return _COLOURS.sub("", text)
