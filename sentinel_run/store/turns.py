"""Whose turn it is among runs of one name: a locked file for each name, signed by the run that holds it."""

from __future__ import annotations

import os
from _blake2 import blake2b

from sentinel_run.records import Record
from sentinel_run.store import lock, paths

_FOLDER = "turns"
_ENOUGH_LETTERS, _ENOUGH_BYTES = 40, 4096


class Holder(Record):
    """The run that has the turn: the pid of its wrapper, and when it came (`time.monotonic`)."""

    pid: int
    came_s: float
    run_id: str


class Turn(Record):
    """A turn that is ours until the descriptor is closed, and the id of the run that had it before, if one had."""

    fd: int
    after: str


def path(state: str, name: str) -> str:
    """The lock's file for runs called `name`; makes its folder. Raises `StoreError` or OSError."""
    folder = os.path.join(state, _FOLDER)
    paths.make_private(folder)
    letters = name[:_ENOUGH_LETTERS]
    readable = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in letters)
    digest = blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return os.path.join(folder, f"{readable}-{digest}.lock")


def take(path: str, came_s: float, run_id: str) -> Turn | None:
    """The turn, signed with our pid; None if another run has it."""
    held = lock.take(path)
    if held is None:
        return None
    before = _signed_by(held)
    os.ftruncate(held, 0)
    os.pwrite(held, f"{os.getpid()} {came_s!r} {run_id}\n".encode(), 0)
    return Turn(held, before)


def note_successor(path: str, stopped: str, run_id: str) -> None:
    """Tell the run `stopped`, before it is, which one does that. Only one that has the turn is told."""
    try:
        with open(os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC), "ab") as file:
            if _signed_by(file.fileno()) == stopped:
                file.write(f"{run_id}\n".encode())
    except OSError:  # It will not know why, on a full disk for one; that is no reason to let it go on.
        pass


def successor(held: int) -> str:
    """The id of the run that has stopped the one which holds the turn, or an empty text."""
    told = _lines(held)[1:]
    return told[-1] if told else ""


def holder(path: str) -> Holder | None:
    """Who has the turn; None while nobody has signed, or where the one who did is gone.

    Only a process that has the file open counts: the pid of a dead one may be somebody else's by now.
    """
    try:
        with open(path, encoding="ascii") as file:
            pid, came_s, run_id = file.readline().split()
        found = Holder(int(pid), float(came_s), run_id)
    except (OSError, ValueError):
        return None
    return found if found.pid != os.getpid() and _has_open(found.pid, path) else None


def _signed_by(held: int) -> str:
    words = "".join(_lines(held)[:1]).split()
    return words[-1] if words else ""


def _lines(held: int) -> list[str]:
    """The signature of who has or had the turn, then the ids of those that stopped it."""
    return os.pread(held, _ENOUGH_BYTES, 0).decode("ascii", "replace").splitlines()


def _has_open(pid: int, path: str) -> bool:
    wanted = os.stat(path)
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            found = os.stat(f"/proc/{pid}/fd/{name}")
            if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                return True
    except OSError:  # It has just ended.
        return False
    return False
