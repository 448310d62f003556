"""The click side of the command line: help, subcommands, completion, all made from the one option table."""

from __future__ import annotations

import importlib
import os
import sqlite3
import sys

import click

import sentinel_run
from sentinel_run import measures, notes, options
from sentinel_run.cli import mistakes, params, printing, teaching
from sentinel_run.errors import NoReaderError, SentinelError, UnprintedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sentinel_run.options import Option

USAGE, _HELP = "[OPTIONS] [--] COMMAND [ARG]...", "Help"
_WRONG_USAGE, _INTERRUPTED = 125, 130
_COLUMNS = 80


class _Root(click.Group):
    """The options of a run and the subcommands; a subcommand's module is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(options.SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in options.SUBCOMMANDS:
            return None
        command = importlib.import_module(f"sentinel_run.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        command.epilog = command.epilog or teaching.examples(cmd_name)
        return command

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [USAGE]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        groups = {option.name.replace("-", "_"): option.group for option in options.TABLE}
        for group in dict.fromkeys((*groups.values(), _HELP)):
            params = [param for param in self.get_params(ctx) if groups.get(param.name or "", _HELP) == group]
            rows = [row for param in params if (row := param.get_help_record(ctx))]
            with formatter.section(group):
                formatter.write_dl(rows)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """click calls them commands, which is our word for what is run."""
        rows = [(name, self._brief(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Subcommands, instead of a COMMAND"):
            formatter.write_dl(rows)

    def _brief(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        assert command is not None
        return command.get_short_help_str(limit=_COLUMNS)


def root() -> click.Group:
    """The click command of the whole program."""
    parameters: list[click.Parameter] = [_parameter(option) for option in options.TABLE]
    return _Root(
        "sentinel-run",
        help=teaching.ABOUT,
        epilog=teaching.epilog(),
        params=[*parameters, _version()],
        invoke_without_command=True,
        callback=lambda **_: None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _COLUMNS},
    )


def _version() -> click.Option:
    """As click's own, but looked up only if somebody asks: that takes a fifth of a short answer's time."""

    def say(ctx: click.Context, param: click.Parameter, is_asked: bool) -> None:
        if is_asked and not ctx.resilient_parsing:
            click.echo(f"sentinel-run, version {sentinel_run.__version__}")
            ctx.exit()

    words = "Show the version and exit."
    return click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=say, help=words)


def main(argv: Sequence[str]) -> int:
    """Run a subcommand, or print the help or the version; returns the exit status."""
    os.umask(0o077)
    printing.prepare()
    try:
        status = root().main(list(argv), prog_name="sentinel-run", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        notes.say(mistakes.sentence(error))
        return _WRONG_USAGE
    except NoReaderError as error:
        printing.give_up()
        return error.exit_status
    except UnprintedError as error:
        notes.say(str(error))
        printing.give_up()
        return error.exit_status
    except SentinelError as error:
        notes.say(str(error))
        return error.exit_status
    except (OSError, sqlite3.Error) as error:
        notes.say(f"the state directory cannot be used: {error}; try: sentinel-run doctor")
        return _WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED


def _parameter(option: Option) -> click.Option:
    name = f"--{option.name}" + (f"/--no-{option.name}" if option.negatable else "")
    declarations = [name, *([f"-{option.short}"] if option.short else [])]
    if option.flag:
        return click.Option(declarations, is_flag=True, default=option.default, help=option.help)
    return click.Option(
        declarations,
        type=params.Kind(option.metavar or "value", option.parse),
        multiple=option.repeatable,
        metavar=option.metavar,
        **_bare(option),
        default=None if option.repeatable else option.default,
        help=told(option),
    )


def _bare(option: Option) -> dict[str, Any]:
    return {"is_flag": False, "flag_value": option.bare} if option.bare else {}


def told(option: Option) -> str:
    """What an option is for, with its default if there is one that tells something."""
    if option.flag or option.default in (None, ()):
        return option.help
    is_measure = option.parse in (measures.duration, measures.size)
    default = measures.in_words(option.parse, option.default) if is_measure else option.default
    return f"{option.help} Default {default}."
