"""Notes the facts of one run and has them delivered. Nothing that goes wrong here leaves this room."""

from __future__ import annotations

from sentinel_run import notes, verdict
from sentinel_run.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.passthrough import Seen
    from sentinel_run.child.pulse import Pulse
    from sentinel_run.child.signals import Watch
    from sentinel_run.errors import SkippedError, SpawnError
    from sentinel_run.facts import Facts
    from sentinel_run.farewell import Farewell
    from sentinel_run.handover import Waiting
    from sentinel_run.records import Plan
    from sentinel_run.store.journal import Entry
    from sentinel_run.store.last_words import LastWords

_LONG_RUN_S = 1.0
# Sentry gives a run up after 30 minutes without a word if the monitor says nothing else.
_ALIVE_EVERY_S = 600.0


class Recorder:
    """What the wrapper knows of its run, on its way into the journal.

    Made once the command runs (`child` is its pid) or could not be started (0). `before` are counters of the
    machine's that had to be read before it. No method raises.
    """

    def __init__(
        self,
        plan: Plan,
        child: int,
        *,
        started_s: float,
        started_at: float,
        before: dict[str, str] | None = None,
    ) -> None:
        self._plan, self._child = plan, child
        self._started_s, self._started_at = started_s, started_at
        self.tail = verdict.tail(plan)
        self._facts: Facts | None = None
        # The finished ones, once the run has ended.
        self.facts: Facts | None = None
        self._state = ""
        self._last_words: LastWords | None = None
        self._entry: Entry | None = None
        self._before: dict[str, str] = before or {}
        self._watch: Watch | None = None
        self._unsaid = list(plan.notes)
        self._seen: Seen | None = None
        self._stops: list[float] = []

    def chores(self) -> list[Callable[[], None]]:
        """Work for moments when the command is silent, in small steps, so that no line of it waits long."""
        if not self._plan.value("enabled"):
            return []
        steps = (
            self._say_notes,
            self._look_at_machine,
            self._open_facts,
            self._open_last_words,
            self._open_entry,
            _import_what_comes_later,
        )
        return [lambda step=step: self._guard(step) for step in steps]  # type: ignore[misc]

    def pulse(self) -> Pulse:
        """What tells a monitor that a long run goes on: after one second, and every ten minutes from then on.

        Not later than --max-runtime: the moment at which Sentry gives the run up is the user's to set.
        """
        from sentinel_run.child.pulse import Pulse

        if not (self._plan.value("enabled") and self._plan.value("monitor") and self._plan.value("dsn")):
            return Pulse(lambda: 0)
        every_s = float("inf") if self._plan.value("max-runtime") else _ALIVE_EVERY_S
        return Pulse(self._say_alive, first_s=self._started_s + _LONG_RUN_S, every_s=every_s)

    def stops(self) -> None:
        """The command's time is over, and it is about to be stopped.

        A sentinel-run inside it ends of that too, perhaps before we do. Whoever takes that run in finds the note,
        and knows that the one failure is ours to report.
        """
        if self._plan.value("enabled"):
            self._guard(self._note_stop)

    def ended(self, seen: Seen) -> None:
        """Put the facts of the finished run into the journal."""
        self._seen = seen
        self._guard(self._say_notes)
        if self._plan.value("enabled"):
            self._guard(lambda: self._close(seen))
        if self._last_words:
            self._guard(self._last_words.forget)

    def never_started(self, error: SpawnError) -> None:
        """The same for a command that could not be started, and one line that says so."""
        self._guard(self._say_notes)
        if not self._plan.value("quiet"):
            notes.say(f"{error}{_meant(self._plan.command[0], error)}")
        if self._plan.value("enabled"):
            self._guard(lambda: self._refuse(error))

    def opened(self, kind: str) -> Facts:
        """The facts of something that begins in this very process, noted in the journal."""
        self._guard(self._open_facts)
        assert self._facts is not None
        self._facts = self._facts._replace(command=self._facts.command._replace(kind=kind))
        if self._plan.value("enabled"):
            self._guard(self._open_entry)
        return self._facts

    def finished(self, facts: Facts) -> None:
        """Put facts that were made elsewhere into the journal and hand them over."""
        self._guard(lambda: self._keep(facts))
        self._guard(lambda: self._have_delivered(facts))

    def skipped(self, error: SkippedError) -> None:
        """The same for a command that was not started because it was not its turn."""
        self._guard(self._say_notes)
        if self._plan.value("enabled"):
            self._guard(lambda: self._refuse(error))

    def tells_end(self) -> bool:
        """Whether `hand_over` will tell a person how the run ended."""
        will: list[bool] = []
        if (facts := self.facts) is not None:
            self._guard(
                lambda: will.append((farewell := self._farewell(facts)) is not None and farewell.is_heard())
            )
        return any(will)

    def hand_over(self, watch: Watch) -> None:
        """Have the facts delivered.

        A signal that asks us to end while we wait for that is obeyed: the facts are safe by then.
        """
        self._watch = watch
        if (facts := self.facts) is not None:
            self._guard(lambda: self._have_delivered(facts))

    def _say_notes(self) -> None:
        while self._unsaid:
            self._say(self._unsaid.pop(0))

    def _look_at_machine(self) -> None:
        from sentinel_run.child import usage

        self._before = {**usage.machine_now(), **self._before}

    def _open_facts(self) -> None:
        from sentinel_run import gather

        if self._facts is None:
            self._facts = gather.opening(self._plan, self._child, self._started_at)

    def _open_last_words(self) -> None:
        """Before the entry, which says where they are. Where memory has no place for them they die with us.

        Also without output: what is secret in the command's notes stands beside it.
        """
        if not (self._plan.value("capture") or self._plan.page):
            return
        from sentinel_run import gather
        from sentinel_run.facts import to_json
        from sentinel_run.store import last_words

        assert self._facts is not None
        about = to_json(gather.secrets_of(self._plan))
        run_id = self._facts.identity.run_id
        try:
            self._last_words = last_words.open_(run_id, self._plan.environ, about, self._started_s)
        except (OSError, StoreError):
            return
        self.tail.outlive(self._last_words.add)
        place = self._facts.place._replace(last_words=self._last_words.path)
        self._facts = self._facts._replace(place=place)

    def _open_entry(self) -> None:
        from sentinel_run.store import journal, paths

        assert self._facts is not None
        if self._entry is None:
            self._facts = self._with_headers(self._facts)
            self._entry = journal.open_entry(paths.state_directory(self._plan.environ), self._facts)

    def _with_headers(self, facts: Facts) -> Facts:
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

    def _say_alive(self) -> int:
        helpers: list[int] = []
        if self._plan.value("deliver") != "later":
            self._guard(lambda: helpers.append(self._have_alive_told()))
        return helpers[0] if helpers else 0

    def _have_alive_told(self) -> int:
        """On a busy machine the chores may not be done yet, and `deliver` must see the run to tell of it."""
        from sentinel_run import handover
        from sentinel_run.store import journal, paths

        self._open_facts()
        self._open_entry()
        assert self._facts is not None
        state = paths.state_directory(self._plan.environ)
        journal.note_alive(state, self._facts.identity.run_id)
        return handover.wake(state, self._facts, handover.environ_of(self._plan))

    def _note_stop(self) -> None:
        import time

        from sentinel_run.store import journal, paths

        self._open_facts()
        self._open_entry()
        assert self._facts is not None
        self._stops.append(time.time())
        journal.note_stops(paths.state_directory(self._plan.environ), self._facts.identity.run_id, self._stops)

    def _close(self, seen: Seen) -> None:
        from sentinel_run import gather

        self._open_facts()
        assert self._facts is not None
        facts = gather.learn(self._facts, seen, self._plan)
        facts = gather.closing(facts, seen, self._plan, self._started_s, self._before)
        for what, with_more in (("output", gather.with_output), ("processes", gather.with_tree)):
            try:
                facts = with_more(facts, seen, self._plan, self._started_s)
            except (Exception, SystemExit) as error:
                # How it ended is worth reporting alone.
                facts = facts._replace(notes=(*facts.notes, f"the {what} could not be kept: {error}"))
        self._keep(self._with_noted(facts))

    def _with_noted(self, facts: Facts) -> Facts:
        """A page that the command itself has removed, or that cannot be read, costs the notes alone."""
        from sentinel_run import gather

        try:
            return gather.with_page(facts, self._plan) if self._plan.page else facts
        except (Exception, SystemExit) as error:
            return facts._replace(notes=(*facts.notes, f"the command's own notes are lost: {error}"))

    def _refuse(self, error: SpawnError | SkippedError) -> None:
        from sentinel_run import gather

        self._open_facts()
        assert self._facts is not None
        self._keep(self._with_noted(gather.never_started(self._facts, error)))

    def _tell(self, facts: Facts) -> None:
        """The CI system that we are in hears of it from the outermost run."""
        is_wanted = self._plan.value("annotate") == "auto" and not self._plan.value("quiet")
        if is_wanted and _is_outermost(facts) and facts.place.ci:
            from sentinel_run.epilogue import telling

            telling.tell(facts, self._plan.environ)

    def _add_to_report(self, facts: Facts) -> None:
        """To that of --junit."""
        if self._plan.value("junit") and _is_outermost(facts):
            from sentinel_run.epilogue import telling

            telling.add_to_report(facts, self._plan.environ, self._plan.value("junit"))

    def _keep(self, facts: Facts) -> None:
        """Into the journal, or, where that cannot be, in memory until `hand_over`."""
        from sentinel_run.store import paths

        self.facts = facts = self._with_headers(facts)
        try:
            state = paths.state_directory(self._plan.environ)
            self._store(state, facts)
            self._state = state
        except (OSError, StoreError) as error:
            self._say(f"the state directory cannot be used: {error}; this run is not kept")

    def _have_delivered(self, facts: Facts) -> None:
        from sentinel_run import handover

        how = handover.mode(self._plan.value("deliver"), facts)
        farewell = self._farewell(facts)
        waiting = handover.Waiting(
            self._plan.value("deliver-timeout"),
            self._is_called_off,
            meanwhile=lambda: self._guard(farewell.begin) if farewell else None,
        )
        self._guard(lambda: self._tell(facts))
        self._guard(lambda: self._add_to_report(facts))
        self._deliver(facts, how, waiting)
        if farewell:
            farewell.conclude(self._state, how)
        elif how == handover.WAIT and self._state and handover.is_waiting(self._state, facts):
            from sentinel_run import whereabouts

            self._say(f"the report {whereabouts.in_words(facts, self._state, how)}")

    def _farewell(self, facts: Facts) -> Farewell | None:
        """None where no person is there to read it, before anything is loaded for it."""
        if self._seen is None or not self._has_listener():
            return None
        from sentinel_run.farewell import Farewell

        return Farewell(self._plan, facts, self.tail, is_failure=self._seen.is_failure)

    def _has_listener(self) -> bool:
        return notes.may_speak(quiet=self._plan.value("quiet"), verbose=False)

    def _deliver(self, facts: Facts, how: str, waiting: Waiting) -> None:
        from sentinel_run import handover

        if self._state:
            handover.through_store(self._state, facts, handover.environ_of(self._plan), how=how, waiting=waiting)
        else:
            from sentinel_run.facts import to_json

            environ = handover.environ_of(self._plan)
            handover.through_memory(to_json(facts), environ, how=how, waiting=waiting)

    def _store(self, state: str, facts: Facts) -> None:
        """Into the journal; without the output if the disk has no room for that."""
        from sentinel_run.store import journal

        try:
            journal.close_entry(state, self._entry, facts)
        except OSError as error:
            self._guard(lambda: journal.give_up_entry(state, facts.identity.run_id))
            bare = facts.output._replace(passages=())
            notes_ = (*facts.notes, f"the output could not be kept: {error.strerror}")
            journal.close_entry(state, None, facts._replace(output=bare, notes=notes_))

    def _is_called_off(self) -> bool:
        from sentinel_run.child import signals

        return self._watch is not None and not signals.ENDING.isdisjoint(self._watch.arrived())

    def _guard(self, step: Callable[[], None]) -> None:
        """The command is running or has run: a fault of ours costs the report at most, and is told to who asks."""
        try:
            step()
        except (Exception, SystemExit) as error:
            self._say(f"{type(error).__name__}: {error}; the command is not affected")

    def _say(self, message: str) -> None:
        if notes.may_speak(quiet=self._plan.value("quiet"), verbose=self._plan.value("verbose")):
            from sentinel_run import gather, redact

            notes.say(redact.text(message, gather.secrets_of(self._plan)))


def _is_outermost(facts: Facts) -> bool:
    return facts.command.kind == "process" and not facts.identity.parent_run_id


def _import_what_comes_later() -> None:
    """For the first look at the process tree, and for the end.

    A pattern is needed only where a secret may be; loading the engine takes longer than all else at the end.
    """
    import re  # noqa: F401

    import sentinel_run.child.looks
    import sentinel_run.handover
    import sentinel_run.output  # noqa: F401


def _meant(word: str, error: SpawnError) -> str:
    """`sentinel-run histroy`: there is no such program, and nearly a subcommand of ours."""
    from sentinel_run import kinds
    from sentinel_run.child import spawn
    from sentinel_run.entry import SUBCOMMANDS

    likely = kinds.nearest(word, SUBCOMMANDS) if error.exit_status == spawn.NOT_FOUND else ""
    return f"; did you mean sentinel-run {likely}?" if likely else ""
