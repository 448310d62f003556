"""Crontab lines are read by our own reader, which a real cron is held against, and run once as cron runs them."""

from __future__ import annotations

import json
import shlex

from sentinel_run import schedule
from sentinel_run.crontabs import lines
from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.test_shells import shorter
from tests.documented.ways import of
from tests.servers.ingest import Ingest


def _jobs(text: str) -> tuple[list[lines.Job], dict[str, str]]:
    """The jobs, and the variables that stand above them."""
    found = list(lines.read(text, has_user_column=False))
    variables = {line.name: line.value for line in found if isinstance(line, lines.Line) and line.name}
    return [line for line in found if isinstance(line, lines.Job)], variables


@of("crontab")
def test_the_jobs_of_a_crontab(block: Block, machine: Machine, ingest: Ingest) -> None:
    """Each time is one; each command runs with cron's few variables and those of the crontab, and says nothing.

    Where a PATH stands there, it is the one that has to lead to the program. A DSN gets the report.
    """
    jobs, variables = _jobs(machine.here(block.text))
    path = variables.pop("PATH", f"{machine.home}/usr/local/bin:/usr/bin:/bin")

    for job in jobs:
        assert schedule.read(job.times)
        done = machine.run("sh", "-c", shorter(job.command), **_of_cron(machine), **variables, PATH=path)
        assert (done.returncode, done.stdout, done.stderr) == (0, _said(job), "")

    assert jobs
    assert len(ingest.transactions) == (len(jobs) if "SENTRY_DSN" in variables else 0)


def _of_cron(machine: Machine) -> dict[str, str]:
    return {"SHELL": "/bin/sh", "HOME": str(machine.home), "SENTINEL_RUN_DELIVER": "wait"}


def _said(job: lines.Job) -> str:
    """What the job itself says; nothing of a success where that is asked for."""
    words = shlex.split(job.command)
    if "--only-on-failure" in words or ">/dev/null" in words:
        return ""
    program = words[-1]
    return "in step\n" if "sync.py" in job.command else f"{program} has its work to do\nDump completed\n"


@of("toml")
def test_a_file_of_settings(block: Block, machine: Machine) -> None:
    """It has no mistake, by `config check`, and what it sets is what holds."""
    file = machine.home / "sentinel-run.toml"
    file.write_text(block.text)

    done = machine.run("sentinel-run", "config", "check", str(file))
    shown = json.loads(machine.run("sentinel-run", "config", "show", "--json").stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert str(file) in json.dumps(shown)
