"""Screens that the pages show are made anew, on a terminal of the same width, and compared word for word."""

from __future__ import annotations

import re
import shutil

import pexpect

from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.ways import of
from tests.process.support import PATIENCE_S, PROGRAM

# Times, sizes, hosts and ids are of the run; everything else is as it stands in the page.
_OF_THE_RUN = (
    (r"\b[\d.]+ (?:ms|s|min|h)\b", "TIME"),
    (r"\b[\d.]+ [kMG]B\b", "SIZE"),
    (r"\b[0-9a-f]{8}\b", "ID"),
    (r"(?<=sent to )\S+", "HOST"),
)
_SYNC = (
    "import subprocess\n\n\ndef load(name):\n    subprocess.run(['pg_dump', '0.6'])\n    subprocess.run(['gzip', '0.3'])\n"
    + "\n" * 35
    + '    raise ValueError(f"no such table: {name}")\n\n\nload("orders")\n'
)
_JOBS = {"backup.sh": ["backup.sh"], "sync.py": ["python", "-u", "jobs/sync.py"]}


def _masked(text: str) -> str:
    for pattern, word in _OF_THE_RUN:
        text = re.sub(pattern, word, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _prepare(machine: Machine) -> None:
    (machine.home / "jobs/sync.py").write_text(_SYNC)
    sleep = shutil.which("sleep") or ""
    for name in ("pg_dump", "gzip"):
        shutil.copy(sleep, machine.bin / name)
    (machine.bin / "backup.sh").write_text("#!/bin/sh\nexec sleep 0.1\n")
    (machine.bin / "backup.sh").chmod(0o755)


@of("screen")
def test_a_run_on_a_terminal(block: Block, machine: Machine) -> None:
    """What a run says last, to the letter, where a person looks on."""
    _prepare(machine)
    name = next(name for name in _JOBS if f" {name} " in block.text)
    environ = machine.environ(TERM="xterm", NO_COLOR="1", SENTRY_DSN=machine.dsn, SENTINEL_RUN_DELIVER="wait")

    size = (24, max(map(len, block.text.splitlines())) + 1)
    screen = pexpect.spawn(
        *(PROGRAM[0], ["--", *_JOBS[name]]),
        env=environ,
        cwd=machine.home,
        dimensions=size,
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    said = screen.read().replace("\r\n", "\n")

    assert _masked(said[said.index("sentinel-run: ") :]) == _masked(block.text)
