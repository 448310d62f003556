"""`sentinel-run watch`: what runs now."""

from __future__ import annotations

import json

import click

from sentinel_run.cli.params import DURATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.going import Lookout


class _Watch(click.Command):
    """Tells whoever means the program of the same name how to run that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            hint = "to run the program watch: sentinel-run -- watch"
            raise click.UsageError(f"{error.format_message().rstrip('.')}; {hint}") from None


@click.command("watch", cls=_Watch)
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option(
    "--interval",
    type=DURATION,
    default=1.0,
    metavar="DURATION",
    help="Time between two looks (1s; 100ms at least).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one look as a list of objects.")
def command(*, runs: tuple[str, ...], interval: float, as_json: bool) -> int:
    """Watch what runs now on this machine, until `q` or Ctrl-C.

    Each run with its time so far, CPU, memory and last line of output, and a bar that is full when it has taken as
    long as usual (the median of its last successes). Where stdout is not a terminal, the table is printed once.

    RUN is the beginning of a run id or a command name, for these runs and those inside them only.
    """
    from sentinel_run.cli import choosing, going, looking

    with looking.opened() as store:
        choosing.refuse_unknown(store, runs)
        lookout = going.Lookout(store, runs)
        if as_json:
            click.echo(json.dumps([going.to_json(one) for one in lookout.look()], indent=2))
        else:
            _draw(lookout, interval)
    return 0


def _draw(lookout: Lookout, interval_s: float) -> None:
    from sentinel_run.cli.screens import canvas, live
    from sentinel_run.cli.screens.going import screen

    if live.is_possible():
        live.show(lambda width, height: screen(lookout.look(), width, height), interval_s=max(0.1, interval_s))
    else:
        canvas.put(lambda width: screen(lookout.look(), width))
