"""`sentinel-run deliver`: send what waits."""

from __future__ import annotations

import json
import os

import click

from sentinel_run import headers, options, planning, settings
from sentinel_run.cli import retaining
from sentinel_run.store import lock, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.deliver.drain import Served
    from sentinel_run.deliver.post import Tally
    from sentinel_run.headers import Headers


# Longer than one stays whose server is in trouble.
_PATIENCE_S = 120.0


@click.command("deliver")
@click.option("--json", "as_json", is_flag=True, help="Print one object as JSON.")
@click.option("--lock-fd", type=int, default=-1, hidden=True, help="The lock, taken by the run that starts us.")
@click.option("--replace", is_flag=True, hidden=True, help="Take the place of one that hangs.")
@click.option("--after", is_flag=True, hidden=True, help="Begin when the one at work ends.")
@click.option("--facts-fd", type=int, default=-1, hidden=True, help="Facts that could not be stored.")
def command(as_json: bool, lock_fd: int, replace: bool, after: bool, facts_fd: int) -> int:
    """Send the reports that wait in the outbox.

    A run starts this by itself in the background. By hand, or from a timer, it tries everything now: after an
    outage, or for runs with `--deliver later`. Exit status 0 if nothing waits any more, else 1.
    """
    environ = planning.as_inherited(os.environ)
    chosen = settings.resolve(options.Reading({}, ()), environ).settings
    _forget_settings()
    # Our own settings' headers, for what waits without any of its run.
    known = headers.bound(chosen["header"].value, chosen["dsn"].value)
    if facts_fd >= 0:
        return _from_memory(facts_fd, known)
    from sentinel_run.deliver import drain

    served = drain.Served(paths.state_directory(environ), retaining.of(chosen), known)
    if replace:
        return _in_place_of_another(served)
    if after:
        return _in_background(served, lock.await_(drain.lock_path(served.state), _PATIENCE_S))
    if lock_fd >= 0:
        return _in_background(served, lock_fd)
    tally = _by_hand(served)
    click.echo(json.dumps(tally._asdict(), indent=2) if as_json else _sentence(tally))
    return 1 if tally.waiting else 0


def _in_place_of_another(served: Served) -> int:
    from sentinel_run.deliver import drain, takeover

    held = takeover.take_from_neglectful(drain.lock_path(served.state))
    return 0 if held is None else _in_background(served, held)


def _in_background(served: Served, lock_fd: int) -> int:
    from sentinel_run.deliver import drain

    _be_modest()
    drain.in_background(served, lock_fd)
    return 0


def _from_memory(facts_fd: int, known: Headers) -> int:
    from sentinel_run.deliver import memory

    _be_modest()
    with open(facts_fd, "rb") as file:
        return 0 if memory.deliver(file.read(), known) else 1


def _by_hand(served: Served) -> Tally:
    from sentinel_run.cli.progress import progress
    from sentinel_run.deliver import drain, takeover

    paths.prepare(served.state)
    held = takeover.take(drain.lock_path(served.state))
    with progress(served.state) as told:
        return drain.by_hand(served, held, told)


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
