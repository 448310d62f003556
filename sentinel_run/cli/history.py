"""`sentinel-run history`: what ran on this machine."""

from __future__ import annotations

import click
from click.core import ParameterSource

from sentinel_run.cli import mistakes
from sentinel_run.cli.history_prune import prune
from sentinel_run.cli.params import COUNT, DURATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.listing import Wanted
    from sentinel_run.cli.looking import Store

_STATUSES = ("ok", "failed", "interrupted", "skipped", "running")


@click.group("history", cls=mistakes.Group, invoke_without_command=True, subcommand_metavar="[prune [ARG]...]")
@click.option("--name", default="", metavar="NAME", help="Only runs of this command name.")
@click.option(
    "--status", type=click.Choice(_STATUSES), metavar="|".join(_STATUSES), help="Only runs of this status."
)
@click.option("--failed", is_flag=True, help="Only failed runs; the same as --status failed.")
@click.option("--since", type=DURATION, metavar="DURATION", help="Only runs of the last 2h, 7d, ...")
@click.option("--limit", type=COUNT, default=20, metavar="N", help="At most so many (20); 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a header and one line a run as CSV.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    name: str,
    status: str | None,
    failed: bool,
    since: float | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Show runs, newest first.

    Runs in progress come first, with their time so far. On a terminal the table fits its width;
    elsewhere it is plain text with one run a line, and nothing is cut.
    """
    from sentinel_run.cli.listing import Wanted

    if ctx.invoked_subcommand:
        _refuse_options(ctx)
        return 0
    if failed and status not in (None, "failed"):
        raise click.UsageError(f"--failed and --status {status} exclude each other")
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    wanted = Wanted(name, "failed" if failed else status or "", since, limit)
    put = _print_json if as_json else _print_csv if as_csv else _print_screen
    put(wanted)
    return 0


command.add_command(prune)


def _refuse_options(ctx: click.Context) -> None:
    """Whoever writes `history --name x prune` means that of the runs of x only; it must not be passed over."""
    for param in ctx.command.params:
        if param.name and ctx.get_parameter_source(param.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{param.opts[0]} belongs to `history`; write the options of prune behind it")


def _print_json(wanted: Wanted) -> None:
    from sentinel_run.cli import json_list, listing, looking

    with looking.opened() as store:
        json_list.put(listing.to_json(store, row) for row in listing.rows(store, wanted))


def _print_csv(wanted: Wanted) -> None:
    from sentinel_run.cli import listing, looking, sheet

    with looking.opened() as store:
        sheet.put(listing.COLUMNS, map(listing.columns, listing.rows(store, wanted)))


def _print_screen(wanted: Wanted) -> None:
    from sentinel_run.cli import listing, looking

    with looking.opened() as store:
        found = listing.listed(store, wanted)
        if not found:
            click.echo(_nothing(store, wanted.name))
            return
    from sentinel_run.cli.screens import canvas
    from sentinel_run.cli.screens.listing import screen

    canvas.put(lambda width: screen(found, width))


def _nothing(store: Store, name: str) -> str:
    from sentinel_run.cli import choosing

    if not store.history.last_ended():
        return "no runs yet; try: sentinel-run -- COMMAND"
    if name and not store.history.last_ended(name=name):
        return choosing.unknown(store, name)
    return "no run fits; see all with: sentinel-run history"
