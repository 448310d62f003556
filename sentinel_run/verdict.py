"""Whether an attempt failed: by its ending, or by what its options say of a command that lies with status 0."""

from __future__ import annotations

from sentinel_run import ci
from sentinel_run.child.tail import Tail
from sentinel_run.facts import SIGNALLED, Complaint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.passthrough import Seen
    from sentinel_run.records import Plan


def tail(plan: Plan) -> Tail:
    """What keeps the output of a run, with a lookout where an option looks for something in it."""
    patterns = [text for text in (plan.value("fail-on-match"), plan.value("fail-without-match")) if text]
    if not patterns:
        return Tail(_look_for_masks(plan))
    from sentinel_run.child.lookout import Lookout  # Only a run that looks for a pattern loads the engine now.

    return Lookout(patterns, _look_for_masks(plan))


def _look_for_masks(plan: Plan) -> Callable[[bytes], list[bytes]] | None:
    """In a CI a line that is not kept may declare a secret; elsewhere a flood is not worth the look."""
    if not ci.is_ci(plan.environ):
        return None
    from sentinel_run.redact import masked

    return masked.lines


def is_success(plan: Plan, seen: Seen) -> bool:
    """Whether the command itself says that all is well, or what it ended with counts as success."""
    ended = seen.exit
    # As a shell sees it, and so whoever looked for what to give to --ok-exit.
    status = ended.exit_status if ended.signal is None else SIGNALLED + ended.signal
    return status == 0 or status in plan.value("ok-exit")


def complaint(plan: Plan, seen: Seen, duration_s: float) -> Complaint | None:
    """Why an attempt counts as failed although the command says otherwise; None if it does not."""
    if not is_success(plan, seen):
        return None
    return _too_fast(plan, duration_s) or _on_stderr(plan, seen.tail) or _matches(plan, seen.tail)


def _too_fast(plan: Plan, duration_s: float) -> Complaint | None:
    least_s = plan.value("fail-if-faster")
    if not least_s or duration_s >= least_s:
        return None
    return Complaint("too fast", f"took only {duration_s:.3g} s, less than {least_s:g} s")


def _on_stderr(plan: Plan, kept: Tail) -> Complaint | None:
    if not plan.value("fail-on-stderr") or not kept.of_attempt("stderr"):
        return None
    return Complaint("output on stderr", "wrote to stderr")


def _matches(plan: Plan, kept: Tail) -> Complaint | None:
    unwanted, wanted = plan.value("fail-on-match"), plan.value("fail-without-match")
    if not (unwanted or wanted):
        return None
    from sentinel_run.child.lookout import Lookout

    assert isinstance(kept, Lookout)
    kept.finish()
    if unwanted in kept.found:
        line = kept.found[unwanted].strip()[:500]
        return Complaint("unwanted output", f"printed {line!r}", line)
    if wanted and wanted not in kept.found:
        return Complaint("output missing", f"printed nothing that matches {wanted!r}")
    return None
