"""Every option's finished value before anything runs: flag, environment, files, default, in this order."""

from __future__ import annotations

import os

from sentinel_run import ci, options
from sentinel_run.records import Record, Setting
from sentinel_run.settings import config_places, layers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel_run.options import Reading
    from sentinel_run.settings.config_files import ConfigFile

_CI, _PRODUCTION, _DEVELOPMENT = "ci", "production", "development"


class Resolved(Record):
    """All settings by option name, and the notes on values that could not be used.

    `withheld` are the headers of all files: secrets, also where they are for another server or run.
    """

    settings: dict[str, Setting]
    notes: tuple[str, ...]
    files: tuple[ConfigFile, ...]
    withheld: tuple[tuple[str, str], ...] = ()


def resolve(reading: Reading, environ: Mapping[str, str]) -> Resolved:
    """The finished settings of one run. Raises `UsageError` for a bad flag; all else costs only a note."""
    notes: list[str] = []
    files = _files(environ, notes)
    stronger = [layers.command_line(reading.given), *layers.variables(environ)]
    settings = layers.merge([*stronger, *layers.of_files(files)], notes)
    if any(file.has_sections for file in files):
        name = settings["name"].value or _command_name(reading.command, environ)
        # A command's section may name the environment, and then that one's section counts.
        given = layers.pick(options.BY_NAME["environment"], [*stronger, *layers.of_files(files, command=name)], [])
        environment = _environment(given, reading.command, environ).value
        settings = layers.merge([*stronger, *layers.of_files(files, environment, name)], notes)
    settings["environment"] = _environment(settings["environment"], reading.command, environ)
    withheld = tuple(header for file in files for header in file.headers())
    return Resolved(settings, tuple(dict.fromkeys(notes)), tuple(files), withheld)


def _files(environ: Mapping[str, str], notes: list[str]) -> list[ConfigFile]:
    paths = config_places.chosen(environ)
    if not paths:  # Then nothing is loaded that could read them.
        return []
    from sentinel_run.settings import config_mistakes

    return config_mistakes.read_all(paths, notes)


def _command_name(command: Sequence[str], environ: Mapping[str, str]) -> str:
    from sentinel_run.naming import command_name

    return command_name(command, environ)


def _environment(given: Setting, command: Sequence[str], environ: Mapping[str, str]) -> Setting:
    if given.value:
        return given
    path = find_executable(command[0], environ) if command else ""
    if "/target/debug/" in path:
        return Setting(_DEVELOPMENT, f"path of the executable {path}")
    if "/target/release/" in path or "/dist/" in path:
        return Setting(_PRODUCTION, f"path of the executable {path}")
    return Setting(_CI, ci.source(environ)) if ci.is_ci(environ) else Setting(_PRODUCTION, "default")


def find_executable(word: str, environ: Mapping[str, str]) -> str:
    """The absolute path that `word` names by execvp's rules, or an empty text."""
    if "/" in word:
        return os.path.abspath(word) if os.path.exists(word) else ""
    for folder in environ.get("PATH", os.defpath).split(":"):
        path = os.path.join(folder or ".", word)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return os.path.abspath(path)
    return ""
