"""Takes finished facts in: a diagnosis, a row in the history, envelopes in the outbox."""

from __future__ import annotations

import os
import pwd
import sqlite3
from itertools import starmap, takewhile

from sentinel_run.deliver import around, inside, lost, wire
from sentinel_run.deliver.deadline import within
from sentinel_run.deliver.spotlight import Spotlight
from sentinel_run.diagnose.cause import diagnose
from sentinel_run.diagnose.compare import with_past
from sentinel_run.diagnose.diagnosis import FAILED, SKIPPED
from sentinel_run.errors import FormatError, StoreError
from sentinel_run.store import carried, journal, outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.store.forgetful import Forgetful
    from sentinel_run.store.history import History
    from sentinel_run.store.journal import Found
    from sentinel_run.store.outbox import Letter

_LOOK_UP_S = 1.0


class Intake:
    """Takes finished journal entries in, as long as `may_go_on` says yes.

    `left` are those that stay: not readable, or nowhere to be kept. What the outbox has no room for is given to
    `at_once`, which says whether it has left.
    """

    def __init__(self, state: str, history: History | Forgetful, *, may_go_on: Callable[[], bool]) -> None:
        self._state, self._history, self._may_go_on = state, history, may_go_on
        self.left: set[str] = set()
        self._without_room: set[str] = set()
        self.at_once: Callable[[Letter, bytes], bool] = lambda letter, envelope: False
        self._spotlight = Spotlight()

    def take_in(self) -> int:
        """Take in every finished entry; returns how many. Doing it twice gives the same.

        An entry is forgotten only after all that follows from it is stored, so a death in between costs nothing.
        """
        entries = takewhile(lambda _: self._may_go_on(), pending(self._state, self.left))
        return sum(map(self._take, entries))

    @property
    def without_room(self) -> int:
        """How many entries stay because there is no room for what follows from them."""
        return len(self._without_room)

    def try_again(self) -> None:
        """There is room again: take another look at what was left for want of it."""
        self.left -= self._without_room
        self._without_room.clear()

    def tell_alive(self) -> int:
        """Have monitors told of runs that ask for it and still go on; returns how many asked.

        Nothing is said of a run after its end: whoever takes that in is the same process, later.
        """
        asked = journal.asking(self._state)
        for run_id in asked:
            facts = journal.going(self._state, run_id)
            if facts is not None and facts.monitor is not None and facts.reporting.dsn:
                self._tell_alive(facts)
            journal.forget_alive(self._state, run_id)
        return len(asked)

    def _tell_alive(self, facts: Facts) -> None:
        try:
            self._put(facts, [opening(facts)])
        except OSError:  # No room. The closing check-in, of the same id, tells of the run all the same.
            return

    def _take(self, entry: Found) -> bool:
        facts = readable(self._state, entry, self._history)
        if facts is None or not (self._history.keeps or facts.reporting.dsn):
            self.left.add(entry.path)
            return False
        try:
            self._store(facts)
        except sqlite3.Error:
            raise
        except OSError:  # A full disk; what leaves the outbox makes room.
            self._without_room.add(entry.path)
            self.left.add(entry.path)
            return False
        except Exception:  # A fault of ours that this entry brings out must not block the others for ever.
            journal.set_aside(self._state, entry)
            return False
        journal.remove(self._state, entry.run_id)
        lost.forget(facts)
        self._release(facts)
        return True

    def _release(self, facts: Facts) -> None:
        """A run that sends nothing needs its headers no more."""
        path, run_id = facts.reporting.headers_at, facts.identity.run_id
        if path and not outbox.is_waiting(self._state, facts.started_at, run_id):
            carried.release(self._state, run_id, path)

    def _store(self, facts: Facts) -> None:
        diagnosis = judged(facts, self._history)
        self._history.add(facts, diagnosis)
        envelopes = list(due(facts, diagnosis, self._history))
        if facts.reporting.dsn:
            self._put(facts, envelopes)
        self._spotlight.show(facts.reporting.spotlight, (envelope for _, envelope in envelopes))

    def _put(self, facts: Facts, envelopes: Sequence[tuple[str, bytes]]) -> None:
        """Store all of them or none: one that is sent already must not leave a second time with the others."""
        run_id = facts.identity.run_id
        letters = [
            (outbox.letter(self._state, facts.started_at, run_id, kind), wire.marked(envelope, facts.reporting))
            for kind, envelope in envelopes
        ]
        try:
            for letter, envelope in letters:
                outbox.put(self._state, os.path.basename(letter.path), envelope)
                self._history.note_delivery(run_id, letter.kind, "waiting")
        except OSError:
            outbox.remove_all(self._state, facts.started_at, run_id)
            if not all(starmap(self.at_once, letters)):
                raise


def pending(state: str, left: Container[str] = ()) -> list[Found]:
    """Finished entries but for those that were `left` before."""
    return [entry for entry in journal.found(state) if entry.path not in left]


def look(state: str, history: History) -> None:
    """Show finished entries in the history already, and leave them in the journal for `deliver`."""
    for entry in journal.found(state):
        if history.has(entry.run_id):
            continue
        facts = readable(state, entry, history)
        if facts is not None:
            history.add(facts, judged(facts, history))


def judged(facts: Facts, history: History | Forgetful) -> Diagnosis:
    """The diagnosis of a run, compared with the earlier ones of its name."""
    found = diagnose(facts)
    return with_past(facts, found, history.past(facts, found.cause))


def readable(state: str, entry: Found, history: History | Forgetful) -> Facts | None:
    """The facts of an entry; None for one that is gone, damaged (it is set aside) or of a newer release."""
    try:
        facts = journal.read(entry)
    except OSError:
        return None
    except (FormatError, StoreError) as error:
        if not isinstance(error, FormatError) or not error.newer:
            journal.set_aside(state, entry)
        return None
    facts = completed(facts if facts.ending is not None else lost.lost(facts))
    return around.marked(state, history, facts)


def due(facts: Facts, diagnosis: Diagnosis, history: History | Forgetful) -> Iterator[tuple[str, bytes]]:
    """(kind, envelope) of what this run sends. Without a DSN nothing is, and the SDK is not imported."""
    with_event = bool(diagnosis.type) and not is_told_elsewhere(facts, diagnosis, history)
    with_transaction = facts.identity.sampled and diagnosis.status != SKIPPED
    reporting = facts.reporting
    nothing_to_say = not (with_event or with_transaction or facts.monitor or reporting.logs or reporting.metrics)
    if nothing_to_say or not (facts.reporting.dsn or facts.reporting.spotlight):
        return
    from sentinel_run.report.envelopes import envelopes

    yield from envelopes(facts, diagnosis, with_event=with_event)


def is_told_elsewhere(facts: Facts, diagnosis: Diagnosis, history: History | Forgetful) -> bool:
    """Whether an exception's own report, a run inside this one or the one around it tells of this failure."""
    if facts.failure is not None and facts.failure.is_reported:
        return True
    is_told = facts.ending is not None and bool(facts.ending.told_by)
    return is_told or bool(inside.reporter(facts, diagnosis, history))


def opening(facts: Facts) -> tuple[str, bytes]:
    """(kind, envelope) of the check-in of a run that goes on."""
    from sentinel_run.report import envelopes

    return envelopes.CHECK_IN, envelopes.opening_check_in(facts)


def completed(facts: Facts) -> Facts:
    """The facts with what would have kept the wrapper waiting: the login name, and the evidence of a failure."""
    facts = _with_login(facts)
    diagnosis = diagnose(facts)
    if diagnosis.status != FAILED or facts.evidence:
        return facts
    from sentinel_run.report import evidence

    return facts._replace(evidence=evidence.gathered(facts, diagnosis))


def _with_login(facts: Facts) -> Facts:
    """A directory service may be slow to tell the name, so the wrapper did not ask."""
    try:
        name = within(_LOOK_UP_S, lambda: pwd.getpwuid(facts.place.uid).pw_name)
    except (KeyError, TimeoutError):
        name = facts.place.user or str(facts.place.uid)
    return facts._replace(place=facts.place._replace(user=name))
