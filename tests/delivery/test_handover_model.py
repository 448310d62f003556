"""No run waits for the next one by a race: all interleavings of a model, and the two critical ones of the code.

The model has the steps of `handover.through_store` and `drain.in_background`, each atomic as the kernel makes it:
a rename, a lock, an unlock, a look at a directory. A run that is left in the journal when nobody has a step to do
any more would wait for the next run.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sentinel_run.deliver import drain
from sentinel_run.deliver.duty import Duty
from sentinel_run.facts import Ending
from sentinel_run.store import journal, lock, own_entry, paths
from sentinel_run.store.history import History
from sentinel_run.store.retention import Keep
from tests.unit.samples import facts

WRITE, TRY_LOCK, START = "write the entry", "try the lock", "start a deliver that inherits the lock"
LOOK, UNLOCK, LOOK_AGAIN, LOCK_AGAIN = "look and take in", "unlock", "look again", "try the lock again"
END = "end"
WRAPPER = (WRITE, TRY_LOCK)


class World(NamedTuple):
    """Where every process stands (step by process), what lies in the journal, and who holds the lock."""

    steps: tuple[tuple[str, str], ...]
    journal: frozenset[str] = frozenset()
    holder: str = ""

    def at(self, process: str, step: str) -> World:
        """The same with `process` before `step`; a new process if it is not there yet."""
        return self._replace(steps=tuple(sorted({**dict(self.steps), process: step}.items())))


def step(world: World, process: str, order: tuple[str, str], *, looks_again: bool) -> World:
    """The world after the next step of `process`."""
    now = dict(world.steps)[process]
    following = order[1] if now == order[0] else ""
    if now == WRITE:
        return world._replace(journal=world.journal | {process}).at(process, following or END)
    if now == TRY_LOCK and world.holder:
        return world.at(process, following or END)
    if now == TRY_LOCK:
        return world._replace(holder=process).at(process, START)
    if now == START:
        started = f"deliver of {process}"
        world = world._replace(holder=started).at(started, LOOK)
        return world.at(process, WRITE if order[0] == TRY_LOCK else END)
    if now == LOOK:  # Lingering is looking again; it may stop at any look that finds nothing.
        return world._replace(journal=frozenset()) if world.journal else world.at(process, UNLOCK)
    if now == UNLOCK:
        return world._replace(holder="").at(process, LOOK_AGAIN if looks_again else END)
    if now == LOOK_AGAIN:
        return world.at(process, LOCK_AGAIN if world.journal else END)
    return world.at(process, END) if world.holder else world._replace(holder=process).at(process, LOOK)


def left_behind(runs: int, *, order: tuple[str, str] = WRAPPER, looks_again: bool = True) -> Iterator[World]:
    """Every world that can come about in which nobody has a step to do and yet an entry waits."""
    first = World(tuple((f"run {number}", order[0]) for number in range(runs)))
    seen, todo = {first}, [first]
    while todo:
        world = todo.pop()
        active = [process for process, now in world.steps if now != END]
        if not active and world.journal:
            yield world
        for process in active:
            after = step(world, process, order, looks_again=looks_again)
            if after not in seen:
                seen.add(after)
                todo.append(after)


@pytest.mark.parametrize("runs", [1, 2, 3, 4])
def test_no_interleaving_leaves_a_run_behind(runs: int) -> None:
    """However the steps of so many runs and their deliveries fall."""
    assert list(left_behind(runs)) == []


def test_the_second_look_is_needed() -> None:
    """Without it, an entry that comes between the last look and the unlocking waits."""
    assert list(left_behind(2, looks_again=False)) != []


def test_the_entry_must_come_before_the_lock_is_tried() -> None:
    """The other way round, a wrapper that found the lock held writes when nobody looks any more."""
    assert list(left_behind(2, order=(TRY_LOCK, WRITE))) != []


ENDED = facts()._replace(started_at=time.time(), ending=Ending(at=2.0, duration_s=0.5, exit_status=0))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[str]:
    """A prepared state directory; SIGTERM is as before afterwards."""
    before = signal.getsignal(signal.SIGTERM)
    paths.prepare(str(tmp_path / "state"))
    yield str(tmp_path / "state")
    signal.signal(signal.SIGTERM, before)


def serve(state: str, monkeypatch: pytest.MonkeyPatch, *, just_before_unlocking: bool) -> None:
    """Hold the lock and serve; a run ends just before or just after the unlocking, as a wrapper does it."""
    path = drain.lock_path(state)
    held = lock.take(path)
    assert held is not None
    found_held: list[bool] = []

    def end_a_run() -> None:
        if not found_held:
            own_entry.end(state, None, ENDED)
            tried = lock.take(path)
            found_held.append(tried is None)
            if tried is not None:  # The wrapper starts a deliver of its own; here nobody is to help.
                os.close(tried)

    def work(intake: drain.Intake, history: object) -> None:
        intake.take_in()
        if just_before_unlocking:
            end_a_run()

    look = drain.pending

    def look_again(*arguments: object) -> list[journal.Found]:
        if not just_before_unlocking:
            end_a_run()
        return look(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(drain, "pending", look_again)
    drain._holding(drain.Served(state, Keep()), held, Duty(held), work)
    assert found_held == [just_before_unlocking]


@pytest.mark.parametrize("just_before_unlocking", [True, False])
def test_the_code_takes_in_what_comes_around_the_unlocking(
    just_before_unlocking: bool, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides of the moment at which the lock becomes free."""
    serve(state, monkeypatch, just_before_unlocking=just_before_unlocking)

    assert History(state).has(ENDED.identity.run_id)
    assert list(journal.found(state)) == []
