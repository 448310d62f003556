"""The command as the loop knows it: its end, its stops, and how a signal reaches it."""

from __future__ import annotations

import os
import resource  # noqa: TC003  # os.wait4 loads it when the status is in its hands: too late to fail.

from sentinel_run.child import signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel_run.child.poller import Poller


class Process:
    """A command that is our own child, in our process group."""

    # Whether signals to our process group reach it without us.
    is_beside_us = True
    # Once somebody has been told of its end: nobody else will be.
    wait_status: int | None = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    @property
    def made_by_us(self) -> int:
        """The pid of our own child that runs it: itself."""
        return self.pid

    def open_news(self) -> int:
        """A descriptor that is readable when `news` has something, or -1; SIGCHLD tells it too."""
        try:
            return os.pidfd_open(self.pid)
        except (OSError, AttributeError):
            return -1

    def news(self) -> tuple[int, resource.struct_rusage] | None:
        """The next wait status and usage (wait4(2)), of a stop or the end. Raises ChildProcessError after that."""
        pid, status, used = os.wait4(self.pid, os.WNOHANG | os.WUNTRACED)
        return (status, used) if pid else None

    def has_ended(self) -> bool:
        """Whether it is over, though `news` has not told that yet."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def send(self, number: int) -> bool:
        """Send it a signal; whether it was there and ours to send to."""
        return signals.send(self.pid, number)

    def stop_with(self, number: int) -> None:
        """A shell that waits for us must see that its job stopped, as it would have seen of the command."""
        from sentinel_run.child import waker

        waker.stop_with(self.pid)

    def sit_down(self, poll: Poller, heard: Callable[[int], None]) -> None:
        """Bring the terminal to the command, if it has one of its own; `heard` is told of signals typed there."""

    def serve(self) -> None:
        """Pass on what was typed, where no loop does it."""

    def stand_up(self) -> None:
        """Leave the terminal as it was found. Can be called again."""

    def reap(self) -> None:
        """Leave no process of ours behind it."""
