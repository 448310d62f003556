"""`sentinel-run doctor`: is everything set up well?"""

from __future__ import annotations

import json
import os

import click


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one object as JSON.")
@click.option("--send-test", is_flag=True, help="Send a small event to the DSN and say what the server answered.")
def command(*, as_json: bool, send_test: bool) -> int:
    """Check the set-up: every option and its source, the store, the DSN.

    Nothing is sent without --send-test; the DSN's server is only connected to. Exit status 0 if all is well, also
    without a DSN, else 1.
    """
    from sentinel_run import planning
    from sentinel_run.cli.checks.checkup import checkup

    found = checkup(planning.as_inherited(os.environ), send_test=send_test)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        from sentinel_run.cli.screens import canvas
        from sentinel_run.cli.screens.checkup import screen

        canvas.put(lambda width: screen(found))
    return 1 if found.problems else 0
