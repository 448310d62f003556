"""The life of one `deliver`: one at a time for a state directory, until nothing is left to do.

A wrapper that finds the lock held starts nobody. So whoever holds it looks at the journal once more after letting
it go: what was written before is either seen then, or its wrapper found the lock free. Whoever is asked to end
leaves the rest to the next one.
"""

from __future__ import annotations

import os
import sqlite3
import time

from sentinel_run.deliver.duty import Duty
from sentinel_run.deliver.intake import Intake, pending
from sentinel_run.deliver.post import Post, Tally
from sentinel_run.errors import StoreError
from sentinel_run.headers import NONE
from sentinel_run.records import Record
from sentinel_run.store import journal, last_words, lock, outbox, paths
from sentinel_run.store.forgetful import Forgetful
from sentinel_run.store.history import History
from sentinel_run.store.unfinished import unfinished

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.headers import Headers
    from sentinel_run.store.outbox import Letter
    from sentinel_run.store.retention import Keep

    Work = Callable[[Intake, History | Forgetful], None]

# A burst of runs pays one start: the next run's facts are awaited for so long.
LINGER_S = 1.0
_LOOK_EVERY_S = 0.05
# A background process waits this long for a server to come back; then the next run, a timer or a person tries.
STAY_S = 60.0
_LEFTOVER_S = 86400.0


class Served(Record):
    """A state directory that is served, what its history keeps, and the headers that our settings name."""

    state: str
    keep: Keep
    headers: Headers = NONE


def in_background(served: Served, held: int) -> None:
    """Serve the state directory under the lock `held`: linger after work, stay while a server is in trouble.

    At the end the history forgets what is beyond `keep`.
    """
    duty = Duty(held)

    def serve(intake: Intake, history: History | Forgetful) -> None:
        post = Post(served.state, history, patient=True, may_go_on=duty.goes_on, headers=served.headers)
        intake.at_once = post.at_once
        _serve(intake, post, served.state, duty)

    _holding(served, held, duty, serve)


def by_hand(served: Served, held: int, told: Callable[[Letter, str], None]) -> Tally:
    """Take in and try all that waits now, pauses or not; the tally of the last round."""
    tallies: list[Tally] = []
    duty = Duty(held)

    def once(intake: Intake, history: History | Forgetful) -> None:
        post = Post(served.state, history, patient=False, may_go_on=duty.goes_on, headers=served.headers)
        post.told, intake.at_once = told, post.at_once
        intake.take_in()
        intake.tell_alive()
        tally = post.round()
        tallies.append(tally.with_more_waiting(intake.without_room))
        if tally.accepted:
            intake.try_again()

    _holding(served, held, duty, once)
    return tallies[0].plus(tallies[1:])


def lock_path(state: str) -> str:
    """The file whose lock the one `deliver` holds."""
    return os.path.join(state, "deliver.lock")


def _holding(served: Served, held: int, duty: Duty, work: Work) -> None:
    state = served.state
    fd: int | None = held
    left: set[str] = set()
    while fd is not None:
        try:
            duty.take_up(fd)
            left |= _work(served, duty, work)
        finally:
            os.close(fd)
        is_asked = bool(pending(state, left) or journal.asking(state))
        fd = lock.take(lock_path(state)) if is_asked and not duty.is_over else None


def _work(served: Served, duty: Duty, work: Work) -> set[str]:
    """Do `work`, without a history if that cannot be used; returns the entries that it left."""
    try:
        return _with_history(served, _history(served.state), duty, work)
    except sqlite3.DatabaseError:
        if not History.replace_damaged(served.state):
            return _with_history(served, Forgetful(), duty, work)
        return _with_history(served, _history(served.state), duty, work)


def _with_history(served: Served, history: History | Forgetful, duty: Duty, work: Work) -> set[str]:
    intake = Intake(served.state, history, may_go_on=duty.goes_on)
    try:
        work(intake, history)
        history.prune(served.keep, spared=unfinished(served.state), may_go_on=duty.goes_on)
        _sweep(served.state)
    finally:
        history.close()
    return intake.left


def _sweep(state: str) -> None:
    """Remove what killed processes left half done, long ago."""
    for shelf in paths.SHELVES:
        paths.sweep(os.path.join(state, shelf), older_than_s=_LEFTOVER_S)
    try:
        last_words.sweep(os.environ, older_than_s=_LEFTOVER_S)
    except (OSError, StoreError):  # No place in memory, so nothing lies there.
        return


def _history(state: str) -> History | Forgetful:
    try:
        return History(state)
    except (sqlite3.Error, OSError, StoreError):
        # Full, read-only, of a newer release: reports leave all the same.
        return Forgetful()


def _serve(intake: Intake, post: Post, state: str, duty: Duty) -> None:
    stay_until = time.monotonic() + STAY_S
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < LINGER_S or _is_worth_staying(post, state, stay_until):
        if not duty.goes_on():
            return
        if intake.take_in() + intake.tell_alive() or (outbox.waiting(state) and post.next_due_s() == 0.0):
            if post.round().accepted:
                intake.try_again()
            idle_since = time.monotonic()
        else:
            time.sleep(_LOOK_EVERY_S)


def _is_worth_staying(post: Post, state: str, stay_until: float) -> bool:
    return bool(outbox.waiting(state)) and time.monotonic() + post.next_due_s() < stay_until
