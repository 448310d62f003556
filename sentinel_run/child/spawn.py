"""Starts the command as execvp(3) would: found through PATH, never through a shell, in our caller's world."""

from __future__ import annotations

import errno
import os

from sentinel_run.child import signals
from sentinel_run.child.process import Process
from sentinel_run.errors import SpawnError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from sentinel_run.child.wiring import Wire

NOT_EXECUTABLE, NOT_FOUND = 126, 127
_SHELL = "/bin/sh"
# The system has no room for one more: not the command's fault.
_NO_ROOM = frozenset((errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE))


def spawn(command: Sequence[str], environ: Mapping[str, str], wires: Sequence[Wire]) -> Process:
    """The started command, beside us or, where a wire has a keyboard, on a terminal of its own.

    Raises `SpawnError` with exit status 126 or 127, and OSError if the system has no room for one more process.

    The command has all descriptors that we inherited, `wires` in place of its own streams, and signals as
    they were for us. A script without a `#!` line is run by the shell, as `env` does.
    """
    if not command[0]:  # Python refuses an empty word by an error of its own; the system says ENOENT (execve(2)).
        raise SpawnError("''", "command not found", exit_status=NOT_FOUND)
    try:
        if any(wire.keyboard for wire in wires):
            from sentinel_run.child import seated

            return seated.spawn(lambda: replace(command, environ), wires)
        return Process(_start_beside_us(command, environ, wires))
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        raise _explained(command[0], error, environ) from None


def replace(command: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Run the command in our own place; a script without a `#!` line by the shell. Raises OSError."""
    try:
        os.execvpe(command[0], list(command), environ)  # noqa: S606
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
    os.execve(_SHELL, [_SHELL, _located(command[0], environ), *command[1:]], environ)  # noqa: S606


def become(command: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Run the command in our own place, unwatched: the way out where the system has no room for both."""
    signals.undo_python()
    try:
        os.execvpe(command[0], list(command), environ)  # noqa: S606
    except OSError as error:
        os._exit(NOT_FOUND if error.errno == errno.ENOENT else NOT_EXECUTABLE)


def _start_beside_us(command: Sequence[str], environ: Mapping[str, str], wires: Sequence[Wire]) -> int:
    actions = [(os.POSIX_SPAWN_DUP2, wire.far_end, fd) for wire in wires for fd in wire.targets]
    try:
        return _start(command[0], command, environ, actions)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
    path = _located(command[0], environ)
    return _start(_SHELL, (_SHELL, path, *command[1:]), environ, actions)


def _start(
    program: str, argv: Sequence[str], environ: Mapping[str, str], actions: list[tuple[int, int, int]]
) -> int:
    return os.posix_spawnp(
        program, tuple(argv), environ, file_actions=actions, setsigdef=signals.CHANGED_BY_PYTHON
    )


def _located(word: str, environ: Mapping[str, str]) -> str:
    if "/" in word:
        return word
    folders = environ.get("PATH", os.defpath).split(":")
    there = [path for f in folders if os.path.exists(path := os.path.join(f or ".", word))]
    return next((path for path in there if os.path.isfile(path) and os.access(path, os.X_OK)), (*there, word)[0])


def _explained(word: str, error: OSError, environ: Mapping[str, str]) -> SpawnError:
    """The exit status is that of a POSIX shell and of env(1): 127 for not found, 126 for all that is there."""
    path = _located(word, environ)
    if error.errno == errno.ENOENT and os.path.exists(path) and ("/" in word or path != word):
        return SpawnError(
            word, "bad interpreter: its #! line names a program that is not there", exit_status=NOT_EXECUTABLE
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return SpawnError(word, "command not found", exit_status=NOT_FOUND)
    reason = "is a directory" if os.path.isdir(path) else (error.strerror or "cannot be executed")
    return SpawnError(word, reason, exit_status=NOT_EXECUTABLE)
