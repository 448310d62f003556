"""Sends what waits in the outbox, in order, server by server, and obeys what each server says."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import takewhile

from sentinel_run.deliver import answers, wire
from sentinel_run.deliver.heading import headed, lacking
from sentinel_run.deliver.sender import Sender
from sentinel_run.errors import FormatError, StoreError
from sentinel_run.headers import NONE
from sentinel_run.records import Record
from sentinel_run.store import carried, outbox, paths, surplus
from sentinel_run.store.servers import Pause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentinel_run.deliver.answers import Outcome
    from sentinel_run.deliver.wire import Parcel
    from sentinel_run.headers import Headers
    from sentinel_run.store.forgetful import Forgetful
    from sentinel_run.store.history import History
    from sentinel_run.store.outbox import Letter

_CATEGORIES = {
    "event": "error",
    "transaction": "transaction",
    "check_in": "monitor",
    "log": "log_item",
    "metric": "trace_metric",
}
_DAMAGED = "damaged"
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0


class Tally(Record):
    """What became of the letters of one round."""

    accepted: int = 0
    dropped: int = 0
    waiting: int = 0
    damaged: int = 0
    note: str = ""

    def plus(self, later: Sequence[Tally]) -> Tally:
        """All rounds together; what waits, waits after the last one."""
        rounds = [self, *later]
        return Tally(
            accepted=sum(tally.accepted for tally in rounds),
            dropped=sum(tally.dropped for tally in rounds),
            waiting=rounds[-1].waiting,
            damaged=sum(tally.damaged for tally in rounds),
            note=rounds[-1].note or self.note,
        )

    def with_more_waiting(self, count: int) -> Tally:
        """With so many runs whose envelopes the disk has no room for."""
        note = self.note or ("the state directory has no room" if count else "")
        return self._replace(waiting=self.waiting + count, note=note)


class Post:
    """One round after the other over the same connections.

    `patient` obeys the pauses that failures have set. `told` is called with each letter and what became of it;
    a round ends early once `may_go_on` says no. `headers` are those of the settings of who delivers.
    """

    def __init__(
        self,
        state: str,
        history: History | Forgetful,
        *,
        patient: bool,
        may_go_on: Callable[[], bool],
        headers: Headers = NONE,
    ) -> None:
        self._state, self._history, self._patient = state, history, patient
        self._may_go_on, self._headers = may_go_on, headers
        self._sender: Sender | None = None
        self._due_at, self._troubled = 0.0, set[str]()
        self._sent_at_once = Counter[str]()
        self.told: Callable[[Letter, str], None] = lambda letter, state: None

    def round(self) -> Tally:
        """Try every letter once. A server in trouble is asked once and then left alone for this round.

        What the store has no room for is given up after that, so that nothing goes untried but what is too old.
        """
        self._due_at, self._troubled = float("inf"), set[str]()
        letters = outbox.waiting(self._state)
        stale = self._give_up(surplus.stale(letters, self._history.reckoned_now()), surplus.STALE_NOTE)
        tried = takewhile(lambda _: self._may_go_on(), letters[len(stale) :])  # The oldest are the first.
        fates = [(letter, *self._deliver(letter)) for letter in tried]
        kept = [letter for letter, state, _ in fates if state == answers.KEPT]
        too_many = self._give_up(surplus.too_many(kept), surplus.TOO_MANY_NOTE)
        states = self._sent_at_once + Counter(state for _, state, _ in fates)
        self._sent_at_once.clear()
        return Tally(
            accepted=states[answers.ACCEPTED],
            dropped=states[answers.DROPPED] + len(stale) + len(too_many),
            waiting=len(letters) - len(stale) - len(fates) + len(kept) - len(too_many),
            damaged=states[_DAMAGED],
            note=next((why for *_, why in reversed(fates) if why), ""),
        )

    def at_once(self, letter: Letter, envelope: bytes) -> bool:
        """Try an envelope that the outbox has no room for; whether it need not be kept any more.

        It counts in the next round's tally unless it has to be tried again.
        """
        state, _ = self._try_parcel(letter, wire.read(envelope))
        if state != answers.KEPT:
            self._sent_at_once[state] += 1
            self.told(letter, state)
        return state != answers.KEPT

    def next_due_s(self) -> float:
        """Seconds until one of the letters that the last round left may be tried again."""
        return max(0.0, self._due_at - time.time())

    def _deliver(self, letter: Letter) -> tuple[str, str]:
        state, why = self._try(letter)
        self.told(letter, state)
        return state, why

    def _try(self, letter: Letter) -> tuple[str, str]:
        parcel = self._read(letter)
        if parcel is None:
            return _DAMAGED, "a damaged envelope was set aside in bad/"
        return self._try_parcel(letter, parcel)

    def _try_parcel(self, letter: Letter, parcel: Parcel) -> tuple[str, str]:
        ready = headed(parcel, self._headers)
        if ready is None:
            return self._keep(letter, lacking(parcel))
        parcel = ready
        if parcel.address in self._troubled or self._until(parcel, letter) > time.time():
            outcome = answers.Outcome(answers.KEPT, self._history.pause(parcel.address).note or answers.LIMITED)
        else:
            outcome = self._settle(letter, parcel, self._send(parcel))
        if outcome.is_trouble:
            self._troubled.add(parcel.address)
        if outcome.state == answers.KEPT:
            self._due_at = min(self._due_at, self._until(parcel, letter))
        return outcome.state, outcome.note

    def _keep(self, letter: Letter, why: str) -> tuple[str, str]:
        """Waiting would not help, so this letter does not say when the next try is due."""
        self._history.note_delivery(letter.run_id, letter.kind, answers.KEPT, why)
        return answers.KEPT, why

    def _give_up(self, letters: Sequence[Letter], why: str) -> Sequence[Letter]:
        for letter in letters:
            self._history.note_delivery(letter.run_id, letter.kind, answers.DROPPED, why)
            outbox.remove(letter)
        return letters

    def _read(self, letter: Letter) -> Parcel | None:
        try:
            return wire.read(paths.read_own(letter.path))
        except (FormatError, StoreError, OSError):
            self._set_aside(letter)
            return None

    def _set_aside(self, letter: Letter) -> None:
        try:
            outbox.set_aside(self._state, letter)
        except (OSError, StoreError):  # It stays where it is, and the others go on.
            return

    def _send(self, parcel: Parcel) -> Outcome:
        """Importing the HTTP library is left to the moment when there is something to send."""
        if self._sender is None:
            self._sender = Sender()
        return self._sender.send(parcel)

    def _settle(self, letter: Letter, parcel: Parcel, outcome: Outcome) -> Outcome:
        try:
            return self._note(letter, parcel, outcome)
        finally:  # Also where the history cannot be written, or a server would get a second one.
            if outcome.state != answers.KEPT:
                outbox.remove(letter)
                self._release(letter, parcel)

    def _release(self, letter: Letter, parcel: Parcel) -> None:
        if parcel.wants_from and not outbox.has_more_of_run(letter):
            carried.release(self._state, letter.run_id, parcel.wants_from)

    def _note(self, letter: Letter, parcel: Parcel, outcome: Outcome) -> Outcome:
        for limit in outcome.limits:
            self._history.limit(parcel.address, limit.categories, time.time() + limit.seconds)
        if outcome.state == answers.KEPT and self._limited_until(parcel, letter) <= time.time():
            outcome = outcome._replace(is_trouble=True)  # A "not now" that names no time for this kind of letter.
        pause = self._next_pause(parcel.address, outcome)
        if pause != self._history.pause(parcel.address):
            self._history.set_pause(parcel.address, pause)
        self._history.note_delivery(letter.run_id, letter.kind, outcome.state, outcome.note)
        return outcome

    def _next_pause(self, address: str, outcome: Outcome) -> Pause:
        """Twice as long after each failure in a row, and a little random, so that hosts keep out of step."""
        if not outcome.is_trouble:
            return Pause()
        failures = self._history.pause(address).failures + 1
        length_s = min(_FIRST_PAUSE_S * 2 ** min(failures - 1, 10), _LONGEST_PAUSE_S) * random.uniform(0.75, 1.25)  # noqa: S311
        return Pause(time.time() + length_s, failures, outcome.note)

    def _until(self, parcel: Parcel, letter: Letter) -> float:
        """When this letter may be tried."""
        until = self._limited_until(parcel, letter)
        return max(until, self._history.pause(parcel.address).until) if self._patient else until

    def _limited_until(self, parcel: Parcel, letter: Letter) -> float:
        """When the server's limits for this category of letters end."""
        limits = self._history.limits(parcel.address)
        return max(limits.get("", 0.0), limits.get(_CATEGORIES.get(letter.kind, "default"), 0.0))
