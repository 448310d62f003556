"""The machine, by psutil. Each probe has a bounded time: a dead disk costs its own entry, never the report."""

from __future__ import annotations

import platform
import sys
import threading

import psutil

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_PROBE_S = 0.5
_MEMINFO_UNIT_BYTES = 1024


def bounded(probe: Callable[[], dict[str, Any]], limit_s: float = _PROBE_S) -> dict[str, Any]:
    """What `probe` finds within `limit_s`, or nothing. A probe that hangs is left behind in its thread."""
    found: dict[str, Any] = {}

    def look() -> None:
        try:
            found.update(probe())
        except (OSError, psutil.Error, ValueError, KeyError, RuntimeError):
            return  # A fact that this machine does not tell is left out of the report.

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(limit_s)
    return {} if thread.is_alive() else found


def operating_system() -> dict[str, Any]:
    """Name and version of the system, and of its kernel."""
    release = _os_release()
    uname = platform.uname()
    return {
        "name": release.get("NAME", uname.system),
        "version": release.get("VERSION_ID", uname.release),
        "kernel_version": uname.release,
        "build": uname.version,
    }


def device(host: str) -> dict[str, Any]:
    """The machine: its name, architecture, memory, processors and boot time."""
    memory = psutil.virtual_memory()
    return {
        "name": host,
        "arch": platform.machine(),
        "family": platform.system(),
        "memory_size": memory.total,
        "free_memory": memory.available,
        "processor_count": psutil.cpu_count(),
        "boot_time": _boot_time(),
    }


def runtime() -> dict[str, Any]:
    """The Python that reports."""
    return {
        "name": platform.python_implementation(),
        "version": platform.python_version(),
        "raw_description": sys.version,
    }


def cpu(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Any]:
    """Processors (frequency in MHz), the load at the end of the run, and how busy all were during the run."""
    frequency = psutil.cpu_freq()
    load = after.get("load", "").split()[:3]
    return {
        "physical": psutil.cpu_count(logical=False),
        "logical": psutil.cpu_count(),
        "frequency": round(frequency.current) if frequency else None,
        "load": [float(number) for number in load] or [round(number, 2) for number in psutil.getloadavg()],
        "percent": busy_percent(before.get("stat", ""), after.get("stat", "")),
    }


def memory(after: Mapping[str, str]) -> dict[str, Any]:
    """Memory and swap at the end of the run, in bytes."""
    told = dict(_meminfo(after.get("memory", "")))
    now, swap = psutil.virtual_memory(), psutil.swap_memory()
    total = told.get("MemTotal", now.total)
    available = told.get("MemAvailable", now.available)
    swap_total = told.get("SwapTotal", swap.total)
    return {
        "total": total,
        "available": available,
        "used": total - available,
        "percent": round(100 * (total - available) / total, 1) if total else None,
        "swap": {"total": swap_total, "used": swap_total - told.get("SwapFree", swap.free)},
    }


def disks() -> dict[str, Any]:
    """Each real partition by its mount point, in bytes. Network mounts are left out: a dead one never answers.

    A container's root is on none that can be seen from within; then it is what can run full.
    """
    kinds = {partition.mountpoint: partition.fstype for partition in psutil.disk_partitions(all=False)} or {
        "/": ""
    }
    return {path: {**usage, "type": kind} for path, kind in kinds.items() if (usage := _usage(path))}


def _usage(path: str) -> dict[str, Any]:
    return bounded(lambda: psutil.disk_usage(path)._asdict(), 0.1)


def busy_percent(before: str, after: str) -> float | None:
    """The share of busy time between two first lines of /proc/stat (proc(5)), in percent."""
    first, last = _ticks(before), _ticks(after)
    if not first or not last or sum(last) <= sum(first):
        return None
    idle = (last[3] + last[4]) - (first[3] + first[4])
    return round(100 * (1 - idle / (sum(last) - sum(first))), 1)


def _ticks(line: str) -> list[int]:
    """user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time already."""
    numbers = line.split()[1:9]
    return [int(number) for number in numbers] if len(numbers) == 8 else []


def _meminfo(text: str) -> list[tuple[str, int]]:
    rows = (line.partition(":") for line in text.splitlines() if line.endswith(" kB"))
    return [(name, int(size.split()[0]) * _MEMINFO_UNIT_BYTES) for name, _, size in rows]


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _boot_time() -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(psutil.boot_time(), UTC).isoformat()
