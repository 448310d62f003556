"""The last resort after a fault of ours: the command's output and its end still reach our caller.

There is no report then. Uses nothing that is not imported already: the fault may be that no file can be opened
any more.
"""

from __future__ import annotations

import os
import time

from sentinel_run.child import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from sentinel_run.child.process import Process
    from sentinel_run.child.signals import Watch
    from sentinel_run.child.wiring import Wire

_LOST, _TIMED_OUT = 125, 124
_LOOK_EVERY_S = 0.01


def see_through(child: Process, watch: Watch, wires: Sequence[Wire], *, deadline_s: float | None) -> NoReturn:
    """Pass on what the command says, and our signals, until it ends, and end as it ended; never returns.

    At `deadline_s` (`time.monotonic`) the command is killed, and the exit status is 124.
    """
    is_late = False
    for wire in wires:
        _close(wire.far_end)
    status = None
    while status is None:
        status = _ended(child)
        while sum(map(_pass_on, wires)):
            continue
        if status is None:
            _pass_signals(child, watch)
            child.serve()
            if deadline_s is not None and time.monotonic() > deadline_s:
                is_late = child.send(signals.KILL)
            time.sleep(_LOOK_EVERY_S)
    child.stand_up()
    child.reap()
    if is_late:
        os._exit(_TIMED_OUT)
    if status < 0:
        signals.die_of(-status)
    os._exit(status if status >= 0 else 128 - status)


def _ended(child: Process) -> int | None:
    if child.wait_status is not None:  # The fault was between its end and ours.
        return os.waitstatus_to_exitcode(child.wait_status)
    try:
        news = child.news()
    except ChildProcessError:  # Somebody has waited for it behind our back.
        return _LOST
    if news and os.WIFSTOPPED(news[0]):
        child.stop_with(os.WSTOPSIG(news[0]))
        return None
    return os.waitstatus_to_exitcode(news[0]) if news else None


def _pass_signals(child: Process, watch: Watch) -> None:
    for number in watch.arrived():
        if number != signals.CHLD:
            child.send(number)


def _pass_on(wire: Wire) -> bool:
    """Pass on what is there now; returns whether there was anything."""
    try:
        data = os.read(wire.source, 4096)
        rest = data
        while rest:
            rest = rest[os.write(wire.targets[0], rest) :]
    except OSError:  # Nothing there now, closed, or its reader has gone.
        return False
    return bool(data)


def _close(fd: int) -> None:
    try:
        os.close(fd)
    except OSError:
        return
