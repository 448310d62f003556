"""What each source says, as texts, and the one value that all sources make of it."""

from __future__ import annotations

from sentinel_run import dsn, kinds, options
from sentinel_run.errors import BadValueError, UsageError
from sentinel_run.records import Record, Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sentinel_run.options import Option
    from sentinel_run.settings.config_files import ConfigFile, Keys


class Layer(Record):
    """Texts of one source by option name. A bad text in a strict layer ends the run before it starts.

    `names` are what the source calls an option; `sections` are those that count of a file.
    """

    source: str
    texts: Mapping[str, Sequence[str]]
    strict: bool = False
    names: Mapping[str, str] = {}
    file: ConfigFile | None = None
    sections: tuple[Keys, ...] = ()

    def where(self, option: Option) -> str:
        """What a user would have to look at."""
        return self.names.get(option.name) or f"{option.name} in {self.source}"

    def complaint(self, option: Option, error: BadValueError) -> str:
        """What is wrong, and where: a file's path with the line."""
        if self.file is None:
            return f"{self.where(option)}: {error}"
        from sentinel_run.settings import config_mistakes

        return str(config_mistakes.in_value(self.file, option, error, sections=self.sections))


def command_line(given: Mapping[str, Sequence[str]]) -> Layer:
    """What the flags say."""
    return Layer("the command line", given, strict=True, names={o.name: f"--{o.name}" for o in options.TABLE})


def variables(environ: Mapping[str, str]) -> tuple[Layer, Layer]:
    """Our own variables, and then Sentry's own, such as `SENTRY_DSN`."""
    return _own_variables(environ), _sentry_variables(environ)


def of_files(files: Sequence[ConfigFile], environment: str = "", command: str = "") -> list[Layer]:
    """What the files say, their sections for this environment and this command included."""
    return [
        Layer(file.path, file.texts(environment, command), file=file, sections=file.sections(environment, command))
        for file in files
    ]


def merge(layers: Sequence[Layer], notes: list[str]) -> dict[str, Setting]:
    """The value of each option, by its name."""
    return {option.name: pick(option, layers, notes) for option in options.TABLE}


def pick(option: Option, layers: Sequence[Layer], notes: list[str]) -> Setting:
    """The value that the layers, the strongest first, give an option; what cannot be used is added to `notes`."""
    if option.parse is kinds.header:
        return _for_server(option, layers, notes)
    found = list(_values(option, layers, notes))
    if option.parse is kinds.pair:
        return _union(found)
    if option.repeatable and option.parse is kinds.pattern:
        # What one source calls a secret is one, whatever the others say.
        return _all(found)
    return found[0] if found else Setting(option.default, "default")


def _own_variables(environ: Mapping[str, str]) -> Layer:
    """`SENTINEL_RUN_<OPTION>`; `SENTINEL_RUN_NO_CAPTURE=1` says the same as `SENTINEL_RUN_CAPTURE=0`."""
    texts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for option in options.TABLE:
        _take(option, option.variable, environ, texts, names)
        negation = "SENTINEL_RUN_NO_" + option.variable.removeprefix("SENTINEL_RUN_")
        if option.negatable and option.name not in texts and environ.get(negation):
            texts[option.name], names[option.name] = [_inverted(environ[negation])], negation
    return Layer("the environment", texts, names=names)


def _sentry_variables(environ: Mapping[str, str]) -> Layer:
    """Sentry's own variables, such as `SENTRY_DSN`."""
    texts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for option in options.TABLE:
        for variable in option.variables:
            _take(option, variable, environ, texts, names)
    return Layer("the environment", texts, names=names)


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


def _union(found: Sequence[Setting]) -> Setting:
    """Tags of all sources together; where two sources name the same key, the stronger one wins."""
    merged: dict[str, str] = {}
    for setting in reversed(found):
        merged.update(setting.value)
    return Setting(tuple(merged.items()), ", ".join(s.source for s in found) or "default")


def _for_server(option: Option, layers: Sequence[Layer], notes: list[str]) -> Setting:
    """Headers of all sources together, by name, but for those that stand beside the DSN of another server.

    A secret that was given for one server must not go to another one because a stronger source names that.
    """
    found = [(layer, setting) for layer in layers for setting in _values(option, [layer], notes)]
    if not found:
        return Setting(option.default, "default")
    from sentinel_run import headers

    server = dsn.origin(pick(options.BY_NAME["dsn"], layers, []).value or "")
    fitting = [setting for layer, setting in found if _is_for(server, layer, layers)]
    if not fitting:
        return Setting(option.default, f"for another server: {', '.join(setting.source for _, setting in found)}")
    return Setting(headers.merged(s.value for s in fitting), ", ".join(s.source for s in fitting))


def _is_for(server: str, layer: Layer, layers: Sequence[Layer]) -> bool:
    """Whether the place of this layer (our variables and Sentry's are one) has no DSN, or one of the server."""
    texts = (other.texts.get("dsn", ()) for other in layers if other.source == layer.source)
    beside = next((given[-1] for given in texts if given and given[-1]), "")
    return not beside or dsn.origin(beside) == server


def _all(found: Sequence[Setting]) -> Setting:
    values = tuple(value for setting in found for value in setting.value)
    return Setting(values, ", ".join(setting.source for setting in found) or "default")


def _values(option: Option, layers: Sequence[Layer], notes: list[str]) -> Iterator[Setting]:
    for layer in layers:
        if option.name not in layer.texts:
            continue
        where, given = layer.where(option), layer.texts[option.name]
        good = [text for text in _asked(option, given) if _is_good(option, text, where, layer, notes)]
        if good:
            yield Setting(_parse(option, good), where)


def _asked(option: Option, texts: Sequence[str]) -> Sequence[str]:
    return texts if option.repeatable else [texts[-1] if texts else ""]


def _is_good(option: Option, text: str, where: str, layer: Layer, notes: list[str]) -> bool:
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
