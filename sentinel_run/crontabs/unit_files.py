"""Finds and reads systemd's unit files, with what drop-ins change of them (systemd.unit(5))."""

from __future__ import annotations

import os
import re

from sentinel_run.errors import SentinelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# What comes first hides a file of the same name in what comes later.
FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
OUR_DROP_IN = "sentinel-run.conf"


class UnitError(SentinelError):
    """There is no such unit, or it has no command that could be wrapped."""

    exit_status = 1


def read(name: str, folders: Sequence[str]) -> str:
    """A unit's text and that of its drop-ins, without ours. Raises `UnitError`."""
    names = _names(name)
    path = _first(folders, names)
    if not path or not os.path.isfile(path):  # A masked unit is a link to /dev/null.
        raise UnitError(f"there is no {name} in {', '.join(folders)}")
    return "".join(map(_content, [path, *_drop_ins(folders, names)]))


def values(text: str, key: str) -> list[str]:
    """What is assigned to `key`; an empty assignment forgets what was before it."""
    found: list[str] = []
    for value in re.findall(rf"(?m)^{key}[ \t]*=[ \t]*(.*?)[ \t]*$", text):
        found = [*found, value] if value else []
    return found


def _names(name: str) -> list[str]:
    """`x@a.service` is also what its template says, `x@.service`."""
    stem, at, instance = name.partition("@")
    kind = instance.rpartition(".")[2]
    return [name, f"{stem}@.{kind}"] if at and instance != f".{kind}" else [name]


def _first(folders: Sequence[str], names: Sequence[str]) -> str:
    paths = (os.path.join(folder, name) for name in names for folder in folders)
    return next((path for path in paths if os.path.exists(path)), "")


def _drop_ins(folders: Sequence[str], names: Sequence[str]) -> list[str]:
    """In the order of their names, whichever folder they are in; one hides others of its name."""
    found: dict[str, str] = {}
    for folder in (os.path.join(folder, f"{name}.d") for name in names for folder in folders):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith(".conf") and name != OUR_DROP_IN:
                found.setdefault(name, os.path.join(folder, name))
    return [found[name] for name in sorted(found) if os.path.isfile(found[name])]


def _content(path: str) -> str:
    """A file without comments, its lines joined where a backslash ends them (systemd.syntax(7))."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        text = re.sub(r"(?m)^[ \t]*[#;].*\n?", "", file.read())
    return re.sub(r"\\\n[ \t]*", " ", text).rstrip("\n") + "\n"
