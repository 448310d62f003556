"""CPU time of a diagnosis over ten megabytes of text that a reader could stumble over."""

from __future__ import annotations

import time

from benchmarks.record import Goal, Row
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.facts import Ending, Facts, Output, Passage
from tests.unit.diagnose.hostile import TEXTS
from tests.unit.samples import facts

_MEGABYTES = 10
_WITHIN = Goal(1.0)
_SHOWN = 5


def measure(count: int) -> list[Row]:
    """Rows for the texts that take longest, the best of `count` times each."""
    spent = {name: _least_s(text(_MEGABYTES << 20), count) for name, text in TEXTS.items()}
    slowest = sorted(spent, key=lambda name: -spent[name])[:_SHOWN]
    figure = f"diagnosis of {_MEGABYTES} MB of hostile text"
    remark = f"among the slowest of {len(TEXTS)} texts"
    return [Row(figure, "s", name, spent[name], goal=_WITHIN, remark=remark) for name in slowest]


def _least_s(text: str, count: int) -> float:
    output = Output((Passage("whole", "stderr", text, ((0, 0.0),)),), {"stderr": len(text)}, {"stderr": 1})
    failed = facts()._replace(output=output, ending=Ending(2.0, 1.0, exit_status=1))
    return min(_spent_s(failed) for _ in range(count))


def _spent_s(failed: Facts) -> float:
    fresh = failed._replace(output=failed.output._replace())  # What has just been read is not read again.
    began_s = time.process_time()
    diagnose(fresh)
    return time.process_time() - began_s
