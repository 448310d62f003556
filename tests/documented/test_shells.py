"""Lines for a shell are run by that shell, in the order of their block, and each of them ends well."""

from __future__ import annotations

import shutil

import pytest

from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.ways import of

# Runs that the pages speak of as past ones.
PAST = 'for name in backup.sh nightly.sh sync.py; do sentinel-run --name "$name" -- true; done; ! sentinel-run -- false'
# What would take the reader's time: the length of a pause, of a job, of an outage.
SHORTER = {"--splay 10m": "--splay 10ms", "--fail-if-faster 1m": "--fail-if-faster 1ms"}


def shorter(text: str) -> str:
    """The same lines with every wait cut short."""
    for long, short in SHORTER.items():
        text = text.replace(long, short)
    return text


@of("sh", "bash", "zsh", "fish")
def test_every_line_ends_well(block: Block, machine: Machine) -> None:
    """As they stand, on a machine with the jobs they name, some past runs, and a server."""
    if not shutil.which(block.word):
        pytest.skip(f"no {block.word} here")
    given = {"VERSION": "1.2.3", "DSN": machine.dsn, "SENTRY_DSN": machine.dsn}
    machine.run("sh", "-c", PAST)
    flags = () if block.word == "fish" else ("-eux",)

    done = machine.run(block.word, *flags, "-c", shorter(block.text), **given)

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@of("inside")
def test_notes_from_inside(block: Block, machine: Machine) -> None:
    """Every note is taken by the run that goes on around it, and shown."""
    done = machine.run("sentinel-run", "--", "sh", "-eux", "-c", f"true; {block.text}")
    shown = machine.run("sentinel-run", "show", "--json").stdout

    assert done.returncode == 0, done.stderr
    assert '"US"' in shown
