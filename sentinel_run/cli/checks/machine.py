"""What the machine can tell of a run: clock and time zone, where core files go, the control group's counters."""

from __future__ import annotations

import ctypes
import os
import resource
import time

from sentinel_run import monitors
from sentinel_run.child import memory_group
from sentinel_run.cli.checks.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_CORE_PATTERN = "/proc/sys/kernel/core_pattern"
# No machine that runs this release has a right to think that it is earlier (2025-01-01).
_EARLIEST_S = 1735689600.0
# adjtimex(2): the return value of a clock that nothing keeps right.
_TIME_ERROR, _TIMEX_BYTES = 5, 208


def machine(environ: Mapping[str, str]) -> Finding:
    """Facts about the machine. Only a clock that is wrong beyond doubt is a problem: reports would be refused."""
    now_s = time.time()
    facts: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now_s)),
        "timezone": monitors.local_zone(environ) or None,
        "clock_kept_right": _is_kept_right(),
        "core_pattern": _core_pattern(),
        "core_limit_bytes": _core_limit(),
        "memory_counters": bool(memory_group.now().get("cgroup")),
        "processors": os.cpu_count(),
    }
    problems = () if now_s >= _EARLIEST_S else (f"the clock is wrong: it says {facts['time']}",)
    advice = ("set the clock, by NTP at best; Sentry refuses reports of another time",) if problems else ()
    return Finding(facts, problems, advice)


def _is_kept_right() -> bool | None:
    """Whether the kernel knows of something that keeps its clock right (NTP); None where it does not say."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def _core_pattern() -> str | None:
    try:
        with open(_CORE_PATTERN, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


def _core_limit() -> int | None:
    """The size up to which a core file is written, None for any; 0 for none at all."""
    soft = resource.getrlimit(resource.RLIMIT_CORE)[0]
    return None if soft == resource.RLIM_INFINITY else soft
