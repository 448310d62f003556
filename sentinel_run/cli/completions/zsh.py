"""The functions of zsh's completion: one a subcommand, each a call of `_arguments` (zshcompsys(1))."""

from __future__ import annotations

from sentinel_run.cli.completions import brief, framed, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.cli.verbs import Flag, Verb


def script(program: Verb) -> str:
    """A script to be found as `_sentinel-run` on zsh's fpath, or to be sourced."""
    return framed("zsh", (line for verb in program.walk() for line in (*_function(verb), "")))


def _function(verb: Verb) -> Iterator[str]:
    yield f"{_name(verb)}() {{"
    yield from (f"    {line}" for line in (_group(verb) if verb.verbs or verb.runs else _leaf(verb)))
    yield "}"


def _name(verb: Verb) -> str:
    return "_".join(("_sentinel_run", *verb.path.split()))


def _group(verb: Verb) -> Iterator[str]:
    """What is before the first operand is ours; the operand decides how it goes on."""
    yield "local separated="
    yield "local -i first"
    yield "local -a verbs valued bare"
    yield "verbs=("
    yield from (f"    {quoted(f'{inner.name}:{brief(inner.help)}')}" for inner in verb.verbs)
    yield ")"
    yield f"valued=({' '.join(name for flag in verb.flags for name in flag.valued)})"
    yield f"bare=({' '.join(name for flag in verb.flags for name in flag.bare)})"
    yield "_sentinel_run_split"
    yield "if (( first > CURRENT )) || [[ -z $separated && $words[CURRENT] == -* && $first == $CURRENT ]]; then"
    yield from (f"    {line}" for line in _arguments(verb, ""))
    yield "else"
    yield f"    _sentinel_run_operands {_name(verb)} {quoted('program' if verb.runs else '')}"
    yield "fi"


def _leaf(verb: Verb) -> Iterator[str]:
    choices = f"({' '.join(verb.words)})" if verb.words else " "
    yield from _arguments(verb, quoted(f"*: :{'_files' if verb.files else choices}"))


def _arguments(verb: Verb, operands: str) -> Iterator[str]:
    *specs, last = [spec for flag in verb.flags for spec in _specs(flag)] + [operands] * bool(operands)
    yield "_arguments -s -S \\"
    yield from (f"    {spec} \\" for spec in specs)
    yield f"    {last}"


def _specs(flag: Flag) -> Iterator[str]:
    """One spec a name; a name that was given excludes the others, unless the option may come again."""
    others = "" if flag.repeatable or len(flag.names) == 1 else f"({' '.join(flag.names)})"
    value = _value(flag) if flag.takes_value else ""
    for name in flag.names:
        joint = ("=" if name.startswith("--") else "+") if flag.takes_value else ""
        joint += "-" if flag.optional_value else ""  # Only what is attached is the value beyond doubt.
        yield quoted(f"{'*' if flag.repeatable else others}{name}{joint}[{_escaped(flag.told(name))}]{value}")


def _value(flag: Flag) -> str:
    action = "_files" if flag.files else f"({' '.join(flag.words)})" if flag.words else " "
    return f"{'::' if flag.optional_value else ':'}{_escaped(flag.metavar)}:{action}"


def _escaped(text: str) -> str:
    for letter in "\\[]:":
        text = text.replace(letter, f"\\{letter}")
    return text
