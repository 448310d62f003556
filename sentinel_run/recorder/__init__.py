"""Notes the facts of one run and has them delivered. Nothing that goes wrong here leaves this room."""

from __future__ import annotations

from sentinel_run import notes, verdict
from sentinel_run.errors import StoreError
from sentinel_run.recorder.keeper import Keeper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.passthrough import Seen
    from sentinel_run.child.pulse import Pulse
    from sentinel_run.child.signals import Watch
    from sentinel_run.errors import SkippedError, SpawnError
    from sentinel_run.facts import Facts
    from sentinel_run.recorder.conclusion import Conclusion
    from sentinel_run.records import Plan

_LONG_RUN_S = 1.0
# Longer output takes longer to look through than a line may have to wait.
_LOOK_AT_BYTES = 4096
# Sentry gives a run up after 30 minutes without a word if the monitor says nothing else.
_ALIVE_EVERY_S = 600.0


class Recorder:
    """What the wrapper knows of its run, on its way into the journal.

    Made once the command runs (`child` is its pid) or could not be started (0). `before` are counters of the
    machine's that had to be read before it; `noted` hears when the run is in the journal. No method raises.
    """

    def __init__(
        self,
        plan: Plan,
        child: int,
        *,
        started_s: float,
        started_at: float,
        before: dict[str, str] | None = None,
        noted: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan, self._started_s = plan, started_s
        self.tail = verdict.tail(plan)
        self._keeper = Keeper(plan, child, self.tail, started_s=started_s, started_at=started_at, noted=noted)
        # The finished ones, once the run has ended.
        self.facts: Facts | None = None
        self._state = ""
        self._before: dict[str, str] = before or {}
        self._unsaid = list(plan.notes)
        self._seen: Seen | None = None

    def chores(self) -> list[Callable[[], None]]:
        """Work for moments when the command is silent, in small steps, so that no line of it waits long."""
        if not self._plan.value("enabled"):
            return []
        keeper = self._keeper
        steps: tuple[Callable[[], object], ...] = (
            self._say_notes,
            self._look_at_machine,
            keeper.facts,
            keeper.open_last_words,
            lambda: self._where_it_can_be_kept(keeper.open_entry),
            self._import_what_comes_later,
        )
        return [lambda step=step: self._guard(step) for step in steps]  # type: ignore[misc]

    def pulse(self) -> Pulse | None:
        """What tells a monitor, if there is one, that a long run goes on: after a second, then every ten minutes.

        Not later than --max-runtime: the moment at which Sentry gives the run up is the user's to set.
        """
        if not (self._plan.value("enabled") and self._plan.value("monitor") and self._plan.value("dsn")):
            return None
        from sentinel_run.child.pulse import Pulse

        every_s = float("inf") if self._plan.value("max-runtime") else _ALIVE_EVERY_S
        return Pulse(self._say_alive, first_s=self._started_s + _LONG_RUN_S, every_s=every_s)

    def stops(self) -> None:
        """The command's time is over, and it is about to be stopped.

        A sentinel-run inside it ends of that too, perhaps before we do. Whoever takes that run in finds the note,
        and knows that the one failure is ours to report.
        """
        if self._plan.value("enabled"):
            self._guard(lambda: self._where_it_can_be_kept(self._keeper.note_stop))

    def ended(self, seen: Seen) -> None:
        """Put the facts of the finished run into the journal."""
        self._seen = seen
        self._guard(self._say_notes)
        if self._plan.value("enabled"):
            self._guard(lambda: self._close(seen))
        self._guard(self._keeper.forget_last_words)

    def never_started(self, error: SpawnError) -> None:
        """The same for a command that could not be started, and one line that says so."""
        self._guard(self._say_notes)
        if not self._plan.value("quiet"):
            notes.say(f"{error}{_meant(self._plan.command[0], error)}")
        if self._plan.value("enabled"):
            self._guard(lambda: self._refuse(error))

    def opened(self, kind: str) -> Facts:
        """The facts of something that begins in this very process, noted in the journal."""
        facts = self._keeper.facts_of(kind)
        if self._plan.value("enabled"):
            self._guard(lambda: self._where_it_can_be_kept(self._keeper.open_entry))
        return facts

    def finished(self, facts: Facts) -> None:
        """Put facts that were made elsewhere into the journal and hand them over."""
        self._guard(lambda: self._keep(facts))
        self.hand_over()

    def skipped(self, error: SkippedError) -> None:
        """The same for a command that was not started because it was not its turn."""
        self._guard(self._say_notes)
        if self._plan.value("enabled"):
            self._guard(lambda: self._refuse(error))

    def tells_end(self) -> bool:
        """Whether `hand_over` will tell a person how the run ended."""
        will: list[bool] = []
        if (facts := self.facts) is not None:
            self._guard(lambda: will.append(self._conclusion(facts).is_told()))
        return any(will)

    def hand_over(self, watch: Watch | None = None) -> None:
        """Have the facts delivered, which are safe by now: a signal that asks us to end meanwhile is obeyed."""
        if (facts := self.facts) is not None:
            self._guard(lambda: self._conclusion(facts).hand_over(self._state, watch))

    def _conclusion(self, facts: Facts) -> Conclusion:
        from sentinel_run.recorder.conclusion import Conclusion

        return Conclusion(self._plan, facts, self.tail, self._seen, guard=self._guard, say=self._say)

    def _say_notes(self) -> None:
        while self._unsaid:
            self._say(self._unsaid.pop(0))

    def _look_at_machine(self) -> None:
        from sentinel_run.child import usage

        self._before = {**usage.machine_now(), **self._before}

    def _say_alive(self) -> int:
        helpers: list[int] = []
        if self._plan.value("deliver") != "later":
            self._guard(lambda: self._where_it_can_be_kept(lambda: helpers.append(self._have_alive_told())))
        return helpers[0] if helpers else 0

    def _have_alive_told(self) -> int:
        from sentinel_run.recorder import handover

        self._keeper.note_alive()
        return handover.wake(self._keeper.state(), self._keeper.facts(), handover.environ_of(self._plan))

    def _close(self, seen: Seen) -> None:
        from sentinel_run.recorder import closing

        self._keep(closing.finished(self._keeper.facts(), seen, self._plan, self._started_s, self._before))

    def _refuse(self, error: SpawnError | SkippedError) -> None:
        from sentinel_run.recorder import closing

        self._keep(closing.never_started(self._keeper.facts(), error, self._plan))

    def _keep(self, facts: Facts) -> None:
        """Put the facts into the journal; if that cannot be, they stay in memory until `hand_over`."""
        self.facts = facts = self._keeper.with_headers(facts)
        state = ""
        try:
            state = self._keeper.state()
            self._store(facts)
            self._state = state
        except (OSError, StoreError) as error:
            why = f"{state}: {error.strerror}" if isinstance(error, OSError) else error
            self._say(f"the state directory cannot be used: {why}; this run is not kept")

    def _store(self, facts: Facts) -> None:
        """Put the facts into the journal, without the output if the disk has no room for it."""
        try:
            self._keeper.close(facts)
        except OSError as error:
            self._guard(self._keeper.give_up)
            bare = facts.output._replace(passages=())
            notes_ = (*facts.notes, f"the output could not be kept: {error.strerror}")
            self._keeper.close(facts._replace(output=bare, notes=notes_))

    def _import_what_comes_later(self) -> None:
        """For the first look at the process tree, and for the end.

        The engine for patterns takes longer than all else at the end, and more memory, in the canary once more: it
        is loaded now only if what was said so far shows that it will be needed.
        """
        import sentinel_run.child.looks
        import sentinel_run.output
        import sentinel_run.recorder.closing
        import sentinel_run.recorder.conclusion
        from sentinel_run import redact
        from sentinel_run.recorder import gather

        said = b"".join(chunk.data for chunk in self.tail.head)[:_LOOK_AT_BYTES].decode("latin-1")
        if redact.needs_patterns(said, gather.secrets_of(self._plan)):
            import re  # noqa: F401

            import sentinel_run.redact.secret_patterns  # noqa: F401

    def _where_it_can_be_kept(self, step: Callable[[], object]) -> None:
        """What is kept of a run that goes on. Its end tries again, and says why that cannot be: once is enough."""
        try:
            step()
        except (OSError, StoreError):
            return

    def _guard(self, step: Callable[[], object]) -> None:
        """Do a step; a fault of ours costs the report at most, never the command, and whoever asks is told."""
        try:
            step()
        except (Exception, SystemExit) as error:
            self._say(f"{type(error).__name__}: {error}; the command is not affected")

    def _say(self, message: str) -> None:
        if notes.may_speak(quiet=self._plan.value("quiet"), verbose=self._plan.value("verbose")):
            from sentinel_run import redact
            from sentinel_run.recorder import gather

            notes.say(redact.text(message, gather.secrets_of(self._plan)))


def _meant(word: str, error: SpawnError) -> str:
    """`sentinel-run histroy`: there is no such program, and nearly a subcommand of ours."""
    from sentinel_run import kinds, options
    from sentinel_run.child import spawn

    if error.exit_status != spawn.NOT_FOUND:
        return ""
    likely = f"--{word}" if word in ("help", "version") else kinds.nearest(word, options.SUBCOMMANDS)
    return f"; did you mean sentinel-run {likely}?" if likely else ""
