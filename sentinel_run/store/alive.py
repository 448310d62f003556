"""Whether the wrapper of a run is alive: its pid alone says nothing, as another process may have it by now.

A process is known by its pid within a pid namespace, by the time when it started, and by the boot of its kernel.
"""

from __future__ import annotations

import os

from sentinel_run import kernel_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Place

_DEAD_STATES = ("Z", "X")
# Fields behind the name of the program, which may hold anything (proc(5), stat): state, and time of the start.
_STATE, _STARTED = 0, 19


def started_ticks(pid: int) -> int:
    """When the process started, in clock ticks since boot; 0 if it is not there, or dead and not yet reaped."""
    fields = kernel_file.of_process(pid)[1]
    if len(fields) <= _STARTED or fields[_STATE] in _DEAD_STATES:
        return 0
    return int(fields[_STARTED])


def pid_space() -> str:
    """The name of our pid namespace: only in the same one a pid means the same process."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def boot_id() -> str:
    """The kernel's name for this boot of the machine."""
    return kernel_file.text("/proc/sys/kernel/random/boot_id").strip()


def is_alive(place: Place) -> bool:
    """Whether the wrapper is certainly alive."""
    return _is_comparable(place) and started_ticks(place.wrapper_pid) == place.wrapper_started


def is_gone(place: Place) -> bool:
    """Whether the wrapper is certainly gone: its machine was booted since, or no such process is there."""
    if place.host != os.uname().nodename or not place.boot_id:
        return False
    if place.boot_id != boot_id():
        return True
    return _is_comparable(place) and started_ticks(place.wrapper_pid) != place.wrapper_started


def _is_comparable(place: Place) -> bool:
    return place.wrapper_started > 0 and (place.boot_id, place.pid_space) == (boot_id(), pid_space())
