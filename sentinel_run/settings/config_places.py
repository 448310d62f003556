"""Where config files are looked for: the project's, the user's and the system's."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NAME, PYPROJECT = "sentinel-run.toml", "pyproject.toml"
SYSTEM = "/etc/sentinel-run.toml"
_TABLE_MARKS = (b"tool.sentinel-run", b'tool."sentinel-run"', b"tool.'sentinel-run'")


def chosen(environ: Mapping[str, str]) -> list[str]:
    """The paths of the files that are there and count: one of a kind, strongest first."""
    found = (_project_file(), _first(_user_paths(environ)), _first((SYSTEM,)))
    return [path for path in found if path]


def candidates(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Whose file (`project`, `user`, `system`) and where: all places, of each kind the strongest first."""
    yield from (("project", path) for path in _project_paths())
    yield from (("user", path) for path in _user_paths(environ))
    yield "system", SYSTEM


def _project_file() -> str:
    return next((path for path in _project_paths() if os.path.isfile(path) and _is_ours(path)), "")


def _project_paths() -> Iterator[str]:
    try:
        folder = os.getcwd()
    except OSError:  # The working directory was deleted; there is no project to look for.
        return
    while True:
        yield from (os.path.join(folder, name) for name in (NAME, PYPROJECT))
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _is_ours(path: str) -> bool:
    return path.endswith(NAME) or _mentions_us(path)


def _mentions_us(path: str) -> bool:
    """Whether a pyproject.toml has our table; told without a TOML parser, which is slow to import."""
    try:
        with open(path, "rb") as file:
            content = file.read(1 << 20)
            return any(mark in content for mark in _TABLE_MARKS)
    except OSError:
        return False


def user_folder(environ: Mapping[str, str]) -> str:
    """The user's configuration directory by the XDG base directory specification; relative without a HOME."""
    folder = environ.get("XDG_CONFIG_HOME", "")
    # Without HOME nobody is asked for it: a name service may be slow, and the command has not started yet.
    home = environ.get("HOME", "")
    return folder if folder.startswith("/") else os.path.join(home, ".config")


def _user_paths(environ: Mapping[str, str]) -> Iterator[str]:
    folder = user_folder(environ)
    if not folder.startswith("/"):
        return
    for name in ("config.toml", NAME):
        yield os.path.join(folder, "sentinel-run", name)
    yield os.path.join(folder, NAME)


def _first(paths: Iterable[str]) -> str:
    return next((path for path in paths if os.path.isfile(path)), "")
