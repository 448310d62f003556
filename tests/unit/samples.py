"""Facts for tests that do not care what is in them, and settings of a command line."""

from __future__ import annotations

from pathlib import Path

from sentinel_run import options, settings
from sentinel_run.facts import Command, Facts, Identity, Place, Reporting


def facts(run_id: str = "0" * 32) -> Facts:
    """The facts of a run that is going on."""
    return Facts(
        started_at=1.5,
        identity=Identity(run_id, "e" * 32, "a" * 32, "b" * 32, "c" * 16, "", sampled=True),
        command=Command("x.sh", ("x.sh", "-v"), "/srv"),
        place=Place("host", "bob", 1000, 42),
        reporting=Reporting(),
    )


def resolve(line: str = "-- x", **environ: str) -> settings.Resolved:
    """The settings of a command line in this environment, with the user's files beside the working directory."""
    return settings.resolve(
        options.read(line.split()), {"PATH": "", "XDG_CONFIG_HOME": str(Path.cwd().parent), **environ}
    )
