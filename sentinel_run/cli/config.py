"""`sentinel-run config`: write, show and check settings."""

from __future__ import annotations

import json
import os

import click

from sentinel_run.cli import mistakes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.settings.config_files import Mistake

_MISTAKEN = 1


@click.group("config", cls=mistakes.Group)
def command() -> None:
    """Write, show and check settings.

    Settings come from the command line, the environment, the project's file, the user's and the system's, in this
    order.
    """


@command.command("init")
@click.argument("file", required=False, type=click.Path(dir_okay=False), metavar="[FILE]")
@click.option("--user", is_flag=True, help="Write the user's file instead of the project's.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(*, file: str | None, user: bool, force: bool) -> int:
    """Write a file with every setting explained, none of them set.

    FILE is sentinel-run.toml in the working directory if not given. A file that is there stays, unless --force is
    given.
    """
    from sentinel_run.cli import starter

    if file and user:
        raise click.UsageError("FILE and --user exclude each other")
    target = file or (starter.user_file(os.environ) if user else starter.project_file())
    starter.write(target, is_private=user, may_replace=force)
    click.echo(f"{target} is written; nothing is set in it yet")
    return 0


@command.command("show", context_settings={"allow_interspersed_args": False})
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND [ARG]...]")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
def show(*, words: tuple[str, ...], as_json: bool) -> int:
    """Show every setting, its value without secrets, and where it comes from.

    With a COMMAND: as a run of it has them, sections for its name and environment included.
    """
    from sentinel_run import notes, options, planning, settings
    from sentinel_run.cli.checks.options import option_values

    environ = planning.as_inherited(os.environ)
    found = option_values(settings.resolve(options.Reading({}, words), environ), environ)
    if as_json:
        click.echo(json.dumps(found.facts["settings"], indent=2))
    else:
        from sentinel_run.cli.screens import canvas, checkup

        canvas.put(lambda width: checkup.settings(found.facts["settings"]))
    for problem in found.problems:
        notes.say(problem)
    return 0


@command.command("check")
@click.argument("file", required=False, type=click.Path(dir_okay=False), metavar="[FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
def check(*, file: str | None, as_json: bool) -> int:
    """Name every mistake with its file and line, and what would be right.

    Without FILE those files are checked that a run here would read. Exit status 1 if there is a mistake.
    """
    paths = [file] if file else _found()
    found = {place: _mistakes(place) for place in paths}
    everything = [mistake for mistakes in found.values() for mistake in mistakes]
    if as_json:
        click.echo(json.dumps([mistake._asdict() for mistake in everything], indent=2))
    else:
        _say_mistakes(found)
    return _MISTAKEN if everything else 0


@command.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
def path(*, as_json: bool) -> int:
    """List the places where files are looked for, strongest first, and which are used."""
    from sentinel_run import planning
    from sentinel_run.cli.screens import words
    from sentinel_run.settings import config_places

    environ = planning.as_inherited(os.environ)
    used = _found()
    rows = [
        {"whose": whose, "path": place, "exists": os.path.isfile(place), "used": place in used}
        for whose, place in config_places.candidates(environ)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        state = "used" if row["used"] else "not used" if row["exists"] else "not there"
        click.echo(words.printable(f"{row['whose']:<8} {state:<10} {row['path']}"))
    return 0


@command.command("schema")
def schema() -> int:
    """Print a JSON schema of the config file, for editors."""
    from sentinel_run.cli import schema as schemas

    click.echo(json.dumps(schemas.schema(), indent=2))
    return 0


def _say_mistakes(found: Mapping[str, list[Mistake]]) -> None:
    from sentinel_run.cli.screens import words

    if not found:
        click.echo("no config file; to write one: sentinel-run config init")
    for place, wrong in found.items():
        for line in map(str, wrong) if wrong else (f"{place}: no mistakes",):
            click.echo(words.printable(line))


def _found() -> list[str]:
    """The files that a run here would read."""
    from sentinel_run import planning
    from sentinel_run.settings import config_places

    return config_places.chosen(planning.as_inherited(os.environ))


def _mistakes(place: str) -> list[Mistake]:
    """Without secrets: a DSN with a slip in it is still one."""
    from sentinel_run import planning, redact
    from sentinel_run.settings import config_files, config_mistakes

    file = config_files.read(place)
    found = [file] if isinstance(file, config_files.Mistake) else config_mistakes.in_all(file)
    secrets = redact.known(planning.as_inherited(os.environ))
    return [mistake._replace(what=redact.text(mistake.what, secrets)) for mistake in found]
