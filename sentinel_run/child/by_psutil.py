"""The same as `procfs` by psutil, for systems without /proc; each look walks all processes of the machine."""

from __future__ import annotations

import time

from sentinel_run.child.procfs import Glimpse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psutil import Process


def now_s() -> float:
    """The clock of `Glimpse.start_s`: seconds since the epoch."""
    return time.time()


def walk(known: Mapping[int, float]) -> Iterator[Glimpse]:
    """See `procfs`."""
    import psutil

    everyone = {process.pid: process for process in psutil.process_iter(["ppid"])}
    pids, met = list(known), set[int]()
    for pid in pids:
        glimpse = _glimpse(everyone[pid]) if pid in everyone and pid not in met else None
        if glimpse is None or known.get(pid) not in (None, 0.0, glimpse.start_s):
            continue
        met.add(pid)
        yield glimpse
        pids += [child for child, process in everyone.items() if process.info["ppid"] == pid]


def words(pid: int) -> tuple[str, ...]:
    """See `procfs`."""
    import psutil

    try:
        process = psutil.Process(pid)
        return tuple(process.cmdline()) or (process.name(),)
    except psutil.Error:
        return ("",)


def peak_bytes(glimpse: Glimpse) -> int:
    """The best that is known here."""
    return glimpse.rss_bytes


def zombie_status(pid: int, start_s: float) -> int | None:
    """Nothing is known of the status of other processes' children."""
    return None


def _glimpse(process: Process) -> Glimpse | None:
    import psutil

    try:
        with process.oneshot():
            used, rss_bytes, parent = process.cpu_times(), process.memory_info().rss, process.ppid()
            start_s, name = process.create_time(), process.name()
            is_gone = process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:  # Gone meanwhile, or somebody else's.
        return None
    waited_s = getattr(used, "children_user", 0.0) + getattr(used, "children_system", 0.0)
    cpu_s, image = used.user + used.system, name.encode()
    return None if is_gone else Glimpse(process.pid, parent, start_s, cpu_s, waited_s, rss_bytes, rss_bytes, image)
