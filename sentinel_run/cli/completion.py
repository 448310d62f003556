"""`sentinel-run completion`: a script that teaches a shell our command line."""

from __future__ import annotations

import click

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS), metavar="SHELL")
def command(shell: str) -> int:
    """Print a completion script for a shell.

    SHELL is bash, zsh or fish. The script completes options, their values and subcommands, and hands over to the
    completion of the command that is to be run. It is made once; no TAB starts sentinel-run.
    """
    click.echo(script(shell), nl=False)
    return 0


def script(shell: str) -> str:
    """The script for one of the shells."""
    from importlib import import_module

    from sentinel_run.cli import grammar

    made = import_module(f"sentinel_run.cli.completions.{shell}").script(grammar.program())
    assert isinstance(made, str)
    return made
