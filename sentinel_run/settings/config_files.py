"""What a config file says, as the texts that the command line would have given."""

from __future__ import annotations

import os

from sentinel_run import kinds, options
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record
from sentinel_run.settings.config_places import PYPROJECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Keys = tuple[str, ...]

SECTIONS = ("environment", "command")
_ADD_UP = ("tag", "header")


class Mistake(Record):
    """What a run cannot use of a config file: where it stands (line 0: nowhere in it), and what would be right."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


class ConfigFile(Record):
    """One file that was found and read: its path and its tables as TOML gave them."""

    path: str
    content: Mapping[str, Any]

    @property
    def has_sections(self) -> bool:
        """Whether any value depends on the environment or on the command's name."""
        return any(isinstance(self.content.get(section), dict) for section in SECTIONS)

    def tables(self) -> Iterator[tuple[Keys, Mapping[str, Any]]]:
        """The top of the file without its sections, then each section, with the keys that lead there."""
        yield (), {key: value for key, value in self.content.items() if not _is_section(key, value)}
        for section in SECTIONS:
            inner = self.content.get(section)
            for name, table in inner.items() if isinstance(inner, dict) else ():
                if isinstance(table, dict):
                    yield (section, name), table

    @staticmethod
    def sections(environment: str, command: str) -> tuple[Keys, ...]:
        """The keys of the sections that count for this environment and this command, the weakest first."""
        return tuple(zip(SECTIONS, (environment, command), strict=True))

    def texts(self, environment: str = "", command: str = "") -> dict[str, list[str]]:
        """Texts by option name; a section for `command` outweighs one for `environment`, and that the top."""
        tables: list[Mapping[str, Any]] = [self.content]
        for section, key in self.sections(environment, command):
            inner = self.content.get(section)
            if isinstance(inner, dict) and isinstance(inner.get(key), dict):
                tables.append(inner[key])
        found: dict[str, list[str]] = {}
        for table in tables:
            given = dict(option_texts(table))
            if _names_other_server(found, given):  # What was for the one above is not for this one.
                found.pop("header", None)
            for name, texts in given.items():
                found[name] = found.get(name, []) + texts if name in _ADD_UP else texts
        return found

    def headers(self) -> Iterator[tuple[str, str]]:
        """All headers, for other servers and in other sections too: a command may print what is there."""
        for _, table in self.tables():
            for text in dict(option_texts(table)).get("header", ()):
                try:
                    yield kinds.header(text)
                except BadValueError:  # Said where all values are parsed.
                    continue


def read(path: str) -> ConfigFile | Mistake:
    """What a file says, or why it cannot be used."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_uid not in (0, os.getuid()):
                return Mistake(path, 0, "belongs to another user")
            content = _parsed(file.read().decode())
    except (OSError, ValueError, RecursionError) as error:
        return Mistake(path, _line_in(str(error)), f"cannot be read: {error}")
    return ConfigFile(path, _our_table(content) if path.endswith(PYPROJECT) else content)


def _line_in(error: str) -> int:
    """The line that tomllib names in its message, 0 where it names none."""
    digits = error.rpartition("(at line ")[2].partition(",")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _parsed(text: str) -> dict[str, Any]:
    from sentinel_run.settings import plain_toml

    content = plain_toml.loads(text)
    if content is None:
        import tomllib

        content = tomllib.loads(text)
    return content


def _our_table(content: Mapping[str, Any]) -> dict[str, Any]:
    tool = content.get("tool")
    ours = tool.get("sentinel-run") if isinstance(tool, dict) else None
    return ours if isinstance(ours, dict) else {}


def _names_other_server(above: Mapping[str, list[str]], given: Mapping[str, list[str]]) -> bool:
    """Whether a section's DSN is one of another server than that of the tables that it outweighs."""
    if "header" not in above or not (above.get("dsn") and given.get("dsn")):
        return False
    from sentinel_run import dsn

    return dsn.origin(above["dsn"][-1]) != dsn.origin(given["dsn"][-1])


def _is_section(key: str, value: Any) -> bool:
    return key in SECTIONS and isinstance(value, dict)


def known(name: str) -> tuple[str, bool] | None:
    """The option that a key names, and whether the key negates it (`no-capture = true`)."""
    name = name.replace("_", "-")
    if name in options.BY_NAME:
        return name, False
    plain = options.BY_NAME.get(name.removeprefix("no-"))
    return (plain.name, True) if plain is not None and plain.negatable else None


def option_texts(table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Option names and their texts, as the command line would have given them."""
    for name, value in table.items():
        named = known(name)
        if named is None or _is_section(name, value):
            continue
        option, negated = options.BY_NAME[named[0]], named[1]
        if option.parse is kinds.pair or not isinstance(value, dict):
            yield option.name, _texts(_inverted(value) if negated else value, is_flag=option.flag)


def _inverted(value: Any) -> Any:
    """What `no-capture = value` says about `capture`; a value that is no switch stays, to be told as wrong."""
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
