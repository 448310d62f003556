"""Runs of the same name that go on without a turn, started as they were without --overlap, and runs around us."""

from __future__ import annotations

import time

from sentinel_run.child import tree
from sentinel_run.facts import PROCESS
from sentinel_run.records import RUN_ID
from sentinel_run.store import alive, journal
from sentinel_run.store.turns import Holder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sentinel_run.facts import Facts


def going(state: str, name: str, is_known: Callable[[Holder], bool]) -> Holder | None:
    """A run called `name` that goes on, other than those that `is_known` says yes of; None if there is none.

    A run is in the journal some 20 ms after its start. One in another container that shares the state directory is
    not told: its pid means nothing here.
    """
    return next((found for found in _called(state, name) if not is_known(found)), None)


def is_around(holder: Holder, environ: Mapping[str, str]) -> bool:
    """Whether we run inside that run: waiting for its end would be for ever."""
    return holder.run_id == environ.get(RUN_ID) or holder.pid in tree.ancestors()


def _called(state: str, name: str) -> Iterator[Holder]:
    # Its times since the epoch, in those of the clock that turns are told by.
    since_s = time.time() - time.monotonic()
    for facts in journal.running(state):
        if _is_run(facts, name) and alive.is_alive(facts.place):
            yield Holder(facts.place.wrapper_pid, facts.started_at - since_s, facts.identity.run_id)


def _is_run(facts: Facts, name: str) -> bool:
    """A task of a Python program is none: its end is not that of a process, nor its process ours to stop."""
    return (facts.command.kind, facts.command.name) == (PROCESS, name)
