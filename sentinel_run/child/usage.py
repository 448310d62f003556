"""What the command used, and the machine's counters around it. Numbers only; their meaning is the report's."""

from __future__ import annotations

import sys

from sentinel_run import kernel_file
from sentinel_run.child import memory_group, pids
from sentinel_run.facts import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from resource import struct_rusage

    from sentinel_run.child.sampler import Sampler

# getrusage(2): ru_maxrss is in kilobytes on Linux, in bytes on macOS.
_MAXRSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
_KERNEL_FILES = {"stat": "/proc/stat", "load": "/proc/loadavg", "memory": "/proc/meminfo"}
_MAXRSS_FIELD = 2


def of_command(used: struct_rusage, sampler: Sampler, before: dict[str, str], after: dict[str, str]) -> Usage:
    """The record of one wait4(2), of the command and what it waited for, and of the looks at its tree."""
    return Usage(
        user_s=used.ru_utime,
        system_s=used.ru_stime,
        max_rss_bytes=used.ru_maxrss * _MAXRSS_UNIT_BYTES,
        minor_faults=used.ru_minflt,
        major_faults=used.ru_majflt,
        blocks_in=used.ru_inblock,
        blocks_out=used.ru_oublock,
        voluntary_switches=used.ru_nvcsw,
        involuntary_switches=used.ru_nivcsw,
        processes_seen=sampler.processes_seen,
        tree_peak_rss_bytes=sampler.peak_rss_bytes,
        tree_cpu_s=round(used.ru_utime + used.ru_stime + sampler.unwaited_cpu_s(), 6),
        before=before,
        after=after,
    )


def of_part(first: struct_rusage, last: struct_rusage, before: dict[str, str]) -> Usage:
    """The record of what a process used between two looks (getrusage(2)); the peak of memory is all its own."""
    return Usage(
        user_s=last.ru_utime - first.ru_utime,
        system_s=last.ru_stime - first.ru_stime,
        max_rss_bytes=last.ru_maxrss * _MAXRSS_UNIT_BYTES,
        minor_faults=last.ru_minflt - first.ru_minflt,
        major_faults=last.ru_majflt - first.ru_majflt,
        blocks_in=last.ru_inblock - first.ru_inblock,
        blocks_out=last.ru_oublock - first.ru_oublock,
        voluntary_switches=last.ru_nvcsw - first.ru_nvcsw,
        involuntary_switches=last.ru_nivcsw - first.ru_nivcsw,
        before=before,
        after=machine_now(),
    )


def together(first: struct_rusage, second: struct_rusage) -> struct_rusage:
    """The usage of two commands, one after the other; memory is that of the larger one."""
    from resource import struct_rusage as made

    summed = [one + other for one, other in zip(first, second, strict=True)]
    summed[_MAXRSS_FIELD] = max(first.ru_maxrss, second.ru_maxrss)
    return made(summed)


def machine_now() -> dict[str, str]:
    """The kernel's own counters at this moment, as text; empty where there is no /proc."""
    return {name: text for name, path in _KERNEL_FILES.items() if (text := _read(path))}


def limits_of(pid: int) -> str:
    """The limits of a process, also of one that has ended and was not waited for yet; empty if not to be had."""
    return _read(f"/proc/{pid}/limits") if pids.are_those_of_proc() else ""


def at_end(*, failed: bool, limits: str = "") -> dict[str, str]:
    """The counters at the end; with what a failure may come of: memory, and the limits that the command had.

    `limits_at_end` are its own, `limits` ours, which it was started with, where its own were not to be had.
    """
    if not failed:
        return machine_now()
    known = {"limits_at_end": limits} if limits else {"limits": _read("/proc/self/limits")}
    return {**machine_now(), **memory_group.now(), **{name: text for name, text in known.items() if text}}


def _read(path: str) -> str:
    """Only /proc/stat is long, and its first line is what counts."""
    text = kernel_file.text(path)
    return text.partition("\n")[0] if path.endswith("/stat") else text
