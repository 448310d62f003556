"""Writes docs/reference.md to stdout, out of the tables that help, man page and completions are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sentinel_run import options
from sentinel_run.cli import grammar, teaching
from sentinel_run.cli.verbs import Flag, Verb

_HEAD = """\
# Reference

Made from the program's own tables by `make reference`, and held up to date by a test. `sentinel-run --help` and
`man sentinel-run` say the same. More of an option is told in [configuration](configuration.md), and what to use it
for [by task](cron.md).

```text
sentinel-run [OPTIONS] [--] COMMAND [ARG]...
sentinel-run SUBCOMMAND ...
```

Options end at the first word that is none; what follows belongs to the command. After `--` there is always a
command, also where it is called like a subcommand.
"""
_DURATIONS = "Durations: `90`, `90s`, `5m`, `2h`, `1h30m`, `500ms`. Sizes: `1000`, `500MB`, `1.5GB`, `64MiB`."


def page() -> str:
    """The whole page."""
    program = grammar.program()
    parts = (_options(program), _subcommands(program), _exit_statuses(), _environment(), _files())
    return "\n".join([_HEAD, *("\n".join(part) + "\n" for part in parts)])


def _options(program: Verb) -> Iterator[str]:
    yield from ("## Options of a run", "", _DURATIONS)
    variables = {f"--{option.name}": (option.variable, *option.variables) for option in options.TABLE}
    for group in dict.fromkeys(flag.group for flag in program.flags):
        rows = [_option(flag, variables) for flag in program.flags if flag.group == group]
        yield from ("", f"### {group or 'Help'}", "", *_table(("option", "environment", "meaning"), rows))


def _option(flag: Flag, variables: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    names = next((variables[name] for name in flag.names if name in variables), ())
    return _names(flag), ", ".join(map(_code, names)), flag.help


def _subcommands(program: Verb) -> Iterator[str]:
    yield from ("## Subcommands", "", "Each has `--help` too.")
    for verb in program.walk():
        if verb.path:
            depth = "#" * (3 + verb.path.count(" "))
            yield from (
                f"\n{depth} {verb.path}",
                "",
                *_block("text", [f"sentinel-run {verb.path} {verb.usage}"]),
                "",
            )
            yield from _help(verb.help)
            rows = [(_names(flag), flag.help) for flag in verb.flags if "--help" not in flag.names]
            yield from (*_table(("option", "meaning"), rows), "") if rows else ()
            yield from _examples(verb.path)


def _help(text: str) -> Iterator[str]:
    """Paragraphs; one that click must not wrap, marked by a backspace, is shown as it is."""
    for part in text.strip().split("\n\n"):  # Each ends with a blank line.
        lines = [line.strip() for line in part.replace("\b", "").splitlines() if line.strip()]
        yield from _block("sh", lines) if "\b" in part else (" ".join(lines),)
        yield ""


def _examples(path: str) -> Iterator[str]:
    for number, (word, lines) in enumerate(groupby(teaching.OF_SUBCOMMAND.get(path, ()), _language)):
        yield from ("",) if number else ()
        yield from _block(word, lines)


def _language(line: str) -> str:
    """What reads the line: cron, where it begins with a time, or a shell."""
    if line[0] in "0123456789*":
        return "crontab"
    return next((word for word in ("bash", "zsh", "fish") if word in line), "sh")


def _block(word: str, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"```{word}", *lines, "```")


def _exit_statuses() -> Iterator[str]:
    yield from ("## Exit status", "", f"Of a run: {teaching.EXIT_RULE[:1].lower()}{teaching.EXIT_RULE[1:]}", "")
    yield from _table(("status", "of a run"), teaching.EXIT_STATUS)
    yield from ("", *_table(("status", "of a subcommand"), teaching.SUBCOMMAND_EXIT_STATUS))


def _environment() -> Iterator[str]:
    yield from ("## Environment", "", "Beside the variables of the options:", "")
    rows = [(", ".join(map(_code, names.split(", "))), meaning) for names, meaning in teaching.VARIABLES]
    yield from _table(("variable", "meaning"), rows)


def _files() -> Iterator[str]:
    rows = [(", ".join(map(_code, names.split(", "))), meaning) for names, meaning in teaching.FILES]
    yield from ("## Files", "", *_table(("file", "what is in it"), rows))


def _names(flag: Flag) -> str:
    operand = f"[{flag.metavar}]" if flag.optional_value else flag.metavar
    return ", ".join(_code(f"{name} {operand}".strip()) for name in flag.names)


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{' --- |' * len(titles)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    print(page(), end="")
