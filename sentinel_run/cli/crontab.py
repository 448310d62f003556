"""`sentinel-run crontab`: put the jobs of a crontab under monitoring."""

from __future__ import annotations

import os
import sys

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.cli.tables import Table
    from sentinel_run.crontabs.rewriting import Rewritten

_DECLINED = 1


@click.command("crontab")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--user", "-u", metavar="USER", default="", help="The crontab of USER, if you are root (crontab -u)."
)
@click.option("--undo", is_flag=True, help="Take sentinel-run out of the jobs again.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--write", "target", metavar="FILE", help="Write the new crontab to FILE (- for stdout) instead.")
@click.option("--only-on-failure", is_flag=True, help="Let jobs print, and cron mail, only when they fail.")
@click.option("--user-column/--no-user-column", default=None, help="Whether lines name a user, as /etc/crontab's.")
@click.option("--systemd", "unit", metavar="UNIT", help="Print a drop-in for a systemd service instead.")
def command(
    *,
    files: tuple[str, ...],
    user: str,
    undo: bool,
    yes: bool,
    target: str | None,
    only_on_failure: bool,
    user_column: bool | None,
    unit: str | None,
) -> int:
    """Put the jobs of a crontab under monitoring.

    Without FILE it is your own (`crontab -l`). Each job gets sentinel-run with a monitor, its own schedule and the
    time zone in front of it; comments, variables and everything else stay as they are. The difference is shown
    first. A second time changes nothing, and --undo gives back what was there. Exit status 1 if you say no.
    """
    from sentinel_run.cli import tables

    if unit is not None:
        click.echo(_drop_in(unit), nl=False)
        return 0
    if target is not None and len(files) > 1:
        raise click.UsageError("--write takes one FILE")
    if user and files:
        raise click.UsageError("--user is for a crontab without FILE")
    if not undo:
        _say_what_cron_lacks()
    found = [tables.table(path, has_user_column=user_column, user=user) for path in files or ("",)]
    all_made = _undone(found) if undo else _wrapped(found, only_on_failure=only_on_failure)
    return max([_change(table, made, target, is_sure=yes) for table, made in zip(found, all_made, strict=True)])


def _undone(found: Sequence[Table]) -> list[Rewritten]:
    from sentinel_run.crontabs import rewriting

    return [rewriting.undo(table.text, has_user_column=table.has_user_column) for table in found]


def _wrapped(found: Sequence[Table], *, only_on_failure: bool) -> list[Rewritten]:
    """Each job of all tables gets a monitor of its own."""
    from sentinel_run.crontabs import reach, rewriting

    program = _program()
    wrapper = rewriting.Wrapper(program, _zone(), only_on_failure, lambda user: reach.is_locked_out(program, user))
    taken = frozenset[str]().union(*(rewriting.slugs(table.text) for table in found))
    all_made: list[Rewritten] = []
    for table in found:
        its = wrapper._replace(user=table.user, taken=taken)
        made = rewriting.wrap(table.text, its, has_user_column=table.has_user_column)
        taken |= rewriting.slugs(made.text)
        all_made.append(made)
    return all_made


def _change(table: Table, made: Rewritten, target: str | None, *, is_sure: bool) -> int:
    from sentinel_run import notes
    from sentinel_run.cli import tables

    for remark in made.remarks:
        notes.say(tables.shown(f"{table.name}: {remark}"))
    if target is not None:
        tables.write(target, made.text)
        return 0
    if not made.changed:
        click.echo(f"{table.name}: nothing to change")
        return 0
    click.echo(tables.difference(table, made.text), nl=False)
    if not is_sure and not _agrees(table, made.changed):
        return _DECLINED
    tables.install(table, made.text)
    click.echo(f"{table.name}: {made.changed} {'job' if made.changed == 1 else 'jobs'} changed")
    return 0


def _agrees(table: Table, changed: int) -> bool:
    if not sys.stdin.isatty():
        from sentinel_run import notes

        notes.say("nothing was changed: nobody is there to ask; try --yes, or --write FILE")
        return False
    return click.confirm(f"Change {changed} {'job' if changed == 1 else 'jobs'} of {table.name}?")


def _drop_in(unit: str) -> str:
    from sentinel_run.crontabs import units

    return units.drop_in(unit, _program(), _zone())


def _say_what_cron_lacks() -> None:
    """Cron's jobs do not have this shell's variables."""
    from sentinel_run import notes, options, planning, settings

    environ = planning.as_inherited(os.environ)
    dsn = settings.resolve(options.Reading({}, ()), environ).settings["dsn"]
    if dsn.value and dsn.source in environ:
        where = "in the crontab, in their user's config file or in /etc/sentinel-run.toml"
        notes.say(f"{dsn.source} is known to this shell only; jobs need it {where}")


def _zone() -> str:
    """The zone of cron's times: the machine's. TZ is this shell's own, but for one that a whole container has."""
    from sentinel_run import monitors, notes

    of_shell = monitors.local_zone(os.environ)
    found = monitors.local_zone({"TZ": _of_first_process("TZ")}) or of_shell
    if found != of_shell and (here := os.environ.get("TZ")):
        notes.say(f"times are in {found}, this machine's zone, as cron has them: TZ={here} is this shell's alone")
    return found


def _of_first_process(variable: str) -> str:
    """A variable that process 1 was started with, where we may know: init, or what a container runs."""
    try:
        with open("/proc/1/environ", "rb") as file:
            found = dict(pair.partition(b"=")[::2] for pair in file.read().split(b"\0"))
    except OSError:
        return ""
    return found.get(variable.encode(), b"").decode("utf-8", "replace")


def _program() -> str:
    """Our own path: cron looks for programs in few places."""
    import shutil

    called = os.path.abspath(sys.argv[0])
    if os.path.basename(called) == "sentinel-run" and os.access(called, os.X_OK):
        return called
    found = shutil.which("sentinel-run")
    if found is None:
        raise click.ClickException("there is no program called sentinel-run on PATH for cron to start")
    return os.path.abspath(found)
