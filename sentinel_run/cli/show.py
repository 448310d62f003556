"""`sentinel-run show`: the whole story of one run."""

from __future__ import annotations

import json
import sys

import click

from sentinel_run.cli.params import COUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.cli.looking import Store
    from sentinel_run.facts import Facts

_LINES = 20


@click.command("show")
@click.argument("run", default="last")
@click.option(
    "--lines",
    type=COUNT,
    metavar="N",
    help=f"Lines of output ({_LINES}; on a page all that are kept).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object as JSON.")
@click.option("--html", "page", metavar="FILE", help="Write one page for a browser to FILE, or to stdout for -.")
@click.option("--envelope", "as_envelope", is_flag=True, help="Print the envelopes as they go to Sentry.")
def command(*, run: str, lines: int | None, as_json: bool, page: str | None, as_envelope: bool) -> int:
    """Show one run: why it failed, its output, what it used, what was sent.

    RUN is the beginning of a run id, `last` (the one that ended last; the default), `last-failed`, or a command
    name for the last run of that command.

    The page of --html needs no network and no script, and holds all that is known of the run.
    """
    from sentinel_run.cli import choosing, looking

    _refuse_two({"--json": as_json, "--html": page is not None, "--envelope": as_envelope})
    with looking.opened() as store:
        facts = choosing.chosen(store, run)
        if as_envelope:
            _print_envelopes(store, facts)
        elif page is not None:
            _write_page(store, facts, page, lines)
        else:
            _print_story(store, facts, lines, as_json=as_json)
    return 0


def _refuse_two(forms: Mapping[str, bool]) -> None:
    asked = [form for form, is_asked in forms.items() if is_asked]
    if len(asked) > 1:
        raise click.UsageError(f"{asked[0]} and {asked[1]} exclude each other")


def _print_story(store: Store, facts: Facts, lines: int | None, *, as_json: bool) -> None:
    from sentinel_run.cli import story

    told = story.story(store, facts, last_lines=_LINES if lines is None else lines)
    if as_json:
        click.echo(json.dumps(story.to_json(told), indent=2))
        return
    from sentinel_run.cli.screens import canvas
    from sentinel_run.cli.screens.story import screen

    canvas.put(lambda width: screen(told, width, is_whole=lines is not None))


def _write_page(store: Store, facts: Facts, path: str, lines: int | None) -> None:
    from sentinel_run import notes
    from sentinel_run.cli import story
    from sentinel_run.cli.page import output, page, standing, writing

    told = story.story(store, facts, last_lines=sys.maxsize)
    earlier = store.history.before(facts, standing.MOST_RUNS - 1)
    writing.write(path, page.page(told, earlier, most_lines=output.MOST_LINES if lines is None else lines))
    if path != writing.STDOUT and notes.may_speak(quiet=False, verbose=False):
        notes.say(f"the page is in {path}; open it with a browser")


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
