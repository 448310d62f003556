"""What one `sentinel-run note` costs, beside a Python that does nothing."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import contenders
from benchmarks.contenders import BARE
from benchmarks.record import Goal, Row, alternate, rows

if TYPE_CHECKING:
    from benchmarks.stage import Stage

_NOTE = "sentinel-run note"
_WITHIN = Goal(2.0, of_ratio=True)


def measure(stage: Stage, count: int) -> list[Row]:
    """Rows for a whole call, from its start to its end."""
    page = stage.path("page")
    with open(page, "w", encoding="utf-8"):
        environ = {**stage.environ(), "SENTINEL_RUN_NOTES": page}
    commands = {
        BARE: contenders.bare().prefix,
        _NOTE: (contenders.program(), "note", "breadcrumb", "calling", "--data", "region=US"),
    }
    samples = alternate(count, {name: partial(_once, words, environ) for name, words in commands.items()})
    return rows("one note, start to end", "ms", samples, baseline=BARE, goals={_NOTE: _WITHIN})


def _once(command: tuple[str, ...], environ: dict[str, str]) -> float:
    began = time.monotonic_ns()
    pid = os.posix_spawnp(command[0], command, environ)
    os.waitpid(pid, 0)
    return (time.monotonic_ns() - began) / 1e6
