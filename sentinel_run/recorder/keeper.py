"""What the durable room keeps of a run that goes on: its entry in the journal, last words, signs of life."""

from __future__ import annotations

import os

from sentinel_run.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.tail import Tail
    from sentinel_run.facts import Facts
    from sentinel_run.records import Plan
    from sentinel_run.store.last_words import LastWords
    from sentinel_run.store.own_entry import Entry


class Keeper:
    """The wrapper's hold on it. Every method raises what goes wrong: OSError, `StoreError`, or a fault of ours.

    `parent_pid` is the wrapper's parent, where this is another process; `noted` hears when the entry is there.
    """

    def __init__(
        self,
        plan: Plan,
        child: int,
        tail: Tail,
        *,
        started_s: float,
        started_at: float,
        parent_pid: int = 0,
        noted: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan, self._child, self._tail = plan, child, tail
        self._started_s, self._started_at = started_s, started_at
        self._parent_pid, self._noted = parent_pid or os.getppid(), noted
        self._facts: Facts | None = None
        self._entry: Entry | None = None
        self._last_words: LastWords | None = None
        self._stops: list[float] = []

    def facts(self) -> Facts:
        """What is known at the start; found out at the first call."""
        if self._facts is None:
            from sentinel_run.recorder import gather

            self._facts = gather.opening(self._plan, self._child, self._started_at, self._parent_pid)
        return self._facts

    def facts_of(self, kind: str) -> Facts:
        """The same facts, of this kind from now on."""
        facts = self.facts()
        self._facts = facts._replace(command=facts.command._replace(kind=kind))
        return self._facts

    def open_last_words(self) -> None:
        """Keep the last words from now on; called before the entry is opened, which says where they are.

        Where memory has no place for them they die with us. They are kept without output too: beside them stands
        what is secret in the command's notes.
        """
        if not (self._plan.value("capture") or self._plan.page):
            return
        from sentinel_run.json_form import to_json
        from sentinel_run.recorder import gather
        from sentinel_run.store import last_words

        facts, about = self.facts(), to_json(gather.secrets_of(self._plan))
        try:
            self._last_words = last_words.open_(facts.identity.run_id, self._plan.environ, about, self._started_s)
        except (OSError, StoreError):
            return
        self._tail.outlive(self._last_words.add)
        self._facts = facts._replace(place=facts.place._replace(last_words=self._last_words.path))

    def open_entry(self) -> None:
        """The entry of a run that is going, unless it is there already."""
        from sentinel_run.store import own_entry

        if self._entry is None:
            self._facts = self.with_headers(self.facts())
            self._entry = own_entry.begin(self.state(), self._facts)
            self._noted()

    def with_headers(self, facts: Facts) -> Facts:
        """The facts with the place in memory where whoever delivers them finds the headers of the requests.

        Without such a place the `deliver` that we start has them in its environment, and no other one.
        """
        if not facts.reporting.headers:
            return facts
        from sentinel_run import headers
        from sentinel_run.store import carried

        given = headers.bound(self._plan.value("header"), facts.reporting.dsn)
        try:
            path = carried.leave(facts.identity.run_id, self._plan.environ, given)
        except (OSError, StoreError):
            return facts
        return facts._replace(reporting=facts.reporting._replace(headers_at=path))

    def note_alive(self) -> None:
        """Note that the run goes on, beside its entry, which on a busy machine may not be there yet."""
        from sentinel_run.store import own_entry

        self.open_entry()
        own_entry.note_alive(self.state(), self.facts().identity.run_id)

    def note_stop(self) -> None:
        """Note that the command is being stopped now."""
        import time

        from sentinel_run.store import own_entry

        self.open_entry()
        self._stops.append(time.time())
        own_entry.note_stops(self.state(), self.facts().identity.run_id, self._stops)

    def close(self, facts: Facts) -> None:
        """Put the finished facts into the journal."""
        from sentinel_run.store import own_entry

        own_entry.end(self.state(), self._entry, facts)

    def give_up(self) -> None:
        """Take back that the run is going: its end cannot be stored as it is."""
        from sentinel_run.store import own_entry

        self._entry = None
        own_entry.give_up(self.state(), self.facts().identity.run_id)

    def forget_last_words(self) -> None:
        """Remove them: what was said is in the facts now."""
        if self._last_words:
            self._last_words.forget()

    def state(self) -> str:
        """The state directory; a `StoreError` where there is no home for one."""
        from sentinel_run.store import paths

        return paths.state_directory(self._plan.environ)
