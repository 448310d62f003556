"""How long a history of 100,000 runs takes to answer, beside a Python that does nothing."""

from __future__ import annotations

import random
import subprocess
import time
import zlib
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import contenders
from benchmarks.contenders import BARE
from benchmarks.record import Goal, Row, alternate, rows
from sentinel_run import facts as facts_
from sentinel_run import json_form
from sentinel_run.store.history import History

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.stage import Stage

_WITHIN = Goal(300.0)
_NAMES, _DAYS, _DAY_S = 50, 60, 86400.0
_ASKED = (
    "history",
    "history --failed",
    "history --name job-07.sh",
    "show last-failed",
    "stats",
    "stats --since 90d",
    "stats job-07.sh",
)


def measure(stage: Stage, count: int, runs: int) -> list[Row]:
    """Rows for each question, from the start of the program to its end."""
    state = stage.state()
    fill(state, runs)
    environ = stage.environ(state=state)
    commands = {BARE: contenders.bare().prefix}
    commands |= {f"sentinel-run {asked}": (contenders.program(), *asked.split()) for asked in _ASKED}
    samples = alternate(count, {name: partial(_once, words, environ) for name, words in commands.items()})
    goals = {f"sentinel-run {asked}": _WITHIN for asked in _ASKED}
    return rows(f"an answer out of {runs:,} runs", "ms", samples, baseline=BARE, goals=goals)


def fill(state: str, runs: int) -> None:
    """Runs of sixty days: 50 names, one in twenty failed, a new revision every 40 runs; always the same ones."""
    history = History(state)
    facts = zlib.compress(json_form.to_json(_facts()).encode())
    with history._db as database:
        database.executemany(
            "INSERT INTO runs (run_id, parent_run_id, dsn, name, started_at, ended_at, duration_s, status, cause,"
            " exit_status, signal, reason, max_rss_bytes, compared, interrupted, revision, facts_bytes)"
            " VALUES (?,'','',?,?,?,?,?,?,?,'',?,?,'',0,?,?)",
            _runs(runs, len(facts)),
        )
        database.execute("INSERT INTO details SELECT run_id, ? FROM runs", (facts,))
    history.close()


def _runs(count: int, facts_bytes: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(1)
    for number in range(count):
        started_at = time.time() - _DAYS * _DAY_S * (1 - number / count)
        duration_s, failed = chance.lognormvariate(2.0, 0.5), chance.random() < 0.05
        outcome = ("failed", "exit status 3", 3, "error: connection refused") if failed else ("ok", "", 0, "")
        yield (
            f"{chance.getrandbits(128):032x}", f"job-{number % _NAMES:02}.sh", started_at, started_at + duration_s,
            duration_s, *outcome, chance.randrange(10**7, 10**9), f"{number // _NAMES // 40:040x}", facts_bytes,
        )  # fmt: skip


def _facts() -> facts_.Facts:
    """Of the size that those of a small cron job have."""
    output = "".join(f"line {number} of a job that says a little\n" for number in range(40))
    return facts_.Facts(
        started_at=time.time() - _DAY_S,
        identity=facts_.Identity("0" * 32, "1" * 32, "2" * 32, "3" * 32, "4" * 16, "", True),
        command=facts_.Command("job.sh", ("/opt/jobs/job.sh", "--all"), "/opt/jobs"),
        place=facts_.Place("host", "user", 0, 1),
        reporting=facts_.Reporting(release="5" * 40),
        ending=facts_.Ending(time.time() - _DAY_S + 8, 8.0, 3),
        output=facts_.Output((facts_.Passage("head", "stdout", output, ((0, 0.1),)),)),
    )


def _once(command: tuple[str, ...], environ: dict[str, str]) -> float:
    began = time.monotonic_ns()
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return (time.monotonic_ns() - began) / 1e6
