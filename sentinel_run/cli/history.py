"""`sentinel-run history`: what ran on this machine."""

from __future__ import annotations

import json

import click

from sentinel_run.cli.params import DURATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.listing import Wanted


@click.command("history")
@click.option("--name", default="", metavar="NAME", help="Only runs of this command name.")
@click.option(
    "--status", type=click.Choice(["ok", "failed", "skipped", "running"]), help="Only runs of this status."
)
@click.option("--failed", is_flag=True, help="Only failed runs; the same as --status failed.")
@click.option("--since", type=DURATION, metavar="DURATION", help="Only runs of the last 2h, 7d, ...")
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, metavar="N", help="At most so many (20); 0 for all."
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
def command(*, name: str, status: str | None, failed: bool, since: float | None, limit: int, as_json: bool) -> int:
    """Show runs, newest first.

    Runs that go on now come first, with the time they take so far. On a terminal the table fits its width;
    elsewhere it is plain text with one run a line, and nothing is cut.
    """
    from sentinel_run.cli.listing import Wanted

    if failed and status not in (None, "failed"):
        raise click.UsageError(f"--failed and --status {status} exclude each other")
    wanted = Wanted(name, "failed" if failed else status or "", since, limit)
    _print_json(wanted) if as_json else _print_screen(wanted)
    return 0


def _print_json(wanted: Wanted) -> None:
    from sentinel_run.cli import listing, looking

    with looking.opened() as store:
        found = [listing.to_json(store, listed.row) for listed in listing.listed(store, wanted)]
    click.echo(json.dumps(found, indent=2))


def _print_screen(wanted: Wanted) -> None:
    from sentinel_run.cli import listing, looking

    with looking.opened() as store:
        found = listing.listed(store, wanted)
        is_empty = not found and not store.history.last_ended()
    if not found:
        click.echo(_nothing(is_empty=is_empty))
        return
    from sentinel_run.cli.screens import canvas
    from sentinel_run.cli.screens.listing import screen

    canvas.put(lambda width: screen(found, width))


def _nothing(*, is_empty: bool) -> str:
    if is_empty:
        return "No runs yet. Try: sentinel-run -- COMMAND"
    return "No run fits. See all with: sentinel-run history"
