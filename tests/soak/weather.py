"""The weather of the soak: what the server answers, and how full the disk is. It changes every few seconds."""

from __future__ import annotations

import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.servers.ingest import Answer, Fault, Ingest, Received

FAIR, STORM, OUTAGE, FULL = "fair", "storm", "outage", "full disk"
# A full disk leaves the report to memory alone, so it comes in fair weather only, and fair weather follows it.
_CYCLE = (FAIR, STORM, OUTAGE, STORM, FAIR, FULL, FAIR)
_SPOILED = {
    "503": Answer(status=503),
    "502 after a while": Answer(status=502, delay_s=0.3),
    "429": Answer(status=429, headers={"X-Sentry-Rate-Limits": "0.5:error;transaction:key"}),
    "429 without a word": Answer(status=429, headers={"Retry-After": "1"}),
    "redirect": Answer(status=302, headers={"Location": "/elsewhere"}),
    "reset": Answer(fault=Fault.RESET),
    "closed": Answer(fault=Fault.CLOSE),
    "garbage": Answer(fault=Fault.GARBAGE),
}
_SPOILED_SHARE = 0.5
_LASTS_S = (1.0, 3.0)
_ROOM = "24m"


class Weather:
    """Changes in its own thread inside `with`; fair before and after. `faults` counts what it did."""

    def __init__(self, server: Ingest, disk: Path, chance: random.Random, *, may_fill: bool) -> None:
        self.now = FAIR
        self._cycle = [weather for weather in _CYCLE if may_fill or weather != FULL]
        self.faults: Counter[str] = Counter()
        self._server, self._filler, self._chance = server, disk / "filler", chance
        self._is_over = Event()
        self._thread = Thread(target=self._change)

    def __enter__(self) -> Weather:
        self._server.answers = self._answer
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._become(FAIR)

    def _change(self) -> None:
        while not self._is_over.is_set():
            for weather in self._cycle:
                self._become(weather)
                if self._is_over.wait(self._chance.uniform(*_LASTS_S)):
                    return

    def _become(self, weather: str) -> None:
        self.now = weather
        self._filler.unlink(missing_ok=True)
        if weather in (OUTAGE, FULL):
            self.faults[weather] += 1
        if weather == FULL:
            _fill(self._filler)

    def _answer(self, _: Received) -> Answer:
        if self.now == OUTAGE:
            self.faults["503 in an outage"] += 1
            return Answer(status=503)
        if self.now == STORM and self._chance.random() < _SPOILED_SHARE:
            name = self._chance.choice(list(_SPOILED))
            self.faults[name] += 1
            return _SPOILED[name]
        return Answer()


@contextmanager
def small_disk(at: Path) -> Iterator[bool]:
    """A file system of its own that can be filled to the last byte; says no where that is not permitted."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_ROOM},mode=700", "soak", str(at)]
    is_ours = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    try:
        yield is_ours
    finally:
        if is_ours:
            subprocess.run(["umount", "--lazy", str(at)], check=True)


def _fill(filler: Path) -> None:
    with open(filler, "wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return  # No space left on device: that is what it is for.
