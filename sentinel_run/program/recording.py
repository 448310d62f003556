"""A task's way into the journal, which is that of any run: facts, redacted, and `deliver` does the rest."""

from __future__ import annotations

import atexit
import resource
import sys
import time

from sentinel_run import planning, trace
from sentinel_run.child import usage
from sentinel_run.facts import TASK, Ending
from sentinel_run.notebook import jotted
from sentinel_run.options import Reading
from sentinel_run.recorder import Recorder, closing, handover
from sentinel_run.records import RUN_ID, Setting
from sentinel_run.store import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.facts import Facts, Failure
    from sentinel_run.program.page import Page
    from sentinel_run.records import Plan


class Recording:
    """A task that is going on. The journal knows of it, so that a program that is killed leaves a lost run."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        plan = _plan(name, environ)
        self._chosen = plan.value("deliver")
        how = handover.LATER if self._chosen == handover.LATER else handover.GUEST
        self._plan = plan._replace(settings={**plan.settings, "deliver": Setting(how, "a task")})
        self._started_s, self._started_at = time.monotonic(), time.time()
        self._recorder = Recorder(self._plan, 0, started_s=self._started_s, started_at=self._started_at)
        self._facts = self._recorder.opened(TASK)
        self._before, self._used = usage.machine_now(), resource.getrusage(resource.RUSAGE_SELF)

    @property
    def environ(self) -> dict[str, str]:
        """The variables by which runs inside this one join it."""
        return {**trace.headers(self._plan.trace), RUN_ID: self._plan.run_id}

    def end(self, failure: Failure | None, page: Page) -> None:
        """Put the facts into the journal and have them delivered; the program does not wait for that."""
        if not self._plan.value("enabled"):
            return
        duration_s = time.monotonic() - self._started_s
        facts = self._facts._replace(
            ending=Ending(at=self._started_at + duration_s, duration_s=duration_s),
            usage=usage.of_part(self._used, resource.getrusage(resource.RUSAGE_SELF), self._before),
            notes=(*self._facts.notes, *page.faults()),
        )
        facts = closing.with_failure(facts, failure, self._plan)
        facts = closing.with_noted(facts, jotted.read(page.taken()), self._plan)
        self._recorder.finished(facts)
        self._see_off(facts)

    def _see_off(self, facts: Facts) -> None:
        """Where what a program leaves behind is killed, it waits at its own end, at most --deliver-timeout."""
        if handover.mode(self._chosen, facts) == handover.WAIT:
            waiting = handover.Waiting(self._plan.value("deliver-timeout"), lambda: False)
            atexit.register(handover.until_delivered, paths.state_directory(self._plan.environ), facts, waiting)


def _plan(name: str, environ: Mapping[str, str]) -> Plan:
    """The plan, made as for any run; the command line is that of the task's program."""
    command = tuple(sys.orig_argv) or (sys.executable,)
    return planning.make(Reading({"name": [name]}, command), environ)
