"""`sentinel-run history prune`: forget runs now."""

from __future__ import annotations

import json
import os

import click

from sentinel_run.cli.params import COUNT, DURATION, SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.pruning import Pruned
    from sentinel_run.store.retention import Keep


@click.command("prune")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--keep", type=COUNT, metavar="N", help="Keep the last N runs, of each NAME if one is given.")
@click.option("--older-than", type=DURATION, metavar="DURATION", help="Forget runs that started longer ago.")
@click.option("--keep-size", type=SIZE, metavar="SIZE", help="Keep so much at most; the oldest runs go.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and forget nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one object as JSON.")
def prune(
    *,
    names: tuple[str, ...],
    keep: int | None,
    older_than: float | None,
    keep_size: int | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Forget runs, and give their room back to the disk.

    Without options what is configured is kept: `keep-runs`, `keep-for`, `keep-size`. Runs of which something
    waits to be taken in or sent stay, and so do runs in progress.
    """
    from sentinel_run.cli import looking, pruning

    limits = _limits(keep, older_than, keep_size)
    with looking.opened() as store:
        pruned = pruning.prune(store, limits, names, dry_run=dry_run)
    click.echo(json.dumps(pruning.to_json(pruned), indent=2)) if as_json else _print(pruned)
    return 0


def _limits(keep: int | None, older_than: float | None, keep_size: int | None) -> Keep:
    """Those that are given and no others; the configured ones if none is."""
    from sentinel_run import planning
    from sentinel_run.cli import retaining
    from sentinel_run.store.retention import Keep

    if keep is older_than is keep_size is None:
        return retaining.keep(planning.as_inherited(os.environ))
    return Keep(keep, older_than, keep_size, by_clock=True)


def _print(pruned: Pruned) -> None:
    from sentinel_run.cli.screens import canvas
    from sentinel_run.cli.screens.pruned import screen

    canvas.put(lambda width: screen(pruned, width))
