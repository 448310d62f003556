"""What the kernel said of the command's end, and how we end the same way."""

from __future__ import annotations

import os

from sentinel_run.child import signals
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class Ended(Record):
    """A wait status in plain terms (wait(2)): either an exit status or a signal."""

    exit_status: int | None
    signal: int | None = None
    core_dumped: bool = False


def decode(wait_status: int) -> Ended:
    """The meaning of a wait status of a process that ended."""
    if os.WIFSIGNALED(wait_status):
        return Ended(None, os.WTERMSIG(wait_status), os.WCOREDUMP(wait_status))
    return Ended(os.WEXITSTATUS(wait_status))


def exit_like(ended: Ended) -> NoReturn:
    """End this process as the command ended; never returns.

    By the same signal where it died of one, so that our parent reads the true wait status. No core file of ours:
    a limit of 1 also stops the kernel from piping one to a handler (core(5)), which a limit of 0 does not.
    """
    if ended.signal is None:
        os._exit(ended.exit_status or 0)
    _forbid_core()
    signals.die_of(ended.signal)
    os._exit(128 + ended.signal)


def _forbid_core() -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (min(1, hard) if hard != resource.RLIM_INFINITY else 1, hard))
