"""The facts of a run as they are known at its end, from what the loop saw and what the command noted."""

from __future__ import annotations

import os
import time

from sentinel_run import ci, notebook, output, redact
from sentinel_run.child import signals, usage
from sentinel_run.errors import SpawnError, StoreError
from sentinel_run.facts import Ending
from sentinel_run.recorder import gather
from sentinel_run.records import RUN_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.passthrough import Seen
    from sentinel_run.errors import SkippedError
    from sentinel_run.facts import Facts, Failure
    from sentinel_run.notebook.jotted import Reading as NotesRead
    from sentinel_run.records import Plan


def finished(facts: Facts, seen: Seen, plan: Plan, started_s: float, before: dict[str, str]) -> Facts:
    """The facts of a run that has ended. What cannot be kept of it costs a note, and nothing else of them."""
    facts = _ended(_without_declared(facts, seen, plan), seen, plan, started_s, before)
    for what, with_more in (("output", _with_output), ("processes", _with_tree)):
        try:
            facts = with_more(facts, seen, plan, started_s)
        except (Exception, SystemExit) as error:
            # How it ended is worth reporting alone.
            facts = facts._replace(notes=(*facts.notes, f"the {what} could not be kept: {error}"))
    return _with_page(facts, plan)


def never_started(facts: Facts, error: SpawnError | SkippedError, plan: Plan) -> Facts:
    """The facts of a command that could not be started, or was not to be."""
    ending = Ending(at=time.time(), duration_s=0.0)
    if isinstance(error, SpawnError):
        ending = ending._replace(exit_status=error.exit_status, spawn_error=error.why)
    else:
        by = signals.name(error.signal) if error.signal else ""
        ending = ending._replace(skipped=str(error), interrupted_by=by)
    return _with_page(facts._replace(ending=ending), plan)


def with_noted(facts: Facts, read: NotesRead, plan: Plan) -> Facts:
    """The facts with notes, redacted, and a word on those that could not be read."""
    from sentinel_run.notebook import jottings

    return jottings.added(facts, read, gather.secrets_of(plan))


def with_failure(facts: Facts, failure: Failure | None, plan: Plan) -> Facts:
    """The facts of a task with what made it fail, redacted."""
    return facts._replace(failure=redact.everything(failure, gather.secrets_of(plan)))


def _without_declared(facts: Facts, seen: Seen, plan: Plan) -> Facts:
    """The facts without the values that the command itself has declared secret; nor is any told from here on."""
    values = (*_declared(seen), *_declared_around(plan))
    if not values:
        return facts
    gather.learn(plan, values)
    from sentinel_run.redact import masked

    return masked.hide(facts, values)


def _declared(seen: Seen) -> tuple[str, ...]:
    if not seen.tail.bytes:  # A command that has said nothing is no reason to load another module.
        return ()
    from sentinel_run.redact import masked

    return masked.values(seen.tail)


def _declared_around(plan: Plan) -> tuple[str, ...]:
    """What the run around us has declared so far, in a CI; its own words say it while it goes on."""
    around = plan.environ.get(RUN_ID, "")
    if not (around and ci.is_ci(plan.environ)):
        return ()
    from sentinel_run.redact import masked
    from sentinel_run.store import last_words

    try:
        return masked.values(
            last_words.read(os.path.join(last_words.folder(plan.environ), os.path.basename(around)))
        )
    except (OSError, StoreError, ValueError):  # It keeps none, or is over.
        return ()


def _ended(facts: Facts, seen: Seen, plan: Plan, started_s: float, before: dict[str, str]) -> Facts:
    """The finished facts, still without the output."""
    ended = seen.ended
    duration_s = seen.ended_at_s - started_s
    ending = Ending(
        at=facts.started_at + duration_s,
        duration_s=duration_s,
        exit_status=ended.exit_status,
        signal=ended.signal,
        signal_name=signals.name(ended.signal) if ended.signal else "",
        core_dumped=ended.core_dumped,
        timed_out=seen.timed_out,
        interrupted_by=seen.interrupted_by,
        successor=seen.successor if seen.interrupted_by else "",
        complaint=redact.everything(seen.complaint, gather.secrets_of(plan)),
    )
    after = usage.at_end(failed=ended.exit_status != 0, limits=seen.limits)
    return facts._replace(
        ending=ending,
        usage=usage.of_command(seen.used, seen.sampler, before, after),
        steps=seen.steps,
        attempts=seen.attempts,
    )


def _with_output(facts: Facts, seen: Seen, plan: Plan, started_s: float) -> Facts:
    """The facts with what was kept of the output. Redaction happens here, once."""
    return facts._replace(output=output.kept(seen.tail, started_s, gather.secrets_of(plan)))


def _with_tree(facts: Facts, seen: Seen, plan: Plan, started_s: float) -> Facts:
    """The facts with what was seen of the command's process tree, redacted."""
    tree, secrets = seen.sampler.tree(), gather.secrets_of(plan)
    members = (
        member._replace(argv=redact.argv(map(redact.whole_text, member.argv), secrets)) for member in tree.members
    )
    return facts._replace(tree=tree._replace(members=tuple(members)))


def _with_page(facts: Facts, plan: Plan) -> Facts:
    """The facts with what the command noted on its page, whose loss costs the notes alone."""
    if not plan.page:
        return facts
    try:
        page = notebook.take(plan.page)
        if not page.lines:
            return facts
        from sentinel_run.notebook import jotted

        return with_noted(facts, jotted.read(page), plan)
    except (Exception, SystemExit) as error:
        return facts._replace(notes=(*facts.notes, f"the command's own notes are lost: {error}"))
