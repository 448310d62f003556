"""Where the state lives, and whether it may be trusted."""

from __future__ import annotations

import os
import stat
import sys
import time

from sentinel_run.errors import StoreError
from sentinel_run.own_fd import above_standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "SENTINEL_RUN_STATE_DIR"
SHELVES = ("journal", "outbox")
_README = """This directory belongs to sentinel-run. All text in it has been redacted.

journal/    facts of runs that are going or have just ended
outbox/     Sentry envelopes that no server has accepted yet
turns/      locks of runs with --overlap
history.db  every run (SQLite), see: sentinel-run history

It may be deleted at any time; runs that were not reported yet are then lost.
"""


def state_directory(environ: Mapping[str, str]) -> str:
    """The state directory's absolute path: $SENTINEL_RUN_STATE_DIR, or the platform's user state directory."""
    given = environ.get(VARIABLE)
    if given:
        return os.path.join(os.getcwd(), given) if not given.startswith("/") else given
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support/sentinel-run")
    base = environ.get("XDG_STATE_HOME", "")
    home = environ.get("HOME") or _home_of_user()
    base = base if base.startswith("/") else os.path.join(home, ".local/state")
    if not base.startswith("/"):
        raise StoreError("no home directory to keep state in; set " + VARIABLE)
    return os.path.join(base, "sentinel-run")


def _home_of_user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def prepare(state: str) -> None:
    """Make the state directory and its shelves, 0700 whatever the umask. Raises `StoreError`."""
    try:
        if not os.path.isdir(state):
            _refuse_foreign_links(state)
            _make_folders(state)
        check(state)
        for shelf in SHELVES:
            make_private(os.path.join(state, shelf))
        _leave_readme(os.path.join(state, "README.txt"))
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}") from None


def make_private(path: str) -> None:
    """Make one folder, 0700 whatever the umask, or see that it is ours. Raises `StoreError` or OSError."""
    if not os.path.isdir(path):
        _make_folder(path)
    check(path)


def check(path: str) -> None:
    """Refuse a directory that somebody else owns, or that a link in a world-writable place leads to."""
    _refuse_foreign_links(path)
    status = os.stat(path)
    if not stat.S_ISDIR(status.st_mode):
        raise StoreError(f"{path} is not a directory")
    if status.st_uid != os.geteuid():
        raise StoreError(f"{path} belongs to another user")
    if status.st_mode & 0o077 or status.st_mode & 0o700 != 0o700:
        os.chmod(path, 0o700)


def create(path: str) -> int:
    """A new file of ours, 0600 whatever the umask, open for writing. Follows no link."""
    fd = above_standard(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    os.fchmod(fd, 0o600)
    return fd


def write_whole(path: str, content: bytes, *, lasting: bool = False) -> None:
    """Put `content` at `path` in one atomic step: readers see all of it or nothing.

    A `lasting` one survives a power cut too, at the price of waiting for the disk.
    """
    # A pid would not do: one that died here may have had ours, as every first process of a container has.
    temporary = f"{path}.{os.urandom(4).hex()}.tmp"
    fd = create(temporary)
    try:
        write_all(fd, content)
        if lasting:
            os.fsync(fd)
        os.rename(temporary, path)
    except OSError:
        forget(temporary)
        raise
    finally:
        os.close(fd)


def write_all(fd: int, content: bytes) -> None:
    """write(2) until nothing is left."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def forget(path: str) -> None:
    """Remove a file that somebody else may have removed already."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def age_s(path: str) -> float:
    """Seconds since the file was last written to; 0 for one that is gone."""
    try:
        return time.time() - os.lstat(path).st_mtime
    except OSError:
        return 0.0


def sweep(folder: str, *, older_than_s: float) -> None:
    """Remove what killed writers left half written."""
    for entry in os.scandir(folder):
        if entry.name.endswith(".tmp") and age_s(entry.path) > older_than_s:
            forget(entry.path)


def read_own(path: str) -> bytes:
    """The content of a plain file of ours. Raises `StoreError` for a link or somebody else's file."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(fd, "rb") as file:
        status = os.fstat(fd)
        if status.st_uid != os.geteuid() or not stat.S_ISREG(status.st_mode):
            raise StoreError(f"{path} is not a file of ours")
        return file.read()


def set_aside(state: str, path: str) -> None:
    """Move a damaged file to `bad/`, where it blocks nobody and can be looked at."""
    folder = os.path.join(state, "bad")
    make_private(folder)
    os.rename(path, os.path.join(folder, os.path.basename(path)))


def _refuse_foreign_links(path: str) -> None:
    """What does not exist yet is no link; it is looked at before anything is made through it."""
    for prefix in filter(os.path.islink, _prefixes(path)):
        parent = os.stat(os.path.dirname(prefix))
        if parent.st_mode & stat.S_IWOTH or not _trusted(os.lstat(prefix).st_uid):
            raise StoreError(f"{prefix} is a link that somebody else could have made")


def _make_folders(path: str) -> None:
    """Every missing folder down to `path`, 0700 whatever the umask (XDG base directory specification)."""
    for prefix in _prefixes(path):
        if not os.path.isdir(prefix):
            _make_folder(prefix)


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:  # Another run was quicker; whether it can be trusted is asked afterwards.
        return
    os.chmod(path, 0o700)


def _leave_readme(path: str) -> None:
    if not os.path.lexists(path):
        write_whole(path, _README.encode())


def _prefixes(path: str) -> Iterator[str]:
    parts = os.path.abspath(path).split("/")
    for count in range(2, len(parts) + 1):
        yield "/".join(parts[:count])


def _trusted(uid: int) -> bool:
    return uid in (0, os.geteuid())
