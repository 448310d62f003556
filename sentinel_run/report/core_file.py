"""Where the kernel put the core file of a crash (core(5)), and the native backtrace that gdb reads in it."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts

_SETTINGS = "/proc/sys/kernel"
_GDB_S = 20.0
_MOST_CHARS = 60_000
# No file of the working directory is obeyed, no symbols come from the network, no argument's value is printed.
_FIRST = (
    "auto-load off", "debuginfod enabled off", "pagination off", "width 0", "print frame-arguments none",
    "print entry-values no",
)  # fmt: skip
_GDB = ("gdb", "-nx", "-batch", *(word for setting in _FIRST for word in ("-iex", f"set {setting}")))
_MAPPED = re.compile(
    r"^\s*0x[0-9a-f]+\s+0x[0-9a-f]+\s+0x[0-9a-f]+\s+0x[0-9a-f]+\s+(?:[rwxps-]+\s+)?(/.*)$", re.MULTILINE
)


def where(facts: Facts) -> str:
    """Where the core file of the run is, in words."""
    pattern = _pattern()
    if pattern.startswith("|"):
        handler = os.path.basename(pattern[1:].split()[0]) if pattern[1:].split() else "a program"
        ask = f", ask: coredumpctl info {facts.place.pid}" if handler == "systemd-coredump" else ""
        return f"given to {handler}{ask}"
    found = path(facts)
    return f"core file {found}" if found else f"written as {pattern}, not found there"


def path(facts: Facts) -> str:
    """The run's core file, or an empty text. Its name is made by /proc/sys/kernel/core_pattern."""
    pattern = _pattern()
    if not pattern or pattern.startswith("|"):
        return ""
    known = {"p": facts.place.pid, "P": facts.place.pid, "u": facts.place.uid, "h": facts.place.host, "%": "%"}
    if facts.ending is not None and facts.ending.signal:
        known["s"] = facts.ending.signal
    name = re.sub("%(.)", lambda found: glob.escape(str(known[found[1]])) if found[1] in known else "*", pattern)
    files = glob.glob(os.path.join(glob.escape(facts.command.cwd), name))
    recent = [file for file in files if os.path.getmtime(file) >= facts.started_at - 1]
    return max(recent, key=os.path.getmtime, default="")


def backtrace(core: str) -> str:
    """gdb's backtrace of a core file, without the values of arguments; empty where there is no gdb.

    Raises OSError, and subprocess.SubprocessError when gdb takes longer than 20 s.
    """
    if not core or shutil.which("gdb") is None:
        return ""
    mapped = _MAPPED.findall(_gdb(f"--core={core}", "-ex", "info proc mappings"))
    return _frames(_gdb(*mapped[:1], core, "-ex", "bt 100"))[:_MOST_CHARS] if mapped else ""


def _frames(said: str) -> str:
    """The frames alone: what gdb says before has the whole command line in it, and the first frame once more."""
    lines = [line for line in said.splitlines() if line.startswith("#")]
    first = max((at for at, line in enumerate(lines) if line.startswith("#0 ")), default=0)
    return "\n".join(lines[first:])


def _gdb(*arguments: str) -> str:
    done = subprocess.run(
        (*_GDB, *arguments), stdin=subprocess.DEVNULL, capture_output=True, timeout=_GDB_S, check=False,
        text=True, errors="replace", env={**os.environ, "LC_ALL": "C.UTF-8", "DEBUGINFOD_URLS": ""},
    )  # fmt: skip
    return done.stdout


def _pattern() -> str:
    pattern = _setting("core_pattern")
    adds_pid = _setting("core_uses_pid") == "1" and "%p" not in pattern and not pattern.startswith("|")
    return f"{pattern}.%p" if pattern and adds_pid else pattern


def _setting(name: str) -> str:
    try:
        with open(f"{_SETTINGS}/{name}", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""
