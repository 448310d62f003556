"""What /proc tells of a tree of processes (proc(5)), read directly: a library's walk is far dearer."""

from __future__ import annotations

import os
import time

from sentinel_run.child import pids as numbers
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TICKS, _PAGE_BYTES = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
# The longest command line that is read. A word beyond it is left out whole: half a secret is known by no pattern.
_WORDS_BYTES = 2048
_GONE = (b"Z", b"X")
# Since Linux 3.5; an imitation of /proc that has fewer shows nothing.
_FIELDS = 50


class Glimpse(Record):
    """One process at one look. `start_s` is by `now_s`; `waited_cpu_s` is of the children that it waited for.

    While `faults` stays the same it has touched no more memory; `image` is another one after it has executed
    another program.
    """

    pid: int
    parent: int
    start_s: float
    cpu_s: float
    waited_cpu_s: float
    rss_bytes: int
    faults: int
    image: bytes


def now_s() -> float:
    """The clock of `Glimpse.start_s`: seconds since the boot, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def walk(known: Mapping[int, float]) -> Iterator[Glimpse]:
    """Those `known` (pid and start; 0 for any) that live, and all their descendants, each once.

    A zombie counts as gone. A pid that belongs to another process by now is told by its start.
    """
    if not numbers.are_those_of_proc():
        return
    pids, met = list(known), set[int]()
    for pid in pids:
        stat = _stat(pid) if pid not in met else None
        if stat is None or stat[1][0] in _GONE:
            continue
        glimpse = _glimpse(pid, *stat)
        if known.get(pid) not in (None, 0.0, glimpse.start_s):
            continue
        met.add(pid)
        yield glimpse
        pids += _children(pid, threads=int(stat[1][17]))


def words(pid: int) -> tuple[str, ...]:
    """The command line; the process's short name where it has none or does not show it."""
    told = _read(f"/proc/{pid}/cmdline", _WORDS_BYTES)
    if len(told) == _WORDS_BYTES:
        told = told[: told.rfind(b"\0") + 1] + "…".encode()
    told = told.rstrip(b"\0") or _read(f"/proc/{pid}/comm", _WORDS_BYTES).rstrip(b"\n")
    return tuple(os.fsdecode(word) for word in told.split(b"\0"))


def peak_bytes(glimpse: Glimpse) -> int:
    """The peak of resident memory of this process so far."""
    found = _read(f"/proc/{glimpse.pid}/status", 4096).partition(b"VmHWM:")[2]
    return int(found.split(None, 1)[0]) * 1024 if found else glimpse.rss_bytes


def zombie_status(pid: int, start_s: float) -> int | None:
    """The wait status of a process that has ended and that its parent has not waited for yet, if it is ours."""
    found = _stat(pid)
    if found is None or found[1][0] not in _GONE or int(found[1][19]) / _TICKS != start_s:
        return None
    try:  # To others the kernel says 0, which must not be taken for success.
        return int(found[1][49]) if os.stat(f"/proc/{pid}").st_uid == os.geteuid() else None
    except OSError:
        return None


def _stat(pid: int) -> tuple[bytes, list[bytes]] | None:
    """The short name, and the fields after it: the first is number 3 of proc_pid_stat(5), the state."""
    head, _, rest = _read(f"/proc/{pid}/stat", 4096).rpartition(b")")
    fields = rest.split()
    return (head, fields) if len(fields) >= _FIELDS else None


def _glimpse(pid: int, name: bytes, fields: list[bytes]) -> Glimpse:
    return Glimpse(
        pid,
        int(fields[1]),
        int(fields[19]) / _TICKS,
        (int(fields[11]) + int(fields[12])) / _TICKS,
        (int(fields[13]) + int(fields[14])) / _TICKS,
        int(fields[21]) * _PAGE_BYTES,
        int(fields[7]) + int(fields[9]),
        # Where its arguments lie in memory: another place after each execve(2), even of the same program. Amidst
        # one they begin already but do not end yet, and a command line that is read then is empty.
        name + b" ".join(fields[45:47]),
    )


def _children(pid: int, *, threads: int) -> list[int]:
    """Children of every thread of `pid` (proc(5), task/TID/children)."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task") if threads > 1 else (pid,):
            found += map(int, _read(f"/proc/{pid}/task/{thread}/children", 65536).split())
    except (OSError, ValueError):  # Gone meanwhile, or the last number was cut.
        return found
    return found


def _read(path: str, most: int) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(fd, most)
    except OSError:  # It ended between the two.
        return b""
    finally:
        os.close(fd)
