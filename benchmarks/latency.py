"""How much later a line arrives than it was written."""

from __future__ import annotations

import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import contenders
from benchmarks.contenders import DIRECT, Contender
from benchmarks.record import Goal, Row, alternate, percentile, rows

if TYPE_CHECKING:
    from benchmarks.stage import Stage

_UNIT, _PAUSE_S = "ms", 0.003
_BEYOND_DIRECT_MS = 1.0


def measure(stage: Stage, count: int, lines: int) -> list[Row]:
    """p50 and p99 of the delay; the goal is set by what a line takes without anybody between."""
    ours = contenders.ours("later")._replace(name="sentinel-run")
    everyone = (contenders.direct(), contenders.cat(), ours)
    delays = alternate(count, {one.name: partial(_delays_ms, stage, one, lines) for one in everyone})
    return [*_rows(delays, 50), *_rows(delays, 99)]


def _rows(delays: dict[str, list[list[float]]], percent: int) -> list[Row]:
    samples = {name: [percentile(run, percent) for run in runs] for name, runs in delays.items()}
    plain = rows(f"delay of a line, p{percent}", _UNIT, samples, baseline=DIRECT)
    direct = next(row.value for row in plain if row.subject == DIRECT) or 0.0
    goal = Goal(round(direct + _BEYOND_DIRECT_MS, 2))
    return [row._replace(goal=goal) if row.subject == "sentinel-run" else row for row in plain]


def _delays_ms(stage: Stage, runner: Contender, lines: int) -> list[float]:
    command = runner.command(stage.python("ticker", str(lines), str(_PAUSE_S)))
    with subprocess.Popen(
        command, env=stage.environ(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        return [(time.monotonic_ns() - int(line)) / 1e6 for line in process.stdout]
