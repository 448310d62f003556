"""The machine, by psutil. Each probe has a bounded time: a dead disk costs its own entry, never the report."""

from __future__ import annotations

import platform
import sys

import psutil

from sentinel_run.report import bounds, counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_PROBE_S = 0.5


def bounded(probe: Callable[[], dict[str, Any]], limit_s: float = _PROBE_S) -> dict[str, Any]:
    """What `probe` finds within `limit_s`, or nothing. A probe that hangs is left behind in its thread."""
    return bounds.bounded(probe, limit_s, psutil.Error)


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
        "percent": counters.busy_percent(before.get("stat", ""), after.get("stat", "")),
    }


def memory(after: Mapping[str, str]) -> dict[str, Any]:
    """Memory and swap at the end of the run, in bytes."""
    told = counters.meminfo_bytes(after.get("memory", ""))
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


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _boot_time() -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(psutil.boot_time(), UTC).isoformat()
