"""`sentinel-run note`, as click knows it: for help and completion; `notebook.note` does the reading."""

from __future__ import annotations

import os

import click

from sentinel_run.cli import mistakes
from sentinel_run.notebook import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_HELP = {
    "breadcrumb": "Leave a breadcrumb: something that happened, with a level and data.",
    "tag": "Tag this run; a tag can be searched for in Sentry.",
    "context": "Add facts of your own, together under one name.",
    "measure": "Measure something: a number and its unit.",
    "span": "Begin or end a step that is to be timed. Spans nest.",
    "user": "Say for whom this run works.",
}


@click.group("note", cls=mistakes.Group)
def command() -> None:
    """Add to the report of the run that is going on, from inside the running command.

    \b
      sentinel-run note breadcrumb "calling executor" --data region=US
      sentinel-run note tag region=US
      sentinel-run note context execution job_id=42 region=US
      sentinel-run note measure tokens 512 --unit token
      sentinel-run note span start load; ./load; sentinel-run note span end load
      sentinel-run note user 42

    From any language: append one line of JSON to the file $SENTINEL_RUN_NOTES names. Outside a run nothing is
    noted, and the exit status is 0 all the same unless --strict is given.
    """


def _command(kind: str, shape: note.Shape) -> click.Command:
    options = "".join(f" [--{name} {'KEY=VALUE' if name == 'data' else name.upper()}]" for name in shape.options)
    return click.Command(
        kind,
        help=_HELP[kind],
        params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED, metavar=f"{shape.usage}{options}")],
        callback=_callback(kind),
        context_settings={"ignore_unknown_options": True},
    )


def _callback(kind: str) -> Callable[..., int]:
    return lambda words: note.run([kind, *words], os.environ)


for _kind, _shape in note.SHAPES.items():
    command.add_command(_command(_kind, _shape))
