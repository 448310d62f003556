"""The mount that a file is on, and how full it is."""

from __future__ import annotations

import os

import psutil

TYPE_CHECKING = False
if TYPE_CHECKING:
    from psutil._ntuples import sdiskpart

_FULL_SHARE, _SCARCE_SHARE = 0.001, 0.01
_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def of_file(path: str, cwd: str) -> str:
    """The mount of `path`, which need not be there, with its usage at this moment. Raises OSError."""
    there = os.path.realpath(os.path.join(cwd, path))
    mounts = [mount for mount in psutil.disk_partitions(all=True) if _is_above(mount.mountpoint, there)]
    return in_words(max(mounts, key=lambda mount: len(mount.mountpoint))) if mounts else ""


def full_ones() -> str:
    """The local mounts that have no room or no inodes left, one a line."""
    return "\n".join(in_words(mount) for mount in psutil.disk_partitions(all=True) if _is_full(mount))


def in_words(mount: sdiskpart) -> str:
    """`/srv (ext4): 0 B of 1.0 GB free`, and the inodes where these are scarce. Raises OSError."""
    found = os.statvfs(mount.mountpoint)
    kind = mount.fstype + (", read-only" if found.f_flag & os.ST_RDONLY else "")
    room = f"{_size(found.f_bavail * found.f_frsize)} of {_size(found.f_blocks * found.f_frsize)} free"
    scarce = found.f_files > 0 and found.f_favail < found.f_files * _SCARCE_SHARE
    inodes = f", {found.f_favail:,} of {found.f_files:,} inodes free" if scarce else ""
    return f"{mount.mountpoint} ({kind}): {room}{inodes}"


def _is_above(mountpoint: str, path: str) -> bool:
    return path == mountpoint or path.startswith(mountpoint.rstrip("/") + "/")


def _is_full(mount: sdiskpart) -> bool:
    if not mount.device.startswith("/") and mount.fstype not in ("tmpfs", "overlay"):
        return False  # Kernel file systems have no room by nature, and a dead network mount never answers.
    try:
        found = os.statvfs(mount.mountpoint)
    except OSError:
        return False
    is_out_of_inodes = found.f_files > 0 and found.f_favail == 0
    return bool(found.f_blocks) and (found.f_bavail <= found.f_blocks * _FULL_SHARE or is_out_of_inodes)


def _size(count: float) -> str:
    for unit_bytes, unit in _UNITS:
        if count >= unit_bytes:
            return f"{count / unit_bytes:.3g} {unit}"
    return f"{count:.0f} B"
