"""Hands the facts over to `sentinel-run deliver`: starts it detached, waits for it, or leaves it for later.

One `deliver` at a time serves a state directory. It holds `deliver.lock`; whoever finds the lock free takes it and
gives it to the process that he starts, so a thousand runs that end together start one. A `deliver` looks at the
journal once more after it has let the lock go, so an entry that was written while it was held is never left alone.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time

import sentinel_run
from sentinel_run import options
from sentinel_run.child import descriptors
from sentinel_run.own_fd import above_standard
from sentinel_run.records import RUN_ID, SERVER, Record
from sentinel_run.store import lock, own_entry
from sentinel_run.store.paths import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sentinel_run.facts import Facts
    from sentinel_run.records import Plan

LATER, WAIT, BACKGROUND = "later", "wait", "background"
# As `background`, from a program of the user's: it must not find a child that it did not start.
GUEST = "guest"
_ORPHAN = ("/bin/sh", "-c", '"$@" &', "sh")
_LOOK_EVERY_S = 0.01
# A quick delivery is over before that, and then nothing is loaded to ask with.
_ASK_EVERY_S = 0.25


def mode(chosen: str, facts: Facts) -> str:
    """What `auto` means here: `wait` where what we leave behind is killed when we end."""
    if chosen != "auto":
        return chosen
    place = facts.place
    is_fleeting = bool(place.ci) or place.container or place.systemd or place.wrapper_pid == 1
    return WAIT if is_fleeting else BACKGROUND


def environ_of(plan: Plan) -> dict[str, str]:
    """The environment that `deliver` is started in: also what the command line says of the history and the server.

    It resolves settings of its own, so headers come with the DSN that they are for.
    """
    said = {
        option.variable: str(plan.value(option.name))
        for option in options.TABLE
        if option.group == options.HISTORY
    }
    if plan.value("header"):
        from sentinel_run import headers

        said[options.BY_NAME["dsn"].variable] = plan.value("dsn") or ""
        said[options.BY_NAME["header"].variable] = headers.joined(plan.value("header"))
    return {**plan.environ, **said}


class Waiting(Record):
    """How `wait` waits: at most so long, and not on after `is_called_off` says yes (somebody asks us to end).

    `meanwhile` is done once, as soon as the delivery is under way or left for later.
    """

    timeout_s: float
    is_called_off: Callable[[], bool]
    meanwhile: Callable[[], None] = lambda: None

    def until(self, is_done: Callable[[], bool], is_vain: Callable[[float], bool] = lambda end_at: False) -> None:
        """Return once `is_done`, when waiting is over, or when it `is_vain` to wait up to that moment."""
        deadline, end_at = time.monotonic() + self.timeout_s, time.time() + self.timeout_s
        ask_at = time.monotonic() + _ASK_EVERY_S
        while not is_done() and time.monotonic() < deadline and not self.is_called_off():
            if time.monotonic() > ask_at:
                if is_vain(end_at):
                    return
                ask_at = time.monotonic() + _ASK_EVERY_S
            time.sleep(_LOOK_EVERY_S)


def through_store(state: str, facts: Facts, environ: Mapping[str, str], *, how: str, waiting: Waiting) -> None:
    """Have the journal's entry of `facts` delivered. Returns at once unless `how` is `wait`."""
    pid = wake(state, facts, environ, is_guest=how == GUEST) if how != LATER else 0
    waiting.meanwhile()
    if how == WAIT:
        waiting.until(
            lambda: not is_waiting(state, facts) or (pid > 0 and _has_ended(pid)),
            lambda end_at: _is_resting(state, facts, end_at),
        )


def wake(state: str, facts: Facts, environ: Mapping[str, str], *, is_guest: bool = False) -> int:
    """Have the journal looked at: the pid of the `deliver` that was started, 0 if one is at work already."""
    environ = {**environ, "SENTINEL_RUN_STATE_DIR": state}
    # Where memory had no place for the headers, whoever is at work cannot send what needs them.
    is_ours_alone = bool(facts.reporting.headers) and not facts.reporting.headers_at
    return _have_served(
        os.path.join(state, "deliver.lock"), environ, is_guest=is_guest, is_ours_alone=is_ours_alone
    )


def _have_served(lock_path: str, environ: Mapping[str, str], *, is_guest: bool, is_ours_alone: bool) -> int:
    """The pid of the `deliver` that was started, 0 if one is at work already. One that hangs is replaced."""
    held = lock.take(lock_path)
    if held is None:
        how = "--replace" if lock.is_neglected(lock_path) else "--after" if is_ours_alone else ""
        return _start((how,), environ, is_guest=is_guest) if how else 0
    os.utime(held)  # It has just been taken; the one to come needs a moment to its first step.
    pid = _start(("--lock-fd", str(held)), environ, keep=held, is_guest=is_guest)
    os.close(held)
    return pid


def until_delivered(state: str, facts: Facts, waiting: Waiting) -> None:
    """Return when all of this run has been taken in and sent, or waiting is over."""
    waiting.until(lambda: not is_waiting(state, facts), lambda end_at: _is_resting(state, facts, end_at))


def through_memory(text: str, environ: Mapping[str, str], *, how: str, waiting: Waiting) -> None:
    """The same without a usable store: the facts go to `deliver` through memory that both share.

    There is no later then, so that is taken for the background.
    """
    pid = _start(("--facts-fd", "0"), environ, stdin=_in_memory(text.encode()))
    waiting.meanwhile()
    if how == WAIT:
        waiting.until(lambda: _has_ended(pid))


def _start(
    arguments: tuple[str, ...],
    environ: Mapping[str, str],
    *,
    keep: int = -1,
    stdin: int = -1,
    is_guest: bool = False,
) -> int:
    """Start `deliver` in a session of its own, with none of the descriptors that the command was given."""
    null = _nothing()
    actions = [(os.POSIX_SPAWN_DUP2, stdin if stdin >= 0 else null, 0)]
    actions += [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (1, 2)]
    actions += [(os.POSIX_SPAWN_CLOSE, fd) for fd in descriptors.inherited() if fd != keep]  # type: ignore[misc]
    if keep >= 0:
        os.set_inheritable(keep, True)
    ours = (sys.executable, *_python_options(environ), *_ourselves(), "deliver", *arguments)
    argv = (*_ORPHAN, *ours) if is_guest else ours
    pid = os.posix_spawn(argv[0], argv, _as_server(environ), file_actions=actions, setsid=True)
    return _reaped(pid) if is_guest else pid


def _as_server(environ: Mapping[str, str]) -> dict[str, str]:
    """It serves others too: the timeout of a run around us must stop it neither by its mark nor as our child."""
    return {name: value for name, value in environ.items() if name != RUN_ID} | {SERVER: "1"}


def _nothing() -> int:
    """A descriptor that has nothing to read, and whose writes nobody reads."""
    try:
        return above_standard(os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC))
    except OSError:  # A bare chroot has no /dev.
        return _memory_file()


def _python_options(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A job's own PYTHONPATH may hold modules of our libraries' names; it stays only where we are found by it."""
    home = _home()
    paths = [os.path.abspath(path) for path in environ.get("PYTHONPATH", "").split(":")]
    spared = ("-B",) if sys.dont_write_bytecode else ()
    return ("-P", *spared) if home in paths else ("-E", "-P", *spared)


def _ourselves() -> tuple[str, ...]:
    """How Python starts us: as a module, or as the one file that we were packed into (zipapp)."""
    return (_home(),) if os.path.isfile(_home()) else ("-m", "sentinel_run")


def _home() -> str:
    """Where our package lies: a folder, or a zip file."""
    return os.path.dirname(os.path.abspath(sentinel_run.__path__[0]))


def is_waiting(state: str, facts: Facts) -> bool:
    """Whether anything of this run is still to be taken in or sent."""
    run_id = facts.identity.run_id
    from sentinel_run.store import outbox

    return own_entry.is_waiting(state, run_id) or outbox.is_waiting(state, facts.started_at, run_id)


def _is_resting(state: str, facts: Facts, end_at: float) -> bool:
    """Whether the run's server, after failures, is left alone until later than that: no report leaves before."""
    if own_entry.is_waiting(state, facts.identity.run_id):
        return False
    import sqlite3

    from sentinel_run.store.history import History

    try:
        return History.resting_until(state, facts.reporting.dsn) > end_at
    except sqlite3.Error:  # No history, so nothing is known of it.
        return False


def _reaped(pid: int) -> int:
    """0 in place of the pid of a shell that has done its work."""
    _has_ended(pid, options=0)
    return 0


def _has_ended(pid: int, options: int = os.WNOHANG) -> bool:
    try:
        return os.waitpid(pid, options)[0] == pid
    except ChildProcessError:
        return True


def _in_memory(content: bytes) -> int:
    """A descriptor from which `content` can be read, by another process too. Raises OSError."""
    fd = _memory_file()
    try:
        write_all(fd, content)
    except OSError:  # A limit on the size of files (ulimit -f) holds for those in memory too; a pipe is none.
        os.close(fd)
        return _full_pipe(content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _full_pipe(content: bytes) -> int:
    """A pipe made as wide as `content` is long, which the kernel allows up to a megabyte (pipe(7))."""
    source, end = descriptors.pipe()
    os.set_blocking(source, True)
    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, len(content))
    write_all(end, content)
    os.close(end)
    return source


def _memory_file() -> int:
    if hasattr(os, "memfd_create"):
        return above_standard(os.memfd_create("sentinel-run", os.MFD_CLOEXEC))
    import tempfile

    with tempfile.TemporaryFile() as file:
        return above_standard(os.dup(file.fileno()))
