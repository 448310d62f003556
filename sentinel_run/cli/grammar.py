"""The whole command line as plain records, out of the option table and click's commands.

Completions and the man page are made from it, so that they cannot tell anything else than the program does.
"""

from __future__ import annotations

import click

from sentinel_run import options
from sentinel_run.cli.main import USAGE, root, told
from sentinel_run.cli.verbs import Flag, Verb
from sentinel_run.notebook import jotted, note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The words that may stand where click knows only that a text is wanted.
_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("show", "run"): ("last", "last-failed"),
    ("note breadcrumb", "--level"): jotted.LEVELS,
    ("note span", "words"): ("start", "end"),
}
_OF_NOTE: Mapping[str, str] = {
    "level": "How grave it is: debug, info, warning, error or fatal; info if not given.",
    "category": "What it belongs to, such as http or query.",
    "data": "A fact that belongs to it; repeatable.",
    "unit": "What is counted, such as token or megabyte.",
    "op": "The kind of work, such as db or http.client.",
    "status": "How the step ended: success, failed, one of Sentry's words, or an exit status such as $?.",
    "id": "Tells steps of the same name apart.",
    "parent": "The id or name of the step around it, where they do not nest by themselves.",
}
_HELP = "Show the help."


def program() -> Verb:
    """The grammar of `sentinel-run`."""
    group = root()
    with click.Context(group, info_name="sentinel-run") as context:
        flags = (*map(_of_table, options.TABLE), *_ours(), Flag(("--version",), "Show the version."))
        return Verb("", _first_sentence(group), USAGE, flags, _verbs(group, context, ""), runs=True)


def _ours() -> tuple[Flag, ...]:
    return (Flag(("-h", "--help"), _HELP),)


def _of_table(option: options.Option) -> Flag:
    long = (f"--{option.name}", *([f"--no-{option.name}"] if option.negatable else []))
    return Flag(
        ((f"-{option.short}", *long) if option.short else long),
        told(option),
        "" if option.flag else option.metavar.strip("[]") if option.bare else option.metavar,
        option.choices,
        optional_value=bool(option.bare),
        repeatable=option.repeatable,
        group=option.group,
    )


def _verbs(group: click.Group, context: click.Context, above: str) -> tuple[Verb, ...]:
    made = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if not command.hidden:
            made.append(_verb(command, context, f"{above} {name}".strip()))
    return tuple(made)


def _verb(command: click.Command, above: click.Context, path: str) -> Verb:
    with click.Context(command, info_name=path.rpartition(" ")[2], parent=above) as context:
        params = [param for param in command.params if not getattr(param, "hidden", False)]
        flags = [_flag(param, path) for param in params if isinstance(param, click.Option)]
        operands = [param for param in params if isinstance(param, click.Argument)]
        return Verb(
            path,
            command.help or "",
            " ".join(command.collect_usage_pieces(context)),
            (*flags, *_of_note(path), *_ours()),
            _verbs(command, context, path) if isinstance(command, click.Group) else (),
            tuple(word for operand in operands for word in _words(operand, path)),
            any(_takes_files(operand) for operand in operands),
            any("COMMAND" in (operand.metavar or "") for operand in operands),
        )


def _flag(param: click.Option, path: str) -> Flag:
    is_switch = param.is_flag or param.count
    metavar = "" if is_switch else _metavar(param)
    return Flag(
        (*sorted(param.opts, key=len), *param.secondary_opts),
        param.help or "",
        metavar,
        _words(param, path),
        _takes_files(param),
        repeatable=param.multiple,
    )


def _metavar(param: click.Option) -> str:
    if isinstance(param.type, click.Choice):
        return "|".join(map(str, param.type.choices))
    return param.metavar or param.type.name.upper()


def _words(param: click.Parameter, path: str) -> tuple[str, ...]:
    if isinstance(param.type, click.Choice):
        return tuple(map(str, param.type.choices))
    names = (param.name or "", *param.opts)
    return next((words for name in names if (words := _WORDS.get((path, name)))), ())


def _takes_files(param: click.Parameter) -> bool:
    return isinstance(param.type, click.Path | click.File) or "FILE" in (param.metavar or "")


def _of_note(path: str) -> Iterator[Flag]:
    """`note` reads its words itself; click knows none of its options."""
    above, _, kind = path.partition(" ")
    if above != "note" or kind not in note.SHAPES:
        return
    for name in note.SHAPES[kind].options:
        metavar = "KEY=VALUE" if name == "data" else name.upper()
        yield Flag(
            (f"--{name}",), _OF_NOTE[name], metavar, _WORDS.get((path, f"--{name}"), ()), repeatable=name == "data"
        )
    yield Flag(("--strict",), "Fail where the note cannot be kept.")


def _first_sentence(command: click.Command) -> str:
    return (command.help or "").strip().partition("\n\n")[0].replace("\n", " ")
