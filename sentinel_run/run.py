"""The wrapper's straight path: plan, start, pass on, note, hand over, end as the command ended."""

from __future__ import annotations

import gc
import os
import time

from sentinel_run import notes, planning
from sentinel_run.child import rescue, signals, wiring
from sentinel_run.child.spawn import become, spawn
from sentinel_run.errors import SentinelError, SpawnError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from sentinel_run.child.process import Process
    from sentinel_run.child.signals import Watch
    from sentinel_run.child.wiring import Wire
    from sentinel_run.options import Reading
    from sentinel_run.records import Plan


def run(reading: Reading, environ: Mapping[str, str]) -> int:
    """Run the command and end as it ended; returns only from a dry run. Raises `UsageError` before anything ran.

    The command starts before anything is imported that its start does not need, and nothing of ours reaches the
    exit status after that.
    """
    try:
        plan = planning.make(reading, environ)
    except SentinelError:
        raise
    except Exception:  # A fault of ours must not keep the command from running; but a dry run is none.
        if "dry-run" in reading.given:
            raise
        become(reading.command, planning.as_inherited(environ))
    if plan.value("dry-run"):
        from sentinel_run import dry_run

        return dry_run.show(plan)
    environ = planning.child_environ(plan)
    try:
        watch = signals.watch()
        wires = wiring.connect(plan.value("pty")) if plan.value("capture") else ()
        started_s, started_at = time.monotonic(), time.time()
        child = spawn(plan.command, environ, wires)
    except SpawnError as error:
        _end_unstarted(plan, error, started_s, started_at)
    except OSError:  # No descriptor or process is left for two of us: the command has our place.
        become(plan.command, environ)
    try:
        _accompany(plan, child, watch, wires, started_s, started_at)
    except (Exception, SystemExit) as error:  # A fault of ours, or no descriptors left: not the command's affair.
        if notes.may_speak(quiet=plan.value("quiet"), verbose=plan.value("verbose")):
            notes.say(f"{type(error).__name__}: {error}; this run is not kept")
        timeout_s = plan.value("timeout")
        rescue.see_through(child, watch, wires, deadline_s=started_s + timeout_s if timeout_s else None)


def _accompany(
    plan: Plan, child: Process, watch: Watch, wires: Sequence[Wire], started_s: float, started_at: float
) -> NoReturn:
    from sentinel_run.child.canary import Canary

    gc.disable()  # Nothing here makes cycles, and looking for some takes a tenth of a short run's end.
    # First of all: a signal to everyone must not come while it is not there yet.
    canary = Canary(is_needed=child.is_beside_us)
    from sentinel_run.child import exit_status, passthrough
    from sentinel_run.recorder import Recorder

    recorder = Recorder(plan, child.pid, started_s=started_s, started_at=started_at)
    seen = passthrough.until_end(
        child, plan.run_id, watch, canary, wires,
        chores=recorder.chores(), pulse=recorder.pulse(), started_s=started_s,
        timeout_s=plan.value("timeout"), kill_after_s=plan.value("kill-after"),
    )  # fmt: skip
    recorder.ended(seen, watch)
    canary.reap()
    child.reap()
    exit_status.exit_like(seen.exit)


def _end_unstarted(plan: Plan, error: SpawnError, started_s: float, started_at: float) -> NoReturn:
    from sentinel_run.recorder import Recorder

    Recorder(plan, 0, started_s=started_s, started_at=started_at).never_started(error)
    os._exit(error.exit_status)
