"""What is wrong in a config file, each with its line: unknown keys, and values that no option takes."""

from __future__ import annotations

from sentinel_run import dsn, kinds, options
from sentinel_run.errors import BadValueError
from sentinel_run.settings import config_files
from sentinel_run.settings.config_files import Mistake
from sentinel_run.settings.config_places import PYPROJECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from sentinel_run.options import Option
    from sentinel_run.settings.config_files import ConfigFile, Keys

    Faults = Iterator[tuple[Keys, str]]


def read_all(paths: Iterable[str], notes: list[str]) -> list[ConfigFile]:
    """The files that can be used; what is wrong in any of them is added to `notes`."""
    found = []
    for path in paths:
        file = config_files.read(path)
        if isinstance(file, Mistake):
            notes.append(f"{file}; ignored")
        else:
            notes += map(str, in_keys(file))
            found.append(file)
    return found


def in_keys(file: ConfigFile) -> list[Mistake]:
    """Keys that name no option, and values of a kind that their option does not have."""
    return _located(file, _of_keys(file))


def in_all(file: ConfigFile) -> list[Mistake]:
    """All mistakes by line, those of sections that do not count here and now included."""
    found = _located(file, (*_of_keys(file), *_of_values(file)))
    return sorted(found, key=lambda mistake: mistake.line)


def in_value(file: ConfigFile, option: Option, error: BadValueError, *, sections: Sequence[Keys]) -> Mistake:
    """The mistake behind `error`; of all places that make it, in sections that count, the strongest is named."""
    what = f"{option.name}: {error}"
    places = [
        (*keys, key)
        for keys, table in file.tables()
        if not keys or keys in sections
        for key, value in table.items()
        if what in _of_value(key, value)
    ]
    (mistake,) = _located(file, [(places[-1] if places else (), what)])
    return mistake


def with_all(notes: Sequence[str], files: Sequence[ConfigFile]) -> list[str]:
    """The notes of a run, with all mistakes of the files in place of those that the run came upon."""
    named = tuple(f"{file.path}:" for file in files)
    others = [note for note in notes if not note.startswith(named)]
    return [*others, *(str(mistake) for file in files for mistake in in_all(file))]


def _located(file: ConfigFile, faults: Iterable[tuple[Keys, str]]) -> list[Mistake]:
    found = list(faults)
    if not found:  # As good as always; then nobody waits for the lines to be counted.
        return []
    from sentinel_run.settings import config_lines

    lines = config_lines.of_file(file.path)
    above = ("tool", "sentinel-run") if file.path.endswith(PYPROJECT) else ()
    return [Mistake(file.path, lines.get((*above, *keys), 0), what) for keys, what in found]


def _of_keys(file: ConfigFile) -> Faults:
    for section in config_files.SECTIONS:
        inner = file.content.get(section)
        for name, value in inner.items() if isinstance(inner, dict) else ():
            if not isinstance(value, dict):
                yield (section, name), f"{name!r} in [{section}] is no section, expected [{section}.{name!r}]"
    for keys, table in file.tables():
        for key, value in table.items():
            yield from (((*keys, key), what) for what in _faults(key, value))


def _faults(key: str, value: Any) -> Iterator[str]:
    named = config_files.known(key)
    if named is not None:
        yield from _of_kind(key, value, options.BY_NAME[named[0]])
    elif key in config_files.SECTIONS:
        yield f'{key!r} is no option, it begins a section such as [{key}."NAME"]'
    else:
        likely = kinds.nearest(key, list(options.BY_NAME))
        yield f"unknown key {key!r}" + (f", did you mean {likely!r}?" if likely else "")


def _of_kind(key: str, value: Any, option: Option) -> Iterator[str]:
    if isinstance(value, dict) and option.parse is not kinds.pair:
        yield f"{key!r} takes no table; ignored"
    if isinstance(value, list) and not option.repeatable:
        yield f"{key!r} takes one value, not a list; the last one counts"


def _of_values(file: ConfigFile) -> Faults:
    for keys, table in file.tables():
        for key, value in table.items():
            yield from (((*keys, key), what) for what in _of_value(key, value))


def _of_value(key: str, value: Any) -> Iterator[str]:
    for name, texts in config_files.option_texts({key: value}):
        yield from (f"{name}: {error}" for error in _errors(options.BY_NAME[name], texts))


def _errors(option: Option, texts: Sequence[str]) -> Iterator[BadValueError]:
    for text in texts if option.repeatable else [texts[-1] if texts else ""]:
        try:
            # A run takes any text for a DSN, and says so itself where it cannot use it.
            dsn.parse(text) if option.name == "dsn" and text else option.parse(text)
        except BadValueError as error:
            yield error
