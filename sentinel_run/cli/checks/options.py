"""Every option's value and source, the config files, and what in them cannot be used."""

from __future__ import annotations

import os

from sentinel_run import dsn, kinds, notebook, options, redact, settings
from sentinel_run.cli.checks.finding import Finding
from sentinel_run.errors import BadValueError
from sentinel_run.recorder import gather
from sentinel_run.records import RUN_ID
from sentinel_run.settings import config_mistakes
from sentinel_run.store import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from sentinel_run.records import Setting
    from sentinel_run.settings import Resolved
    from sentinel_run.settings.config_files import ConfigFile

_OTHERS_READ = 0o044
_PREFIX = "SENTINEL_RUN_"
# Set by a run for its command; of no matter to another run.
_OTHERS = frozenset({paths.VARIABLE, RUN_ID, notebook.VARIABLE})


def resolved(environ: Mapping[str, str]) -> Resolved:
    """The settings as a run without flags has them, in this working directory."""
    found = settings.resolve(options.Reading({}, ()), environ)
    if found.settings["release"].value:
        return found
    release = gather.found_release(environ)
    return found._replace(settings={**found.settings, "release": release}) if release.value else found


def option_values(found: Resolved, environ: Mapping[str, str]) -> Finding:
    """All settings without their secrets. A value that is ignored is a problem: somebody meant it."""
    secrets = redact.known(
        environ, *(found.settings[name].value for name in ("redact", "redact-except", "header"))
    )
    rows = [
        {"option": name, "value": _shown(name, setting, secrets), "source": setting.source}
        for name, setting in found.settings.items()
    ]
    faults = (*config_mistakes.with_all(found.notes, found.files), *_unknown_variables(environ))
    problems = tuple(redact.text(fault, secrets) for fault in dict.fromkeys(faults))
    facts = {"settings": rows, "config_files": [file.path for file in found.files]}
    return Finding(facts, problems, tuple(_open_secrets(found.files)))


def _open_secrets(files: Iterable[ConfigFile]) -> Iterator[str]:
    for file in files:
        if any("header" in table for _, table in file.tables()) and os.stat(file.path).st_mode & _OTHERS_READ:
            yield f"others can read the secret headers in a config file; to hide them: chmod 600 {file.path}"


def _shown(name: str, setting: Setting, secrets: redact.Secrets) -> Any:
    value = setting.value
    if name == "dsn":
        return _shown_dsn(value)
    if name == "header":
        return list(redact.fields(value))
    if isinstance(value, tuple):
        return [_text(item, secrets) for item in value]
    return redact.text(value, secrets) if isinstance(value, str) else value


def _shown_dsn(value: str | None) -> str | None:
    """A DSN without its key; one that cannot be read is not shown at all, the key could be anywhere in it."""
    if not value:
        return None
    try:
        return dsn.parse(value).shown
    except BadValueError:
        return redact.FILTERED


def _text(item: object, secrets: redact.Secrets) -> str:
    """A tag as KEY=VALUE, any other item as it is."""
    return redact.text("=".join(item) if isinstance(item, tuple) else str(item), secrets)


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    known = [variable for option in options.TABLE for variable in _variables(option)]
    for name in environ:
        if name.startswith(_PREFIX) and name not in known and name not in _OTHERS:
            likely = kinds.nearest(name, known)
            yield f"{name} is not one of our variables" + (f", did you mean {likely}?" if likely else "")


def _variables(option: options.Option) -> Iterator[str]:
    yield option.variable
    if option.negatable:
        yield f"{_PREFIX}NO_{option.variable.removeprefix(_PREFIX)}"
