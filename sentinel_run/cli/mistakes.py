"""What click finds wrong with a command line, in our own words and with the nearest right one."""

from __future__ import annotations

import click

from sentinel_run import kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Group(click.Group):
    """A subcommand with subcommands of its own, which names them and the nearest where one is missing or wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of their making, not of the alphabet."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            raise click.UsageError(f"{ctx.info_name} needs one of {', '.join(self.commands)}", ctx)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and self.invoke_without_command:
            words = f"{ctx.info_name} takes {', '.join(self.commands)} or nothing, not {args[0]!r}"
            raise click.UsageError(words, ctx)
        if args[0] not in self.commands:
            raise _no_such_command(args[0], ctx, list(self.commands))
        return super().resolve_command(ctx, args)


def sentence(error: click.ClickException) -> str:
    """One sentence: what is wrong, and what was probably meant or where to read on."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    help_page = f"try: {context.command_path} --help" if context else ""
    if isinstance(error, click.NoSuchOption):
        return _with_hint(f"no such option: {error.option_name}", _meant_option(error), help_page)
    if isinstance(error, click.MissingParameter) and error.param:
        return _with_hint(f"missing {_wanted(error.param)}", "", help_page)
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        return _with_hint(_plain(error.format_message()), _meant_choice(error), help_page)
    return _with_hint(_plain(error.format_message()), "", help_page)


def _wanted(param: click.Parameter) -> str:
    """An operand by its name, and what it may be."""
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    return f"{param.human_readable_name}{': one of ' if choices else ''}{', '.join(map(str, choices))}"


def _no_such_command(name: str, context: click.Context, known: Sequence[str]) -> click.UsageError:
    likely = kinds.nearest(name, known)
    hint = f"; did you mean {likely}?" if likely else ""
    return click.UsageError(f"{context.info_name} needs one of {', '.join(known)}, not {name!r}{hint}", context)


def _with_hint(what: str, likely: str, otherwise: str) -> str:
    if "did you mean" in what:
        return what
    hint = f"did you mean {likely}?" if likely else otherwise
    return f"{what}; {hint}" if hint else what


def _meant_option(error: click.NoSuchOption) -> str:
    if error.ctx is None:
        return ""
    known = [name for param in error.ctx.command.get_params(error.ctx) for name in _names(param)]
    return kinds.nearest(error.option_name, known)


def _names(param: click.Parameter) -> list[str]:
    return [] if getattr(param, "hidden", False) else [*param.opts, *param.secondary_opts]


def _meant_choice(error: click.BadParameter) -> str:
    """The choice that is nearest to the word that was refused, which click quotes first."""
    assert error.param is not None
    assert isinstance(error.param.type, click.Choice)
    given = error.message.partition("'")[2].partition("'")[0]
    return kinds.nearest(given, [str(choice) for choice in error.param.type.choices])


def _plain(message: str) -> str:
    """click's sentences as ours are: a small letter first, no full stop, an option's name first and unquoted."""
    message = message.removesuffix(".")
    if message.startswith("Invalid value for '"):
        name, _, rest = message.removeprefix("Invalid value for '").partition("'")
        return name + rest
    return message[:1].lower() + message[1:]
