"""Crontabs where they live: a user's, which only crontab(1) may touch, or a file. Bytes are kept as they are."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys

import click

from sentinel_run.crontabs import lines
from sentinel_run.errors import SentinelError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SYSTEM, _SYSTEM_FOLDER = "/etc/crontab", "/etc/cron.d"
_USER = re.compile(r"[a-z_][a-z0-9_-]*")
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


class TableError(SentinelError):
    """A crontab cannot be read or written."""

    exit_status = 1


class Table(Record):
    """A crontab as it is. `path` is empty for a user's own, and `user` for the one who asks."""

    path: str
    text: str
    has_user_column: bool = False
    user: str = ""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.path or (f"the crontab of {self.user}" if self.user else "your crontab")


def table(path: str, *, has_user_column: bool | None, user: str = "") -> Table:
    """The crontab at `path`, or without one that of `user`, which root may name. Raises `TableError`.

    `has_user_column` None looks: /etc/crontab and files in /etc/cron.d have one, and what is written like them.
    """
    if not path:
        return Table("", _text(_crontab(user, "-l")), user=user)
    try:
        with open(path, "rb") as file:
            text = _text(file.read())
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}") from None
    if has_user_column is None:
        has_user_column = _is_system(os.path.abspath(path)) or _names_users(text)
    return Table(path, text, has_user_column)


def _is_system(path: str) -> bool:
    return path == _SYSTEM or os.path.dirname(path) == _SYSTEM_FOLDER


def _names_users(text: str) -> bool:
    """Whether a user stands before every command: names of no programs, and root is one of them.

    Without root a name such as `backup` may be a user here and a program there, and nothing is guessed.
    """
    import shutil

    found = lines.read(text, has_user_column=False)
    first = [line.command.split(None, 1) for line in found if isinstance(line, lines.Job)]
    names = {words[0] for words in first}
    has_both = all(len(words) == 2 and _USER.fullmatch(words[0]) for words in first)
    return has_both and "root" in names and not any(map(shutil.which, names))


def difference(before: Table, after: str) -> str:
    """A unified difference, in colour where a terminal shows it."""
    made = difflib.unified_diff(
        before.text.split("\n"), after.split("\n"), before.name, f"{before.name} (new)", lineterm="", n=1
    )
    return "".join(click.style(shown(line), _COLOURS.get(line[:1])) + "\n" for line in made)


def install(before: Table, after: str) -> None:
    """Put the new text where the old one was, and still is. Raises `TableError` with nothing changed."""
    if table(before.path, has_user_column=before.has_user_column, user=before.user) != before:
        raise TableError(
            f"{before.name} has changed in the meantime; nothing was done to it, so look at it once more"
        )
    if not before.path:
        _crontab(before.user, "-", content=_bytes(after))
        return
    try:
        _replace(os.path.realpath(before.path), _bytes(after))
    except OSError as error:
        raise TableError(f"{before.path}: {error.strerror}") from None


def write(path: str, text: str) -> None:
    """Write a crontab to `path`, or to stdout for `-`. Raises `TableError`."""
    if path == "-":
        sys.stdout.buffer.write(_bytes(text))
        return
    try:
        with open(path, "wb") as file:
            file.write(_bytes(text))
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}") from None


def _replace(path: str, content: bytes) -> None:
    """In one step, with owner and mode as before: cron refuses a file that others may write, or reads half of one.

    The name has a dot, which cron passes over in /etc/cron.d (cron(8)).
    """
    status = os.stat(path)
    temporary = f"{path}.sentinel-run.{os.getpid()}"
    try:
        with open(temporary, "xb") as file:
            os.fchmod(file.fileno(), status.st_mode & 0o7777)
            os.fchown(file.fileno(), status.st_uid, status.st_gid)
            file.write(content)
        os.rename(temporary, path)
    except OSError:
        _forget(temporary)
        raise


def _forget(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def _crontab(user: str, argument: str, content: bytes = b"") -> bytes:
    words = ["crontab", *(["-u", user] if user else []), argument]
    try:
        done = subprocess.run(words, input=content, capture_output=True, check=False)
    except OSError as error:
        raise TableError(f"crontab: {error.strerror}; name a FILE") from None
    if done.returncode:
        raise TableError(f"{' '.join(words)}: {_first(done.stderr) or f'exit status {done.returncode}'}")
    return done.stdout


def _first(output: bytes) -> str:
    return next(_lines(output), "")


def _lines(output: bytes) -> Iterator[str]:
    return (line for line in output.decode("utf-8", "replace").splitlines() if line.strip())


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def shown(line: str) -> str:
    """A line with its tabs, and nothing in it that a terminal obeys: somebody decides by what is shown."""
    from sentinel_run.epilogue import words

    return "\t".join(map(words.printable, line.split("\t")))
