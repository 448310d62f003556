"""Looks at the command's process tree now and then: how many processes there were, how much memory they took.

Read from /proc directly, which is far cheaper than a walk by a library. What lives shorter than the time between
two looks is not seen.
"""

from __future__ import annotations

import os
import time

from sentinel_run.child import poller

_FIRST_S, _LONGEST_S, _SLOWER = 0.1, 1.0, 1.5


class Sampler:
    """The first look after 100 ms, then ever slower to one a second; none where there is no /proc."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._seen: set[int] = {root}
        self._pause_s = _FIRST_S
        self._due_s = time.monotonic() + _FIRST_S if os.path.isdir("/proc/self/task") else float("inf")
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        self.peak_rss_bytes = 0

    @property
    def processes_seen(self) -> int:
        """How many different processes were there at any look, the command among them."""
        return len(self._seen)

    def include(self, other: Sampler) -> Sampler:
        """Count what another one has seen too."""
        self._seen |= other._seen
        self.peak_rss_bytes = max(self.peak_rss_bytes, other.peak_rss_bytes)
        return self

    def wait_ms(self, otherwise: int | None) -> int | None:
        """How long the loop may sleep; `otherwise` is what others want."""
        return poller.until_ms(self._due_s, otherwise)

    def act(self) -> None:
        """Take the look that is due, if any."""
        if time.monotonic() < self._due_s:
            return
        self._look()
        self._pause_s = min(self._pause_s * _SLOWER, _LONGEST_S)
        self._due_s = time.monotonic() + self._pause_s

    def _look(self) -> None:
        pids = [self._root]
        for pid in pids:
            pids += _children(pid)
        self._seen.update(pids)
        self.peak_rss_bytes = max(self.peak_rss_bytes, sum(map(_rss_pages, pids)) * self._page_bytes)


def _children(pid: int) -> list[int]:
    """Children of every thread of `pid` (proc(5), task/TID/children)."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb", buffering=0) as file:
                found += map(int, file.read(65536).split())
    except (OSError, ValueError):  # Gone meanwhile, or the last number was cut.
        return found
    return found


def _rss_pages(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:
            return int(file.read(256).split()[1])
    except (OSError, IndexError, ValueError):
        return 0
