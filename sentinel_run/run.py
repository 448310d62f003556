"""The wrapper's straight path: plan, start, pass on, note, hand over, end as the command ended."""

from __future__ import annotations

import os

from sentinel_run import notebook, notes, planning
from sentinel_run.child import rescue, signals
from sentinel_run.child.spawn import become
from sentinel_run.errors import SentinelError, SkippedError, SpawnError
from sentinel_run.going import Going

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    from sentinel_run.child.canary import Canary
    from sentinel_run.child.held import Held
    from sentinel_run.child.passthrough import Seen
    from sentinel_run.child.signals import Watch
    from sentinel_run.options import Reading
    from sentinel_run.recorder import Recorder
    from sentinel_run.records import Plan

_NO_TURN = -1


def run(reading: Reading, environ: Mapping[str, str]) -> int:
    """Run the command and end as it ended; returns only from a dry run. Raises `UsageError` before anything ran.

    The command starts before anything is imported that its start does not need, and nothing of ours reaches the
    exit status after that.
    """
    plan = _plan(reading, environ)
    if plan.value("dry-run"):
        from sentinel_run import dry_run

        return dry_run.show(plan)
    plan = plan._replace(page=notebook.begin(plan.run_id) if plan.value("enabled") else "")
    environ = planning.child_environ(plan)
    if plan.value("reap"):
        plan = _with_orphans(plan)
    going = Going(plan, environ)
    watch, turn = _start(plan, going, environ)
    try:
        _accompany(plan, going, watch, turn)
    except (Exception, SystemExit) as error:  # A fault of ours, or no descriptors left: not the command's affair.
        _say(plan, f"{type(error).__name__}: {error}; this run is not kept")
        _rescue(plan, going, watch)


def _plan(reading: Reading, environ: Mapping[str, str]) -> Plan:
    """The plan. A fault of ours must not keep the command from running; a dry run shows the fault."""
    try:
        return planning.make(reading, environ)
    except SentinelError:
        raise
    except Exception:
        if "dry-run" in reading.given:
            raise
        become(reading.command, planning.as_inherited(environ))


def _with_orphans(plan: Plan) -> Plan:
    """Adopt orphans before the command starts, or the first ones would be another's."""
    from sentinel_run.child import reaper

    if reaper.adopt():
        return plan
    return plan._replace(notes=(*plan.notes, "--reap: orphans go to process 1 on this system"))


def _start(plan: Plan, going: Going, environ: Mapping[str, str]) -> tuple[Watch, int]:
    """The watch over signals and what `turn.await_` gives; does not return unless the command runs."""
    try:
        watch = signals.watch()
        turn = _await_turn(plan, watch)
        going.start()
    except SkippedError as skipped:
        _end_skipped(plan, skipped, watch)
    except SpawnError as error:
        _end_unstarted(plan, error, going, watch)
    except OSError:  # No descriptor or process is left for two of us: the command has our place.
        become(plan.command, environ)
    return watch, turn


def _await_turn(plan: Plan, watch: Watch) -> int:
    """What `turn.await_` gives. Raises `SkippedError`; a lock that cannot be used lets the command start."""
    if plan.value("overlap") == "allow" and not plan.value("splay"):
        return _NO_TURN
    from sentinel_run import turn

    try:
        return turn.await_(plan, watch)
    except SkippedError:
        raise
    except Exception as error:
        _say(plan, f"{error}; the command starts without regard to other runs")
        return _NO_TURN


def _accompany(plan: Plan, going: Going, watch: Watch, turn: int) -> NoReturn:
    from sentinel_run.child import canary

    # First of all: a signal to everyone must not come while it is not there yet.
    beside = canary.Canary(going.child.pid, is_needed=going.child.is_beside_us, mourn=_mourner(plan, going))
    signals.hold_back()
    from sentinel_run import attempts
    from sentinel_run.child import exit_status

    recorder = _recorder(plan, going, beside)
    seen = attempts.see_through(plan, going, beside, watch, recorder)
    try:
        _conclude(plan, going, recorder, seen, watch, turn)
        canary.reap()
    except (Exception, SystemExit) as error:  # It has ended, and how is known: nothing may take that away.
        _say(plan, f"{type(error).__name__}: {error}; this run may not be kept")
    exit_status.exit_like(seen.exit)


def _recorder(plan: Plan, going: Going, beside: Canary) -> Recorder:
    from sentinel_run.recorder import Recorder

    return Recorder(
        plan,
        going.child.pid,
        started_s=going.began_s,
        started_at=going.began_at,
        before=going.kills,
        noted=beside.noted,
    )


def _mourner(plan: Plan, going: Going) -> Callable[[], None] | None:
    """What notes the run, from the process beside us, if we are killed before we could."""
    parent_pid = os.getppid()

    def mourn() -> None:
        from sentinel_run import verdict
        from sentinel_run.recorder.keeper import Keeper

        keeper = Keeper(
            plan,
            going.child.pid,
            verdict.tail(plan),
            started_s=going.began_s,
            started_at=going.began_at,
            parent_pid=parent_pid,
        )
        keeper.open_entry()

    return mourn if plan.value("enabled") else None


def _conclude(plan: Plan, going: Going, recorder: Recorder, seen: Seen, watch: Watch, turn: int) -> None:
    if turn != _NO_TURN:  # What is left to do for this run is no reason for the next one to wait.
        seen = seen._replace(successor=_end_turn(turn))
    recorder.ended(seen)
    if going.held is not None:
        _reveal(plan, going.held, recorder, seen, watch)
    recorder.hand_over(watch)


def _end_turn(turn: int) -> str:
    """Who has stopped us to have it, if somebody has."""
    from sentinel_run.store import turns

    found = turns.successor(turn)
    os.close(turn)
    return found


def _reveal(plan: Plan, held: Held, recorder: Recorder, seen: Seen, watch: Watch) -> None:
    try:
        from sentinel_run import revealing
    except (ImportError, OSError):  # An update took our own files away meanwhile.
        if seen.is_failure:
            held.let_go()
        return
    # A terminal has it in the panel, below the output and near the next prompt: once is enough.
    says_why = not (plan.value("quiet") or recorder.tells_end())
    revealing.reveal(held, recorder.facts, seen, watch, says_why=says_why)


def _rescue(plan: Plan, going: Going, watch: Watch) -> NoReturn:
    """Print what was held back too: nobody will know any more whether the command failed."""
    if going.held is not None:
        going.held.let_go()
    timeout_s = plan.value("timeout")
    deadline_s = going.began_s + timeout_s if timeout_s else None
    rescue.see_through(going.child, watch, going.wires, deadline_s=deadline_s)


def _end_unstarted(plan: Plan, error: SpawnError, going: Going, watch: Watch) -> NoReturn:
    from sentinel_run.recorder import Recorder

    recorder = Recorder(plan, 0, started_s=going.began_s, started_at=going.began_at)
    recorder.never_started(error)
    recorder.hand_over(watch)
    os._exit(error.exit_status)


def _end_skipped(plan: Plan, skipped: SkippedError, watch: Watch) -> NoReturn:
    import time

    from sentinel_run.child.exit_status import Ended, exit_like
    from sentinel_run.recorder import Recorder

    _say(plan, f"skipped: {skipped}")
    recorder = Recorder(plan, 0, started_s=time.monotonic(), started_at=time.time())
    recorder.skipped(skipped)
    recorder.hand_over(watch)
    exit_like(Ended(skipped.exit_status, skipped.signal or None))


def _say(plan: Plan, message: str) -> None:
    if notes.may_speak(quiet=plan.value("quiet"), verbose=plan.value("verbose")):
        notes.say(message)
