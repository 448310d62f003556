"""The kernel's own count of what it killed for lack of memory, in our control group, which the command shares, and
on all of the machine. Text as it stands there; what it means is the diagnosis's affair."""

from __future__ import annotations

from sentinel_run import kernel_file

_V1, _V2 = "/sys/fs/cgroup/memory", "/sys/fs/cgroup"
# Kernel documentation: admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst. One kind is there, not both.
_COUNTERS = ("memory.events", "memory.oom_control", "memory.failcnt", "memory.max", "memory.limit_in_bytes")
_ENOUGH_BYTES = 16384


def now() -> dict[str, str]:
    """`cgroup`: a line for each counter and limit of the group. `vmstat`: the line of the whole machine.

    What cannot be read is not there; nothing is raised.
    """
    found = {"cgroup": _of_group(), "vmstat": _of_machine()}
    return {name: text for name, text in found.items() if text}


def _of_group() -> str:
    folder = _folder()
    texts = ((name, _read(f"{folder}/{name}").strip()) for name in _COUNTERS) if folder else ()
    return "\n".join(text if " " in text else f"{name} {text}" for name, text in texts if text)


def _folder() -> str:
    """The folder of our memory group, or an empty text (cgroups(7), /proc/PID/cgroup)."""
    for line in _read("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        is_v1 = "memory" in controllers.split(",")
        if path.startswith("/..") or not (is_v1 or not controllers):
            continue
        # Where a container sees its own group only, that is the root of what is mounted.
        for folder in ((_V1 if is_v1 else _V2) + path, _V1 if is_v1 else _V2):
            if _read(f"{folder}/{'memory.oom_control' if is_v1 else 'memory.events'}"):
                return folder.rstrip("/")
    return ""


def _of_machine() -> str:
    return next((line for line in _read("/proc/vmstat").splitlines() if line.startswith("oom_kill ")), "")


def _read(path: str) -> str:
    return kernel_file.text(path, _ENOUGH_BYTES)
