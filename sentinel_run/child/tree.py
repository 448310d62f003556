"""The processes of a run: the command's descendants, and those that left the tree but carry the run's mark."""

from __future__ import annotations

import os

from sentinel_run import kernel_file
from sentinel_run.child import pids
from sentinel_run.records import RUN_ID, SERVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def members(root: int, run_id: str) -> list[int]:
    """Pids of the run's living processes, `root` first if it lives.

    A process that left the tree (a daemon, a `setsid`) is known by SENTINEL_RUN_ID in its environment. A `deliver`
    in the tree is none of them.
    """
    parents = dict(_parents())
    # Without a /proc of ours the command itself is all that can be known.
    tree = [root] if root in parents or not parents else []
    for pid in tree:
        tree += [child for child, parent in parents.items() if parent == pid and child not in tree]
    tree[1:] = [pid for pid in tree[1:] if f"{SERVER}=1".encode() not in _environ(pid)]
    mark = f"{RUN_ID}={run_id}".encode()
    escaped = [pid for pid in parents if pid not in tree and mark in _environ(pid)]
    return tree + escaped


def ancestors() -> list[int]:
    """Pids of the processes above ours, nearest first, as far as /proc tells."""
    return [pid for pid, _ in kernel_file.upwards(os.getppid())] if pids.are_those_of_proc() else []


def _parents() -> Iterator[tuple[int, int]]:
    """(pid, parent's pid) of every process that is no zombie (proc(5), stat)."""
    try:
        entries = os.listdir("/proc") if pids.are_those_of_proc() else []
    except OSError:  # It is not ours to read.
        return
    for entry in entries:
        fields = kernel_file.of_process(entry)[1] if entry.isdigit() else []
        if fields and fields[0] not in ("Z", "X"):
            yield int(entry), int(fields[1])


def _environ(pid: int) -> list[bytes]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []
