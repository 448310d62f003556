"""Start of the wrapper to start of the child; end of the child to end of the wrapper."""

from __future__ import annotations

import os
import struct
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import contenders
from benchmarks.contenders import BARE, DIRECT, Contender
from benchmarks.record import Goal, Row, alternate, rows

if TYPE_CHECKING:
    from benchmarks.stage import Stage

_START, _END, _UNIT = "start of the wrapper to start of the child", "end of the child to end of the wrapper", "ms"
_STARTS_WITHIN, _ENDS_WITHIN = Goal(1.6, of_ratio=True), Goal(10.0)
_SETTLED_S = 1.5


class Timing(NamedTuple):
    """Both ends of one run, in milliseconds."""

    start_ms: float
    end_ms: float


def measure(stage: Stage, count: int) -> list[Row]:
    """Rows for a child that ends at once and for one of 0.3 s."""
    if not stage.stamp:
        return [Row(_START, _UNIT, "all", None, remark="no C compiler; try: apt-get install gcc libc6-dev")]
    quick, slow = _timings(stage, count, 0), _timings(stage, max(count // 2, 3), 300)
    absent = contenders.missing(_START, _UNIT, contenders.CHRONIC, contenders.SENTRY_CLI)
    return [*_starts(quick), *absent, *_ends(quick, "child ends at once"), *_ends(slow, "child of 0.3 s")]


def _timings(stage: Stage, count: int, child_ms: int) -> dict[str, list[Timing]]:
    everyone = [contenders.bare(), contenders.direct(), *_ours(stage), *contenders.peers(stage)]
    return alternate(count, {one.name: partial(_once, stage, one, child_ms) for one in everyone})


def _ours(stage: Stage) -> list[Contender]:
    servers = {"no DSN": "", "good server": stage.good, "hanging server": stage.hanging}
    later = contenders.ours("later", stage.good, "good server")
    with_file = later._replace(name="sentinel-run later, config file", config=stage.config)
    return [*(contenders.ours("background", dsn, name) for name, dsn in servers.items()), later, with_file]


def _once(stage: Stage, contender: Contender, child_ms: int) -> Timing:
    stamps, state = stage.path("stamps"), stage.state()
    child = (stage.stamp, stamps, str(child_ms))
    began, over = _run(contender.command(child), stage.environ(contender.dsn, state, contender.config))
    if contender.name == BARE:
        return Timing((over - began) / 1e6, 0.0)
    with open(stamps, "rb") as file:
        started, ended = struct.unpack("qq", file.read())
    os.unlink(stamps)
    if contender.delivers:
        _settle(state)
    return Timing((started - began) / 1e6, (over - ended) / 1e6)


def _run(command: tuple[str, ...], environ: dict[str, str]) -> tuple[int, int]:
    """The moments just before the start and just after the end of `command`, in nanoseconds."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = time.monotonic_ns()
    pid = os.posix_spawnp(command[0], command, environ, file_actions=quiet)
    os.waitpid(pid, 0)
    return began, time.monotonic_ns()


def _settle(state: str) -> None:
    """Wait until `deliver` has taken the run in, so that its work does not disturb the next measurement."""
    deadline = time.monotonic() + _SETTLED_S
    while os.listdir(os.path.join(state, "journal")) and time.monotonic() < deadline:
        time.sleep(0.02)


def _starts(timings: dict[str, list[Timing]]) -> list[Row]:
    samples = {name: [timing.start_ms for timing in many] for name, many in timings.items()}
    return rows(_START, _UNIT, samples, baseline=BARE, goals=_goals(samples, _STARTS_WITHIN))


def _ends(timings: dict[str, list[Timing]], child: str) -> list[Row]:
    samples = {name: [timing.end_ms for timing in many] for name, many in timings.items() if name != BARE}
    return rows(f"{_END}; {child}", _UNIT, samples, baseline=DIRECT, goals=_goals(samples, _ENDS_WITHIN))


def _goals(samples: dict[str, list[float]], goal: Goal) -> dict[str, Goal]:
    return {name: goal for name in samples if name.startswith("sentinel-run")}
