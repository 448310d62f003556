"""What this machine shows right after a failure, to prove or explain it: mounts, files, kernel log, core files.

Short texts by name, kept with the facts, so that `show` can tell them for ever. Each look has a bounded time.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from functools import partial

from sentinel_run.diagnose import details, signal_words
from sentinel_run.report import core_file, host, kernel_log, mounts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Ending, Facts

_LOOK_S, _CORE_S = 0.5, 45.0
_KILL, _SIGNALS = 9, 128


def gathered(facts: Facts, diagnosis: Diagnosis) -> dict[str, str]:
    """The evidence for a failed run's diagnosis; empty for any other, and on another boot of the machine."""
    ending = facts.ending
    if diagnosis.status == "ok" or ending is None or facts.place.boot_id != _boot_id():
        return {}
    found: dict[str, str] = {}
    for name, look, limit_s in _looks(facts, diagnosis, ending):
        found |= host.bounded(partial(_named, name, look), limit_s)
    return {name: text for name, text in found.items() if text}


def _named(name: str, look: Callable[[], str]) -> dict[str, str]:
    return {name: look()}


def _looks(facts: Facts, diagnosis: Diagnosis, ending: Ending) -> Iterator[tuple[str, Callable[[], str], float]]:
    """(name, look, seconds that it may take) of each look that the diagnosis asks for."""
    of = {detail.name: detail.subject for detail in diagnosis.details}
    room = of.get(details.DISK_FULL, of.get(details.READ_ONLY))
    if room is not None:
        yield "mount", partial(mounts.of_file, room, facts.command.cwd) if room else mounts.full_ones, _LOOK_S
    if of.get(details.DENIED):
        yield "file", partial(_permissions, os.path.join(facts.command.cwd, of[details.DENIED])), _LOOK_S
    if _may_be_the_kernels(ending) or details.IO_ERROR in of:
        yield "kernel", partial(kernel_log.during, facts.started_at, ending.at), 2 * _LOOK_S
    if ending.core_dumped:
        yield "core", partial(core_file.where, facts), _LOOK_S
    if ending.core_dumped and facts.reporting.core_backtrace:
        yield "backtrace", partial(_backtrace, facts), _CORE_S


def _may_be_the_kernels(ending: Ending) -> bool:
    """A crash, a KILL or a status above that of a signal; the log of another failure has nothing to say of it."""
    is_signal = ending.signal == _KILL or ending.signal_name in signal_words.CORES
    return is_signal or ending.lost or (ending.exit_status or 0) > _SIGNALS


def _backtrace(facts: Facts) -> str:
    try:
        return core_file.backtrace(core_file.path(facts))
    except subprocess.SubprocessError:
        return ""


def _permissions(path: str) -> str:
    """`/srv/x: -rw------- root root`, of the nearest file above it that can be looked at. Raises OSError."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        above = os.path.dirname(path.rstrip("/"))
        return _permissions(above) if above and above != path else ""
    return f"{path}: {stat.filemode(found.st_mode)}, owner {_login(found.st_uid)}, group {found.st_gid}"


def _login(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _boot_id() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:  # No /proc: the run, which has noted no boot then, is taken for one of this.
        return ""
