"""`sentinel-run show`: the whole story of one run."""

from __future__ import annotations

import json
import sys

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.looking import Store
    from sentinel_run.facts import Facts


@click.command("show")
@click.argument("run", default="last")
@click.option("--lines", type=click.IntRange(min=0), default=20, metavar="N", help="Lines of output (20).")
@click.option("--json", "as_json", is_flag=True, help="Print one object as JSON.")
@click.option("--envelope", "as_envelope", is_flag=True, help="Print the envelopes as they go to Sentry.")
def command(*, run: str, lines: int, as_json: bool, as_envelope: bool) -> int:
    """Show one run: why it failed, its output, what it used, what was sent.

    RUN is the beginning of a run id, `last` (the one that ended last; the default), `last-failed`, or a command
    name for the last run of that command.
    """
    from sentinel_run.cli import choosing, looking

    if as_json and as_envelope:
        raise click.UsageError("--json and --envelope exclude each other")
    with looking.opened() as store:
        facts = choosing.chosen(store, run)
        if as_envelope:
            _print_envelopes(store, facts)
        else:
            _print_story(store, facts, last_lines=lines, as_json=as_json)
    return 0


def _print_story(store: Store, facts: Facts, *, last_lines: int, as_json: bool) -> None:
    from sentinel_run.cli import story

    told = story.story(store, facts, last_lines=last_lines)
    if as_json:
        click.echo(json.dumps(story.to_json(told), indent=2))
        return
    from sentinel_run.cli.screens import canvas
    from sentinel_run.cli.screens.story import screen

    canvas.put(lambda width: screen(told, width))


def _print_envelopes(store: Store, facts: Facts) -> None:
    """The bytes themselves, one envelope after the other, each on lines of its own."""
    from sentinel_run import notes
    from sentinel_run.cli import sending
    from sentinel_run.deliver.intake import judged

    made = list(sending.envelopes(store, facts, judged(facts, store.history))) if facts.ending else []
    if not made:
        notes.say(f"nothing is sent of this run{'' if facts.ending else ' before it has ended'}")
    for envelope in made:
        sys.stdout.buffer.write(envelope if envelope.endswith(b"\n") else envelope + b"\n")
    sys.stdout.buffer.flush()
