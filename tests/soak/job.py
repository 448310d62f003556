"""One run of the soak: a small command under sentinel-run, whose wrapper is killed now and then."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.process.support import PATIENCE_S, wrapped

TAG = "soak"
_KILLED_SHARE = 0.3
_NOTED_WITHIN_S = 2.0
_MODES = ["background"] * 6 + ["wait", "later"]


@dataclass(frozen=True)
class Job:
    """What is to be run, and after how long its wrapper is to be killed (None: never)."""

    number: int
    exit_status: int
    lasts_s: float
    mode: str
    kill_after_s: float | None

    @classmethod
    def make(cls, number: int, chance: random.Random, *, may_be_killed: bool) -> Job:
        """A job as chance has it."""
        is_killed = may_be_killed and chance.random() < _KILLED_SHARE
        lasts_s = chance.choice([0.3, 1.0, 2.0] if is_killed else [0.0, 0.0, 0.1, 0.3])
        kill_after_s = (
            chance.choice([chance.uniform(0, 0.1), chance.uniform(0, lasts_s + 0.2)]) if is_killed else None
        )
        return cls(number, chance.choice([0, 0, 1, 3]), lasts_s, chance.choice(_MODES), kill_after_s)

    def run(self, state: Path) -> Done:
        """Run it to its end, or to that of its wrapper."""
        script = f"echo job {self.number}; sleep {self.lasts_s}; echo done; exit {self.exit_status}"
        options = ["--deliver", self.mode, "--deliver-timeout", "3s", "--tag", f"{TAG}={self.number}"]
        command = wrapped("sh", "-c", script, options=[*options, "--name", "soak"])
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()  # Now the command runs.
            is_killed = self.kill_after_s is not None and _still_runs(process, self.kill_after_s)
            if not is_killed:
                return Done(self, process.wait(PATIENCE_S), was_noted=True)
            # Stopped first, so that what is in the store now is what there was at its death.
            process.send_signal(signal.SIGSTOP)
            was_noted = _is_noted(state, self.number)
            process.kill()
            exit_status = process.wait(PATIENCE_S)
            return Done(self, exit_status, was_noted=was_noted or _is_noted_beside(state, self.number))


@dataclass(frozen=True)
class Done:
    """What became of a job. One whose wrapper was killed before anything could be noted can owe nothing."""

    job: Job
    exit_status: int
    was_noted: bool

    @property
    def was_killed(self) -> bool:
        """Whether its wrapper was killed."""
        return self.exit_status == -signal.SIGKILL

    @property
    def kinds_due(self) -> frozenset[str]:
        """The reports that the server must have; of a killed one what it must have at least."""
        if not self.was_noted:
            return frozenset()
        is_failure = self.job.exit_status != 0 and not self.was_killed
        return frozenset({"transaction", "event"} if is_failure else {"transaction"})


def _still_runs(process: subprocess.Popen[bytes], for_s: float) -> bool:
    try:
        process.wait(for_s)
    except subprocess.TimeoutExpired:
        return True
    return False


def _is_noted_beside(state: Path, number: int) -> bool:
    """Whether the process beside the killed wrapper notes the run in its place."""
    deadline = time.monotonic() + _NOTED_WITHIN_S
    while not (is_noted := _is_noted(state, number)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_noted


def _is_noted(state: Path, number: int) -> bool:
    """Whether the store knows of the run, on whichever shelf it is by now."""
    mark = f'"{TAG}","{number}"'.encode()
    return any(mark in _content(path) for path in _entries(state / "journal")) or any(
        _tag(path) == str(number) for path in _entries(state / "outbox")
    )


def _entries(shelf: Path) -> list[Path]:
    try:
        return [path for path in shelf.iterdir() if path.suffix in (".running", ".ended", ".envelope")]
    except OSError:
        return []


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # It has moved on to the next shelf.
        return b""


def _tag(path: Path) -> str:
    for line in _content(path).splitlines():
        if line.startswith(b"{") and b'"tags"' in line:
            return str(json.loads(line).get("tags", {}).get(TAG))
    return ""
