"""Kills, stops and ends the `deliver` that is at work, now and then."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from threading import Event, Thread

from sentinel_run.store import lock

_HOW = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP, "ended by SIGTERM": signal.SIGTERM}
_SHARES = (6, 1, 2)
_EVERY_S = (0.05, 1.5)


class Mischief:
    """Goes about in its own thread inside `with`. `at` are the moments when a `deliver` was killed."""

    def __init__(self, state: Path, chance: random.Random) -> None:
        self.faults: Counter[str] = Counter()
        self.at: list[float] = []
        self._lock, self._chance = state / "deliver.lock", chance
        self._is_over = Event()
        self._thread = Thread(target=self._go_about)

    def __enter__(self) -> Mischief:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _go_about(self) -> None:
        while not self._is_over.wait(self._chance.uniform(*_EVERY_S)):
            (how,) = self._chance.choices(list(_HOW), _SHARES)
            if self._signal(_HOW[how]):
                self.faults[f"deliver {how}"] += 1

    def _signal(self, number: signal.Signals) -> bool:
        """Whether there was one to be had."""
        try:
            pid = int(self._lock.read_text())
            if b"\0deliver\0" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                return False
            os.kill(pid, number)
        except (OSError, ValueError):
            return False
        self.at.append(time.time())
        if number == signal.SIGSTOP:  # As if that had been long ago: the soak has no minute to wait.
            long_ago = time.time() - 2 * lock.NEGLECTED_S
            os.utime(self._lock, (long_ago, long_ago))
        return True
