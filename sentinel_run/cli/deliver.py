"""`sentinel-run deliver`: send what waits."""

from __future__ import annotations

import json
import os

import click

from sentinel_run import planning
from sentinel_run.cli import retaining
from sentinel_run.store import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.deliver.post import Tally
    from sentinel_run.store.retention import Keep


@click.command("deliver")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--lock-fd", type=int, default=-1, hidden=True, help="The lock, taken by the run that starts us.")
@click.option("--replace", is_flag=True, hidden=True, help="Take the place of one that hangs.")
@click.option("--facts-fd", type=int, default=-1, hidden=True, help="Facts that could not be stored.")
def command(as_json: bool, lock_fd: int, replace: bool, facts_fd: int) -> int:
    """Send the reports that wait in the outbox.

    A run starts this by itself in the background. By hand, or from a timer, it tries everything now: after an
    outage, or for runs with `--deliver later`. Exit status 0 if nothing waits any more, else 1.
    """
    if facts_fd >= 0:
        _forget_settings()
        return _from_memory(facts_fd)
    environ = planning.as_inherited(os.environ)
    state, keep = paths.state_directory(environ), retaining.keep(environ)
    _forget_settings()
    if replace:
        return _in_place_of_another(state, keep)
    if lock_fd >= 0:
        return _in_background(state, lock_fd, keep)
    tally = _by_hand(state, keep)
    click.echo(json.dumps(tally._asdict()) if as_json else _sentence(tally))
    return 1 if tally.waiting else 0


def _in_place_of_another(state: str, keep: Keep) -> int:
    from sentinel_run.deliver import drain, takeover

    held = takeover.take_from_neglectful(drain.lock_path(state))
    return 0 if held is None else _in_background(state, held, keep)


def _in_background(state: str, lock_fd: int, keep: Keep) -> int:
    from sentinel_run.deliver import drain

    _be_modest()
    drain.in_background(state, lock_fd, keep)
    return 0


def _from_memory(facts_fd: int) -> int:
    from sentinel_run.deliver import memory

    _be_modest()
    with open(facts_fd, "rb") as file:
        return 0 if memory.deliver(file.read()) else 1


def _by_hand(state: str, keep: Keep) -> Tally:
    from sentinel_run.cli.progress import progress
    from sentinel_run.deliver import drain, takeover

    paths.prepare(state)
    held = takeover.take(drain.lock_path(state))
    with progress(state) as told:
        return drain.by_hand(state, held, keep, told)


def _forget_settings() -> None:
    """Whoever starts us has settings of a run of its own; the SDK would take them for those of every run."""
    for name in [name for name in os.environ if name.startswith("SENTRY_")]:
        del os.environ[name]


def _be_modest() -> None:
    """In the background: behind everyone else, and in nobody's directory."""
    import sys

    sys.path[:] = [os.path.abspath(path) for path in sys.path]
    os.chdir("/")
    os.nice(5)


def _sentence(tally: Tally) -> str:
    parts = [f"{tally.accepted} sent"]
    parts += [
        f"{count} {word}"
        for count, word in ((tally.waiting, "waiting"), (tally.dropped, "dropped"), (tally.damaged, "damaged"))
        if count
    ]
    return ", ".join(parts) + (f" ({tally.note})" if tally.note else "")
