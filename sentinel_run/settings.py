"""Every option's finished value before anything runs: flag, environment, files, default, in this order."""

from __future__ import annotations

import os

from sentinel_run import ci, config_files, dsn, kinds, options
from sentinel_run.errors import BadValueError, UsageError
from sentinel_run.records import Record, Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sentinel_run.config_files import ConfigFile
    from sentinel_run.options import Option, Reading

_CI, _PRODUCTION, _DEVELOPMENT = "ci", "production", "development"


class Resolved(Record):
    """All settings by option name, and the notes on values that could not be used.

    `withheld` are the headers of all files: secrets, also where they are for another server or run.
    """

    settings: dict[str, Setting]
    notes: tuple[str, ...]
    files: tuple[ConfigFile, ...]
    withheld: tuple[tuple[str, str], ...] = ()


class _Layer(Record):
    """Texts of one source by option name. A bad text in a strict layer ends the run before it starts."""

    source: str
    texts: Mapping[str, Sequence[str]]
    strict: bool = False
    names: Mapping[str, str] = {}
    file: ConfigFile | None = None
    sections: tuple[tuple[str, str], ...] = ()

    def where(self, option: Option) -> str:
        return self.names.get(option.name) or f"{option.name} in {self.source}"

    def complaint(self, option: Option, error: BadValueError) -> str:
        """What is wrong, and where: a file's path with the line."""
        if self.file is None:
            return f"{self.where(option)}: {error}"
        from sentinel_run import config_mistakes

        return str(config_mistakes.in_value(self.file, option, error, sections=self.sections))


def resolve(reading: Reading, environ: Mapping[str, str]) -> Resolved:
    """The finished settings of one run. Raises `UsageError` for a bad flag; all else costs only a note."""
    notes: list[str] = []
    files = config_files.find(environ, notes)
    flags = _Layer("the command line", reading.given, True, {o.name: f"--{o.name}" for o in options.TABLE})
    variables = [_own_variables(environ), _sentry_variables(environ)]
    stronger = [flags, *variables]
    settings = _merge([*stronger, *(_Layer(file.path, file.texts(), file=file) for file in files)], notes)
    if any(file.has_sections for file in files):
        name = settings["name"].value or _command_name(reading.command, environ)
        environment = _environment(_in_sections(name, stronger, files), reading.command, environ).value
        settings = _merge([*stronger, *_sections(files, environment, name)], notes)
    settings["environment"] = _environment(settings["environment"], reading.command, environ)
    return Resolved(settings, tuple(dict.fromkeys(notes)), tuple(files), tuple(_in_files(files)))


def _command_name(command: Sequence[str], environ: Mapping[str, str]) -> str:
    from sentinel_run.naming import command_name

    return command_name(command, environ)


def _in_sections(name: str, stronger: Sequence[_Layer], files: Sequence[ConfigFile]) -> Setting:
    """The environment that is given; a command's section may name it, and then that one's section counts."""
    layers = [*stronger, *(_Layer(file.path, file.texts(command=name), file=file) for file in files)]
    return _pick(options.BY_NAME["environment"], layers, [])


def _sections(files: Sequence[ConfigFile], environment: str, name: str) -> list[_Layer]:
    """The files' layers again, now that the environment and the command name tell which sections count."""
    sections = tuple(zip(config_files.SECTIONS, (environment, name), strict=True))
    return [_Layer(file.path, file.texts(environment, name), file=file, sections=sections) for file in files]


def _own_variables(environ: Mapping[str, str]) -> _Layer:
    """`SENTINEL_RUN_<OPTION>`; `SENTINEL_RUN_NO_CAPTURE=1` says the same as `SENTINEL_RUN_CAPTURE=0`."""
    texts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for option in options.TABLE:
        _take(option, option.variable, environ, texts, names)
        negation = "SENTINEL_RUN_NO_" + option.variable.removeprefix("SENTINEL_RUN_")
        if option.negatable and option.name not in texts and environ.get(negation):
            texts[option.name], names[option.name] = [_inverted(environ[negation])], negation
    return _Layer("the environment", texts, names=names)


def _sentry_variables(environ: Mapping[str, str]) -> _Layer:
    """Sentry's own variables, such as `SENTRY_DSN`."""
    texts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for option in options.TABLE:
        for variable in option.variables:
            _take(option, variable, environ, texts, names)
    return _Layer("the environment", texts, names=names)


def _take(
    option: Option, variable: str, environ: Mapping[str, str], texts: dict[str, list[str]], names: dict[str, str]
) -> None:
    text = environ.get(variable, "")
    # An empty SENTRY_DSN is the usual way to switch reporting off; any other empty value means unset.
    if text or (variable in environ and option.name == "dsn"):
        texts[option.name] = _listed(option, text)
        names[option.name] = variable


def _listed(option: Option, text: str) -> list[str]:
    """A variable's text as the command line would have given it."""
    if option.parse is kinds.header:
        from sentinel_run import headers

        return headers.split(text)
    is_list = option.repeatable and option.parse is not kinds.pattern  # A comma is a regular expression's own.
    return [part for part in text.split(",") if part] if is_list else [text]


def _inverted(text: str) -> str:
    try:
        return "0" if kinds.switch(text) else "1"
    except BadValueError:  # Said where all values are parsed.
        return text


def _merge(layers: Sequence[_Layer], notes: list[str]) -> dict[str, Setting]:
    return {option.name: _pick(option, layers, notes) for option in options.TABLE}


def _pick(option: Option, layers: Sequence[_Layer], notes: list[str]) -> Setting:
    if option.parse is kinds.header:
        return _for_server(option, layers, notes)
    found = list(_values(option, layers, notes))
    if option.parse is kinds.pair:
        return _union(found, option)
    if (
        option.repeatable and option.parse is kinds.pattern
    ):  # What one source calls a secret is one, whatever the others say.
        return _all(found)
    if not found:
        return Setting(option.default, "default")
    return found[0]


def _union(found: Sequence[Setting], option: Option) -> Setting:
    """Tags of all sources together; where two sources name the same key, the stronger one wins."""
    merged: dict[str, str] = {}
    for setting in reversed(found):
        merged.update(setting.value)
    return Setting(tuple(merged.items()), ", ".join(s.source for s in found) or "default")


def _for_server(option: Option, layers: Sequence[_Layer], notes: list[str]) -> Setting:
    """Headers of all sources together, by name, but for those that stand beside the DSN of another server.

    A secret that was given for one server must not go to another one because a stronger source names that.
    """
    found = [(layer, setting) for layer in layers for setting in _values(option, [layer], notes)]
    if not found:
        return Setting(option.default, "default")
    from sentinel_run import headers

    server = dsn.origin(_pick(options.BY_NAME["dsn"], layers, []).value or "")
    fitting = [setting for layer, setting in found if _is_for(server, layer, layers)]
    if not fitting:
        return Setting(option.default, f"for another server: {', '.join(setting.source for _, setting in found)}")
    return Setting(headers.merged(s.value for s in fitting), ", ".join(s.source for s in fitting))


def _in_files(files: Sequence[ConfigFile]) -> Iterator[tuple[str, str]]:
    """The headers of all files, for other servers and in other sections too: a command may print what is there."""
    for file in files:
        for _, table in file.tables():
            for text in dict(config_files.option_texts(table)).get("header", ()):
                try:
                    yield kinds.header(text)
                except BadValueError:  # Said where all values are parsed.
                    continue


def _is_for(server: str, layer: _Layer, layers: Sequence[_Layer]) -> bool:
    """Whether the place of this layer (our variables and Sentry's are one) has no DSN, or one of the server."""
    texts = (other.texts.get("dsn", ()) for other in layers if other.source == layer.source)
    beside = next((given[-1] for given in texts if given and given[-1]), "")
    return not beside or dsn.origin(beside) == server


def _all(found: Sequence[Setting]) -> Setting:
    values = tuple(value for setting in found for value in setting.value)
    return Setting(values, ", ".join(setting.source for setting in found) or "default")


def _values(option: Option, layers: Sequence[_Layer], notes: list[str]) -> Iterator[Setting]:
    for layer in layers:
        if option.name not in layer.texts:
            continue
        where, given = layer.where(option), layer.texts[option.name]
        good = [text for text in _asked(option, given) if _is_good(option, text, where, layer, notes)]
        if good:
            yield Setting(_parse(option, good), where)


def _asked(option: Option, texts: Sequence[str]) -> Sequence[str]:
    return texts if option.repeatable else [texts[-1] if texts else ""]


def _is_good(option: Option, text: str, where: str, layer: _Layer, notes: list[str]) -> bool:
    """Of several tags a bad one costs only itself."""
    try:
        option.parse(text)
    except BadValueError as error:
        if layer.strict:
            raise UsageError(f"{where}: {error}") from None
        notes.append(f"{layer.complaint(option, error)}; ignored")
        return False
    return True


def _parse(option: Option, texts: Sequence[str]) -> object:
    if not option.repeatable:
        return option.parse(texts[-1])
    values = [option.parse(text) for text in texts]
    if option.parse is kinds.statuses:
        return tuple(sorted({status for group in values for status in group}))
    return tuple(values)


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
