"""The man page sentinel-run(1), in the macros of man(7), out of the same tables as the help."""

from __future__ import annotations

import textwrap

from sentinel_run.cli import teaching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel_run.cli.verbs import Flag, Verb


_WIDTH = 64  # What is escaped takes more room than it shows.
# Letters that roff would print as others; a backslash is the first, all others are written with one.
_LETTERS = (("\\", "\\e"), ("-", "\\-"), ("~", "\\(ti"), ("^", "\\(ha"), ("`", '"'))


def page(program: Verb, *, version: str, date: str) -> str:
    """The page's source; `date` as 2026-11-26, the day of the release."""
    return "".join(f"{line}\n" for line in _lines(program, version, date))


def _lines(program: Verb, version: str, date: str) -> Iterator[str]:
    yield f'.TH SENTINEL\\-RUN 1 "{date}" "sentinel\\-run {version}" "User Commands"'
    yield from (".SH NAME", f"sentinel\\-run \\- {_text('run any command under Sentry monitoring')}")
    yield from _synopsis()
    yield from (".SH DESCRIPTION", *_paragraphs(teaching.ABOUT))
    yield from _options(program)
    yield from _subcommands(program)
    yield from (".SH EXIT STATUS", *_prose(teaching.EXIT_RULE), *_list(teaching.EXIT_STATUS))
    yield from (".PP", *_prose("That of a subcommand:"), *_list(teaching.SUBCOMMAND_EXIT_STATUS))
    yield from _environment()
    yield from (".SH FILES", *_list(teaching.FILES))
    yield from _examples()
    yield from (".SH SEE ALSO", ".BR timeout (1),", ".BR crontab (5),", ".BR systemd.timer (5)")


def _synopsis() -> Iterator[str]:
    yield ".SH SYNOPSIS"
    yield from (".B sentinel\\-run", "[OPTIONS] [\\-\\-] COMMAND [ARG]...", ".br")
    yield from (".B sentinel\\-run", "SUBCOMMAND ...")


def _options(program: Verb) -> Iterator[str]:
    yield ".SH OPTIONS"
    yield "Durations are written 90, 90s, 5m, 2h, 1h30m or 500ms."
    for group in dict.fromkeys(flag.group for flag in program.flags):
        yield f".SS {_text(group or 'Help')}"
        yield from _flags(flag for flag in program.flags if flag.group == group)


def _subcommands(program: Verb) -> Iterator[str]:
    yield ".SH SUBCOMMANDS"
    yield from _prose("Without -- a first word that names a subcommand is it. Each has a --help of its own.")
    for verb in program.walk():
        if not verb.path:
            continue
        yield f".SS {_text(verb.path)}"
        yield f".B sentinel\\-run {_text(verb.path)}"
        yield from _prose(verb.usage)
        yield ".PP"
        yield from _paragraphs(verb.help)
        yield from _flags(flag for flag in verb.flags if "--help" not in flag.names)


def _environment() -> Iterator[str]:
    yield ".SH ENVIRONMENT"
    yield from _prose(
        "Every option of a run can be set by a variable: SENTINEL_RUN_ and the option's name in capitals, dashes "
        "as underscores, such as SENTINEL_RUN_TIMEOUT=2h. The command line outweighs the environment, and that "
        "the files. SENTRY_DSN, SENTRY_ENVIRONMENT, SENTRY_RELEASE and SENTRY_TRACES_SAMPLE_RATE are honoured too."
    )
    yield from _list(teaching.VARIABLES)


def _examples() -> Iterator[str]:
    yield ".SH EXAMPLES"
    for index, (task, lines) in enumerate(teaching.BY_TASK):
        yield from ((".PP",) if index else ())
        yield from (_text(f"{task}:"), ".PP", ".RS 4", ".EX", *map(_text, lines), ".EE", ".RE")


def _flags(flags: Iterable[Flag]) -> Iterator[str]:
    for flag in flags:
        names = ", ".join(f"\\fB{_text(name)}\\fR" for name in flag.names)
        yield from (".TP", names + _operand(flag), *(_prose(flag.help) or ("\\&",)))


def _operand(flag: Flag) -> str:
    if not flag.takes_value:
        return ""
    shown = f"\\fI{_text(flag.metavar)}\\fR"
    return f" [{shown}]" if flag.optional_value else f" {shown}"


def _list(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in rows:
        yield from (".TP", f"\\fB{_text(term)}\\fR", *_prose(meaning))


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs; one that click must not wrap, marked by a backspace, stays as it is."""
    for index, part in enumerate(part for part in text.strip().split("\n\n") if part.strip()):
        if index:
            yield ".PP"
        if part.lstrip().startswith("\b"):
            lines = [line for line in part.replace("\b", "").split("\n") if line.strip()]
            yield from (".RS 4", ".EX", *(_text(line.strip()) for line in lines), ".EE", ".RE")
        else:
            yield from _prose(part)


def _prose(text: str) -> list[str]:
    """A paragraph, in lines as short as roff's readers want their input."""
    words = textwrap.wrap(" ".join(text.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [_text(line) for line in words]


def _text(text: str) -> str:
    """Words as roff prints them: a backslash, a dash and a dot at the line's beginning would mean something."""
    escaped = text
    for letter, written in _LETTERS:
        escaped = escaped.replace(letter, written)
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
