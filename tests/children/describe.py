"""Writes down all that a program can see of the world it was started in, as JSON into the file named by its argument.

Only relations of process ids are told, and no device numbers of pipes or terminals: those differ from run to run.
"""

import fcntl
import json
import os
import resource
import signal
import sys
import termios

ADDED = (b"SENTRY_TRACE=", b"SENTRY_BAGGAGE=", b"TRACEPARENT=", b"SENTINEL_RUN_ID=", b"SENTINEL_RUN_NOTES=")
STATUS = ["Umask", "Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "Cpus_allowed", "CapPrm", "CapEff"]
FILES = ["oom_score_adj", "timerslack_ns", "cgroup", "coredump_filter", "personality", "loginuid"]
# Two signals of the C library's own are left ignored by its posix_spawn(3).
LIBRARY_SIGNALS = 0x1_8000_0000


def main() -> None:
    report = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    seen = {
        "argv": content("/proc/self/cmdline").split("\0"),
        "environ": [e for e in raw("/proc/self/environ").split(b"\0") if not e.startswith(ADDED)],
        "cwd": os.readlink("/proc/self/cwd"),
        "root": os.readlink("/proc/self/root"),
        **{f"descriptor {fd}": descriptor(fd) for fd in descriptors() if fd != report},
        "same files": {"0 and 1": same(0, 1), "1 and 2": same(1, 2), "0 and 2": same(0, 2)},
        "limits": content("/proc/self/limits"),
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "scheduler": [os.sched_getscheduler(0), sorted(os.sched_getaffinity(0))],
        "status": {name: value for name, value in status().items() if name in STATUS},
        "signals": [int(status()[name], 16) & ~LIBRARY_SIGNALS for name in ("SigBlk", "SigIgn")],
        "pending": status()["SigPnd"],
        "job": job(),
        "files": {name: content(f"/proc/self/{name}") for name in FILES},
        "namespaces": {name: os.readlink(f"/proc/self/ns/{name}") for name in sorted(os.listdir("/proc/self/ns"))},
        "alarm": signal.getitimer(signal.ITIMER_REAL)[0] > 0,
        "core": resource.getrlimit(resource.RLIMIT_CORE),
    }
    os.write(report, json.dumps(seen, default=repr, sort_keys=True, indent=1).encode())


def raw(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        return repr(error).encode()


def content(path: str) -> str:
    return raw(path).decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace").decode()


def status() -> dict[str, str]:
    rows = content("/proc/self/status").split("\n")
    return {name: value.strip() for name, _, value in (row.partition(":") for row in rows)}


def descriptors() -> list[int]:
    return sorted(fd for fd in map(int, os.listdir("/proc/self/fd")) if is_open(fd))


def is_open(fd: int) -> bool:
    try:
        fcntl.fcntl(fd, fcntl.F_GETFD)
    except OSError:  # The one that listed the directory.
        return False
    return True


def descriptor(fd: int) -> dict[str, object]:
    """How it is open; of those that we may replace only what does not tell a pipe from a file."""
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    told: dict[str, object] = {"access": flags & os.O_ACCMODE, "nonblocking": flags & os.O_NONBLOCK}
    if os.isatty(fd):
        attributes = termios.tcgetattr(fd)
        told |= {"size": list(os.get_terminal_size(fd)), "foreground": foreground(fd)}
        told |= {"processes output": attributes[1] & termios.OPOST, "keys": repr(attributes[6])}
        told |= {"settings": [attributes[0], attributes[1] & ~termios.OPOST, *attributes[2:6]]}
    elif fd not in (1, 2):
        told |= {"mode": os.fstat(fd).st_mode, "flags": flags}
    return told


def foreground(fd: int) -> object:
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError as error:
        return error.errno


def same(one: int, other: int) -> object:
    try:
        return os.path.samestat(os.fstat(one), os.fstat(other))
    except OSError as error:
        return error.errno


def job() -> dict[str, object]:
    """Our group and session, and whether there is a terminal that controls us."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
        has_terminal = True
    except OSError:
        has_terminal = False
    return {"has terminal": has_terminal, "group": os.getpgrp(), "session": os.getsid(0)}


main()
