"""What follows once the facts of a run are safe: a CI is told of it, a person too, and `deliver` has its turn."""

from __future__ import annotations

from sentinel_run import notes
from sentinel_run.child import signals
from sentinel_run.recorder import handover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.passthrough import Seen
    from sentinel_run.child.signals import Watch
    from sentinel_run.child.tail import Tail
    from sentinel_run.facts import Facts
    from sentinel_run.farewell import Farewell
    from sentinel_run.records import Plan


class Conclusion:
    """The rest of one run. `seen` is what was seen of its command, if that ran.

    `guard` does a step whose failure must not keep the others from being done, and `say` tells whoever asks.
    """

    def __init__(
        self,
        plan: Plan,
        facts: Facts,
        tail: Tail,
        seen: Seen | None,
        *,
        guard: Callable[[Callable[[], object]], None],
        say: Callable[[str], None],
    ) -> None:
        self._plan, self._facts, self._tail, self._seen = plan, facts, tail, seen
        self._guard, self._say = guard, say

    def is_told(self) -> bool:
        """Whether `hand_over` will tell a person how the run ended."""
        farewell = self._farewell()
        return farewell is not None and farewell.is_heard()

    def hand_over(self, state: str, watch: Watch | None) -> None:
        """Have the facts delivered, out of the state directory, or from memory if `state` is empty.

        A signal that asks us to end while we wait for that is obeyed.
        """
        how = handover.mode(self._plan.value("deliver"), self._facts)
        farewell = self._farewell()
        waiting = handover.Waiting(
            self._plan.value("deliver-timeout"),
            lambda: watch is not None and not signals.ENDING.isdisjoint(watch.arrived()),
            meanwhile=lambda: self._guard(farewell.begin) if farewell else None,
        )
        self._guard(self._tell)
        self._guard(self._add_to_report)
        self._deliver(state, how, waiting)
        if farewell:
            farewell.conclude(state, how)
        elif how == handover.WAIT and state and handover.is_waiting(state, self._facts):
            from sentinel_run import whereabouts

            self._say(f"the report {whereabouts.in_words(self._facts, state, how)}")

    def _farewell(self) -> Farewell | None:
        """None if nobody is there to read it; then nothing is loaded for it."""
        if self._seen is None or not notes.may_speak(quiet=self._plan.value("quiet"), verbose=False):
            return None
        from sentinel_run.farewell import Farewell

        return Farewell(self._plan, self._facts, self._tail, is_failure=self._seen.is_failure)

    def _tell(self) -> None:
        """Tell the CI system that we are in how it ended; only the outermost run does."""
        is_wanted = self._plan.value("annotate") == "auto" and not self._plan.value("quiet")
        if is_wanted and self._facts.place.ci and self._is_outermost():
            from sentinel_run.epilogue import telling

            telling.tell(self._facts, self._plan.environ)

    def _add_to_report(self) -> None:
        """Add the run to the report that --junit names."""
        if self._plan.value("junit") and self._is_outermost():
            from sentinel_run.epilogue import telling

            telling.add_to_report(self._facts, self._plan.environ, self._plan.value("junit"))

    def _is_outermost(self) -> bool:
        return self._facts.command.kind == "process" and not self._facts.identity.parent_run_id

    def _deliver(self, state: str, how: str, waiting: handover.Waiting) -> None:
        environ = handover.environ_of(self._plan)
        if state:
            handover.through_store(state, self._facts, environ, how=how, waiting=waiting)
            return
        from sentinel_run.json_form import to_json

        handover.through_memory(to_json(self._facts), environ, how=how, waiting=waiting)
