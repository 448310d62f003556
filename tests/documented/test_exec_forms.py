"""Lines of a Dockerfile: a list in JSON is the command itself, for a builder as for a container's start."""

from __future__ import annotations

import json

from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.ways import of


@of("dockerfile")
def test_the_lists_of_a_dockerfile(block: Block, machine: Machine) -> None:
    """What follows SHELL is run with the text of a RUN as its last word; ENTRYPOINT and CMD are one command together."""
    lines = {name: json.loads(rest) for name, _, rest in (line.partition(" ") for line in block.text.splitlines())}
    command = (
        [*lines["SHELL"], "make test | cat"] if "SHELL" in lines else lines["ENTRYPOINT"] + lines.get("CMD", [])
    )

    done = machine.run(*command)
    (row,) = json.loads(machine.run("sentinel-run", "history", "--json").stdout)

    assert done.returncode == 0
    assert done.stdout.endswith(("test is done\n", "Dump completed\n"))
    assert row["status"] == "ok"
