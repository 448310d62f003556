"""Lines that install us are run with the wheel of these sources in the place of the registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documented.machine import Machine
from tests.documented.pages import ROOT, Block
from tests.documented.ways import of


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that pip takes wheels from."""
    folder = tmp_path_factory.mktemp("registry")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@of("install")
def test_it_is_installed(block: Block, machine: Machine, registry: Path) -> None:
    """pip finds it by its name; program and man page are in the environment afterwards."""
    if "man " in block.text and not shutil.which("man"):
        pytest.skip("no man here")
    environment = machine.home / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (machine.bin / "pip").write_text(f'#!/bin/sh\nexec {sys.executable} -m pip --python "$VIRTUAL_ENV" "$@"\n')
    (machine.bin / "pip").chmod(0o755)
    places = {"VIRTUAL_ENV": str(environment), "PIP_FIND_LINKS": str(registry)}
    script = block.text if "pip " in block.text else f"pip install sentinel-run\n{block.text}"

    done = machine.run("sh", "-eux", "-c", script, PIP_NO_INDEX="1", PIP_NO_DEPS="1", **places)

    assert done.returncode == 0, done.stderr
    assert machine.run(str(environment / "bin/sentinel-run"), "--", "echo", "out").stdout == "out\n"
    assert "man " not in block.text or "SENTINEL-RUN(1)" in done.stdout
