"""What a pid means: a number of one pid namespace, which need not be the one that /proc speaks of."""

from __future__ import annotations

import os


def are_those_of_proc() -> bool:
    """Whether /proc is there and tells of processes by the numbers under which we know them.

    After `unshare --pid --fork` without `--mount-proc`, and in a container that was given its host's /proc, the
    same number is another process there (pid_namespaces(7)).
    """
    try:
        return os.readlink("/proc/self") == str(os.getpid())
    except OSError:
        return False
