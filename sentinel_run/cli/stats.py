"""`sentinel-run stats`: how the runs of each command did, and how that compares with the time before."""

from __future__ import annotations

import json

import click

from sentinel_run.cli.params import DURATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.looking import Store
    from sentinel_run.cli.summaries import Asked

_MONTH_S = 30 * 86400.0


@click.command("stats")
@click.argument("name", default="", metavar="[NAME]")
@click.option(
    "--since", type=DURATION, default=_MONTH_S, metavar="DURATION", help="The runs of the last 24h, 7d, ... (30d)."
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, or the one of NAME, as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a header and one line a name as CSV.")
def command(*, name: str, since: float, as_json: bool, as_csv: bool) -> int:
    """Show how often each command succeeds, how long it takes and what it needs.

    The names with most failures come first. With NAME that one in full: beside the period before, what is flaky,
    and its course over time. Durations and memory are those of successful runs, percentiles by nearest rank;
    interrupted and skipped runs are counted apart.
    """
    from sentinel_run.cli import looking
    from sentinel_run.cli.summaries import Asked

    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    if not since:
        raise click.UsageError("--since 0 leaves no time for a run")
    with looking.opened() as store:
        _read_unread(store)
        put = _print_json if as_json else _print_csv if as_csv else _print_screen
        put(store, Asked(name, since))
    return 0


def _read_unread(store: Store) -> None:
    """Once, after an upgrade; a store that cannot be written does without."""
    import sqlite3

    from sentinel_run import notes

    count = store.history.unread()
    if not count:
        return
    from sentinel_run.cli.progress import counted
    from sentinel_run.diagnose.cause import diagnose

    try:
        with counted("reading runs of an earlier release", count) as told:
            store.history.read_unread(diagnose, told)
    except sqlite3.OperationalError as error:
        notes.say(f"{count:,} runs of an earlier release count without their revision: {error}")


def _print_json(store: Store, asked: Asked) -> None:
    from sentinel_run.cli import stats_json, summaries

    if asked.name:
        click.echo(json.dumps(stats_json.full(summaries.full(store, asked)), indent=2))
        return
    click.echo(json.dumps([stats_json.columns(one) for one in summaries.summaries(store, asked)], indent=2))


def _print_csv(store: Store, asked: Asked) -> None:
    from sentinel_run.cli import sheet, stats_json, summaries

    found = [summaries.full(store, asked).summary] if asked.name else summaries.summaries(store, asked)
    sheet.put(stats_json.COLUMNS, map(stats_json.columns, found))


def _print_screen(store: Store, asked: Asked) -> None:
    from sentinel_run.cli import summaries

    if asked.name:
        from sentinel_run.cli.screens import canvas
        from sentinel_run.cli.screens.course import screen

        told = summaries.full(store, asked)
        canvas.put(lambda width: screen(told, width))
        return
    found = summaries.summaries(store, asked)
    if not found:
        click.echo(_nothing(store, asked))
        return
    from sentinel_run.cli.screens import canvas
    from sentinel_run.cli.screens.stats import screen as table

    canvas.put(lambda width: table(found, asked, width))


def _nothing(store: Store, asked: Asked) -> str:
    from sentinel_run.cli.screens import words

    if not store.history.names():
        return "No runs yet. Try: sentinel-run -- COMMAND"
    return f"No run in {words.period(asked.since_s)}. Look further back with: sentinel-run stats --since 90d"
