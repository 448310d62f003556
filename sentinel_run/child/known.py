"""One process of the tree, from its first glimpse to its end."""

from __future__ import annotations

from sentinel_run.child import exit_status, signals
from sentinel_run.facts import Member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.child.procfs import Glimpse


class Known:
    """What is known of it. Times in seconds after the start of the run; `end_s` is the last time it was there."""

    __slots__ = ("end_s", "glimpse", "is_there", "parent", "peak_bytes", "pidfd", "start_s", "status", "words")

    def __init__(self, glimpse: Glimpse, start_s: float) -> None:
        self.glimpse, self.start_s, self.end_s = glimpse, start_s, start_s
        self.parent = glimpse.parent  # The first one: an orphan gets another.
        self.words: tuple[str, ...] = ()
        self.peak_bytes, self.pidfd, self.is_there = 0, -1, True
        self.status: int | None = None

    @property
    def cpu_s(self) -> float:
        """Of itself and of the children that it has waited for."""
        return self.glimpse.cpu_s + self.glimpse.waited_cpu_s

    @property
    def is_orphan(self) -> bool:
        """Whether it was seen with another parent than it had."""
        return self.glimpse.parent != self.parent

    def is_same(self, glimpse: Glimpse) -> bool:
        """Whether a glimpse of this pid is of this process: a pid is used again."""
        return self.glimpse.start_s == glimpse.start_s

    def has_grown(self, glimpse: Glimpse) -> bool:
        """Whether it may have more memory than at its last glimpse."""
        return self.glimpse.faults != glimpse.faults or not self.peak_bytes

    def member(self) -> Member:
        """The record of it."""
        ended = None if self.status is None else exit_status.decode(self.status)
        return Member(
            pid=self.glimpse.pid,
            parent=self.parent,
            argv=self.words,
            start_s=round(self.start_s, 3),
            end_s=round(self.end_s, 3),
            is_left=self.is_there,
            cpu_s=round(self.glimpse.cpu_s, 3),
            peak_rss_bytes=self.peak_bytes,
            exit_status=ended.exit_status if ended else None,
            signal_name=signals.name(ended.signal) if ended and ended.signal else "",
        )
