"""What the pages put into the files of CI systems, read as each system reads it and run as its runner does."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from tests.documented.machine import Machine
from tests.documented.pages import Block
from tests.documented.ways import of
from tests.unit.test_ci import GITHUB, GITLAB


def _names(machine: Machine) -> list[tuple[str, str]]:
    """Name and status of each run, the oldest first."""
    rows = json.loads(machine.run("sentinel-run", "history", "--json").stdout)
    return [(row["name"], row["status"]) for row in reversed(rows)]


def _script(machine: Machine, text: str) -> str:
    """A runner's own file, of a name that nobody has chosen."""
    path = machine.home / f"{os.urandom(16).hex()}.sh"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@of("github")
def test_steps_of_a_github_job(block: Block, machine: Machine) -> None:
    """A step that runs something is run by its shell (`{0}` is the script); those that use an action are GitHub's to run."""
    parsed: Any = yaml.safe_load(block.text)
    shell = "bash -e {0}" if isinstance(parsed, list) else parsed["defaults"]["run"]["shell"]
    steps = parsed if isinstance(parsed, list) else parsed["jobs"]["test"]["steps"]
    machine.run("sentinel-run", "--name", "before", "--", "false")

    for step in steps:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            command = shlex.split(shell.format(_script(machine, step["run"])))
            done = machine.run(*command, **{**GITHUB, "GITHUB_ACTION": step.get("id", "__run")})
            assert (done.returncode, done.stderr) == (0, "")
        elif "path" in step.get("with", {}):
            assert (machine.home / step["with"]["path"]).exists()

    assert _names(machine)[1:] == ([] if isinstance(parsed, list) else [("unit", "ok")])


@of("gitlab")
def test_a_gitlab_job(block: Block, machine: Machine) -> None:
    """A runner starts the image's entry point with a shell that reads the script from stdin, `variables` in its environment."""
    parsed = yaml.safe_load(block.text)
    job = parsed.get("test") or parsed
    entry = parsed.get("default", {}).get("image", {}).get("entrypoint", ["sentinel-run", "--name", "unit", "--"])
    known = {**GITLAB, "CI_PROJECT_DIR": str(machine.home)}
    own = {
        name: re.sub(r"\$(\w+)", lambda found: known[found[1]], value) for name, value in job["variables"].items()
    }

    done = machine.run(*entry, "sh", given="set -e\nmake test\n", **known, **own)

    assert (done.returncode, done.stdout) == (0, "test is done\n")
    assert _names(machine) == [(own.get("SENTINEL_RUN_NAME", "unit"), "ok")]
    if artifacts := job.get("artifacts"):
        (case,) = ET.parse(machine.home / artifacts["reports"]["junit"]).iter("testcase")
        assert case.get("name") == "unit"


@of("jenkins")
def test_a_jenkins_step(block: Block, machine: Machine) -> None:
    """A script with a first line of its own is started by the kernel, by that line."""
    (script,) = re.findall(r"\bsh '''(.*?)'''", block.text, re.DOTALL)

    done = machine.run(_script(machine, script), JENKINS_URL="https://jenkins/", STAGE_NAME="Test")

    assert (done.returncode, done.stdout) == (0, "test is done\n")
    assert _names(machine) == [("Test", "ok")]


@of("circleci")
def test_a_circleci_step(block: Block, machine: Machine) -> None:
    """The step's command is the last word of its shell."""
    shell = yaml.safe_load(block.text)["jobs"]["test"]["shell"]

    done = machine.run(*shlex.split(shell), "make test | cat", CIRCLECI="true", CIRCLE_JOB="test")

    assert (done.returncode, done.stdout) == (0, "test is done\n")
    assert [status for _, status in _names(machine)] == ["ok"]


@of("makefile")
def test_a_makefile(block: Block, machine: Machine) -> None:
    """With these lines at its top every line of a recipe is a run, and one that fails ends it."""
    (machine.home / "Makefile").write_text(f"{block.text}all:\n\t@./backup.sh | cat\n\t@false\n\t@echo never\n")

    done = machine.run("make")

    assert done.returncode == 2
    assert "never" not in done.stdout
    assert _names(machine) == [("backup.sh", "ok"), ("false", "failed")]
