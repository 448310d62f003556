"""Many runs at once: what one costs, and whether all of them are known afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from benchmarks import contenders
from benchmarks.record import Goal, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.contenders import Contender
    from benchmarks.stage import Stage

_AT_ONCE = 50
_GOAL = Goal(30.0)


def measure(stage: Stage, runs: int) -> list[Row]:
    """Milliseconds of wall time for each run of `true`."""
    figure = f"{runs} runs, {_AT_ONCE} at a time"
    everyone = [contenders.direct(), contenders.bare(), *_ours(stage), *_sentry_cli(stage)]
    return [_row(stage, figure, one, runs) for one in everyone]


def _ours(stage: Stage) -> list[Contender]:
    return [
        contenders.ours("later"),
        contenders.ours("background"),
        contenders.ours("background", stage.good, "good server"),
    ]


def _sentry_cli(stage: Stage) -> list[Contender]:
    return [one for one in contenders.peers(stage) if one.name.startswith("sentry-cli")]


def _row(stage: Stage, figure: str, runner: Contender, runs: int) -> Row:
    state = stage.state()
    environ = stage.environ(runner.dsn, state)
    began = time.monotonic()
    _storm(runner.command((_true(),)), environ, runs)
    per_run_ms = (time.monotonic() - began) * 1000 / runs
    if not runner.name.startswith("sentinel-run"):
        return Row(figure, "ms per run", runner.name, per_run_ms)
    return Row(figure, "ms per run", runner.name, per_run_ms, goal=_GOAL, remark=_count(state, environ, runs))


def _storm(command: tuple[str, ...], environ: Mapping[str, str], runs: int) -> None:
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    going: set[int] = set()
    for _ in range(runs):
        if len(going) >= _AT_ONCE:
            going.discard(os.wait()[0])
        going.add(os.posix_spawn(command[0], command, environ, file_actions=quiet))
    for pid in going:
        os.waitpid(pid, 0)


def _count(state: str, environ: Mapping[str, str], runs: int) -> str:
    """How many runs are known, told by `history`, which first takes in what lies in the journal."""
    command = (contenders.program(), "history", "--json", "--limit", "0")
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    try:
        known, where = len(json.loads(done.stdout)), "history"
    except ValueError:
        names = os.listdir(os.path.join(state, "journal"))
        known, where = sum(name.endswith(".ended") for name in names), "journal"
    return f"{known} of {runs} in the {where}" + ("" if known == runs else ": RUNS WERE LOST")


def _true() -> str:
    return shutil.which("true") or "true"
