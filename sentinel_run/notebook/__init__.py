"""The page on which a running command adds to its own report: one line of JSON a note, in a file in memory.

Raw text must not reach a disk, so the page lies in /dev/shm, in a folder for us alone. Lines are appended in one
write each (write(2), O_APPEND), so many processes may write at once. What counts as a note is said by `KINDS`.
"""

from __future__ import annotations

import fcntl
import os

from sentinel_run.own_fd import above_standard
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SENTINEL_RUN_NOTES"
# A command that writes notes without end fills no memory: `add` stops here, and nothing behind it is read.
MOST_BYTES = 4 * 1024 * 1024
LONGEST_LINE_BYTES = 16 * 1024
_PLACE = "/dev/shm"  # noqa: S108  # A private folder in it.
# Not blocking: a FIFO in its place would wait for a reader.
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Page(Record):
    """What stood on a page: the lines, and how many bytes of it were not read."""

    lines: tuple[bytes, ...]
    unread_bytes: int


def begin(run_id: str) -> str:
    """An empty page for a run; an empty text where there is no memory to have it in. Never raises.

    It stays open and locked as long as we live, so that nobody takes the page of a long run for a leftover.
    """
    path = of_run(run_id)
    try:
        if not _is_private(os.path.dirname(path)):
            return ""
        fd = above_standard(os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600))
        os.fchmod(fd, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return ""
    return path


def add(environ: Mapping[str, str], line: str) -> str:
    """Append a note to the page of the run around us; returns why that was not possible, or an empty text."""
    path = environ.get(VARIABLE, "")
    if not path:
        return f"no sentinel-run is around this (${VARIABLE} is not set)"
    data = f"{line}\n".encode("utf-8", "surrogateescape")
    if len(data) > LONGEST_LINE_BYTES:
        return f"a note has at most {LONGEST_LINE_BYTES:,} bytes, this one {len(data):,}"
    try:
        fd = os.open(path, _FLAGS)
    except OSError as error:
        return f"the run's notes cannot be written to: {error.strerror}"
    try:
        return "" if _append(fd, data) else f"the run has {MOST_BYTES:,} bytes of notes already"
    finally:
        os.close(fd)


def take(path: str) -> Page:
    """What stands on the page, which is gone afterwards. Raises OSError."""
    try:
        return read(path)
    finally:
        os.unlink(path)


def read(path: str) -> Page:
    """What stands on the page. Raises OSError."""
    # The command may have put a FIFO there, which to open would wait for a writer, and our caller for us.
    fd = above_standard(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC))
    try:
        size = os.fstat(fd).st_size
        content = os.pread(fd, MOST_BYTES, 0)
    finally:
        os.close(fd)
    whole = content if size <= MOST_BYTES else content[: content.rfind(b"\n") + 1]
    return Page(tuple(line for line in whole.split(b"\n") if line.strip()), size - len(whole))


def of_run(run_id: str) -> str:
    """Where the page of a run is."""
    return os.path.join(_PLACE, f"sentinel-run-{os.geteuid()}", f"{os.path.basename(run_id)}.notes")


def _append(fd: int, data: bytes) -> bool:
    if os.fstat(fd).st_size + len(data) > MOST_BYTES:
        return False
    return os.write(fd, data) == len(data)


def _is_private(folder: str) -> bool:
    """Whether the folder, made if need be, is in memory and ours alone."""
    if os.stat(_PLACE).st_dev == os.stat("/").st_dev:  # Not mounted here, so it is on a disk.
        return False
    try:
        os.mkdir(folder, 0o700)
        os.chmod(folder, 0o700)
    except FileExistsError:
        pass
    found = os.lstat(folder)
    return found.st_mode & 0o170077 == 0o040000 and found.st_uid == os.geteuid()
