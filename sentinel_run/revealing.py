"""What --only-on-failure does at the end: why the command failed, then all that it said; or nothing at all."""

from __future__ import annotations

from sentinel_run import notes
from sentinel_run.child import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.held import Held
    from sentinel_run.child.passthrough import Seen
    from sentinel_run.child.signals import Watch
    from sentinel_run.facts import Facts


def reveal(held: Held, facts: Facts | None, seen: Seen, watch: Watch, *, says_why: bool) -> None:
    """Print what is held if the run failed. The reason comes first, also into a mail, if it `says_why`.

    A reader that does not read is given up when somebody asks us to end.
    """
    if not seen.is_failure:
        held.forget()
        return
    if facts is not None and held.is_holding and says_why:
        notes.say(_sentence(facts))
    held.wake_fd = watch.wake_fd
    held.attend = lambda: not signals.ENDING.isdisjoint(watch.arrived())
    held.let_go()


def _sentence(facts: Facts) -> str:
    """A fault in the diagnosis must not cost the output."""
    try:
        from sentinel_run.diagnose.cause import diagnose

        return diagnose(facts).sentence
    except Exception as error:
        return f"{facts.command.name} failed ({type(error).__name__} in the diagnosis: {error})"
