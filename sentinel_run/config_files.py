"""Config files: where they are looked for, and what they say. A file that cannot be used costs a note."""

from __future__ import annotations

import os

from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sentinel_run.options import Option

NAME = "sentinel-run.toml"
SYSTEM = "/etc/sentinel-run.toml"
SECTIONS = ("environment", "command")
_TABLE_MARKS = (b"tool.sentinel-run", b'tool."sentinel-run"', b"tool.'sentinel-run'")


class ConfigFile(Record):
    """One file that was found and read: its path and its tables as TOML gave them."""

    path: str
    content: Mapping[str, Any]

    @property
    def has_sections(self) -> bool:
        """Whether any value depends on the environment or on the command's name."""
        return any(isinstance(self.content.get(section), dict) for section in SECTIONS)

    def tables(self) -> Iterator[Mapping[str, Any]]:
        """The top of the file without its sections, then each section."""
        yield {key: value for key, value in self.content.items() if not _is_section(key, value)}
        for section in SECTIONS:
            inner = self.content.get(section)
            yield from (
                (table for table in inner.values() if isinstance(table, dict)) if isinstance(inner, dict) else ()
            )

    def texts(self, environment: str = "", command: str = "") -> dict[str, list[str]]:
        """Texts by option name; a section for `command` outweighs one for `environment`, and that the top."""
        tables: list[Mapping[str, Any]] = [self.content]
        for section, key in zip(SECTIONS, (environment, command), strict=True):
            chosen = self.content.get(section)
            if isinstance(chosen, dict) and isinstance(chosen.get(key), dict):
                tables.append(chosen[key])
        found: dict[str, list[str]] = {}
        for name, texts in (pair for table in tables for pair in _option_texts(table)):
            found[name] = found.get(name, []) + texts if name == "tag" else texts  # Tags add up.
        return found


def find(environ: Mapping[str, str], notes: list[str]) -> list[ConfigFile]:
    """The project's, the user's and the system's file, strongest first; what is wrong is added to `notes`."""
    candidates = (_project_file(), _first(_user_paths(environ)), _first((SYSTEM,)))
    return [file for path in candidates if path and (file := _read(path, notes)) is not None]


def _project_file() -> str:
    try:
        folder = os.getcwd()
    except OSError:  # The working directory was deleted; there is no project to look for.
        return ""
    while True:
        for path in (os.path.join(folder, NAME), os.path.join(folder, "pyproject.toml")):
            if os.path.isfile(path) and (path.endswith(NAME) or _mentions_us(path)):
                return path
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent


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


def _first(paths: Iterator[str] | tuple[str, ...]) -> str:
    return next((path for path in paths if os.path.isfile(path)), "")


def _read(path: str, notes: list[str]) -> ConfigFile | None:
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_uid not in (0, os.getuid()):
                notes.append(f"{path} belongs to another user; ignored")
                return None
            content = _parsed(file.read().decode())
    except (OSError, ValueError, RecursionError) as error:
        notes.append(f"{path} cannot be read: {error}; ignored")
        return None
    if path.endswith("pyproject.toml"):
        content = _our_table(content)
    found = ConfigFile(path, content)
    notes += [f"{path}: {fault}" for table in found.tables() for fault in _faults(table)]
    return found


def _parsed(text: str) -> dict[str, Any]:
    from sentinel_run import plain_toml

    content = plain_toml.loads(text)
    if content is None:
        import tomllib

        content = tomllib.loads(text)
    return content


def _our_table(content: Mapping[str, Any]) -> dict[str, Any]:
    tool = content.get("tool")
    ours = tool.get("sentinel-run") if isinstance(tool, dict) else None
    return ours if isinstance(ours, dict) else {}


def _is_section(key: str, value: Any) -> bool:
    return key in SECTIONS and isinstance(value, dict)


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the keys of one table, and with values that are no values of any option's."""
    from sentinel_run import options

    for key, value in table.items():
        known = _known(key)
        if known is not None:
            yield from _fault_of_value(key, value, options.BY_NAME[known[0]])
        elif key in SECTIONS:
            yield f'{key!r} is no option, it begins a section such as [{key}."NAME"]'
        else:
            likely = options.nearest(key, list(options.BY_NAME))
            yield f"unknown key {key!r}" + (f", did you mean {likely!r}?" if likely else "")


def _fault_of_value(key: str, value: Any, option: Option) -> Iterator[str]:
    from sentinel_run import kinds

    if isinstance(value, dict) and option.parse is not kinds.pair:
        yield f"{key!r} takes no table; ignored"
    if isinstance(value, list) and not option.repeatable:
        yield f"{key!r} takes one value, not a list; the last one counts"


def _known(name: str) -> tuple[str, bool] | None:
    """The option that a key names, and whether the key negates it (`no-capture = true`)."""
    from sentinel_run import options

    name = name.replace("_", "-")
    if name in options.BY_NAME:
        return name, False
    plain = options.BY_NAME.get(name.removeprefix("no-"))
    return (plain.name, True) if plain is not None and plain.negatable else None


def _option_texts(table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    from sentinel_run import kinds, options

    for name, value in table.items():
        known = _known(name)
        if known is None or _is_section(name, value):
            continue
        option, negated = options.BY_NAME[known[0]], known[1]
        if option.parse is kinds.pair or not isinstance(value, dict):
            yield option.name, _texts(_inverted(value) if negated else value, is_flag=option.flag)


def _inverted(value: Any) -> Any:
    """What `no-capture = value` says about `capture`; a value that is no switch stays, to be told as wrong."""
    from sentinel_run import kinds

    try:
        return not kinds.switch(str(value))
    except BadValueError:
        return value


def _texts(value: Any, *, is_flag: bool) -> list[str]:
    """A TOML value as the texts that the command line would have given."""
    if isinstance(value, bool) and is_flag:
        return ["1" if value else "0"]
    if isinstance(value, dict):
        return [f"{key}={_plain(content)}" for key, content in value.items()]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, is_flag=is_flag)]
    return [_plain(value)]


def _plain(value: Any) -> str:
    """A value as TOML wrote it: `true`, not Python's `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
