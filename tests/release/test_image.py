"""The container image: built by a real builder upon a base of this machine's own, tried out, and used as documented."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documented.machine import Machine
from tests.documented.pages import ROOT, Block
from tests.documented.ways import of
from tests.release import base

_BASE = "localhost/sentinel-run-base"
_REAL_BASE = "docker.io/library/python:3.13-slim"
# pip has certificates of its own, which know nothing of a proxy that this machine trusts.
_PIP = "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("buildah"), reason="needs buildah, and root"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a builder with a store of its own, in which the base is all there is."""
    # In memory where there is room for it: a builder waits for the disk after each of its steps.
    home = Path(
        tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path_factory.getbasetemp())
    )
    (home / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\nrunroot = "{home}/run"\ngraphroot = "{home}/graph"\n'
    )
    (home / "pip.conf").write_text(_PIP)
    own = {"CONTAINERS_STORAGE_CONF": str(home / "storage.conf"), "BUILDAH_ISOLATION": "chroot"}
    base.make(home / "root")
    script = f'c=$(buildah from scratch) && buildah add --quiet "$c" {home}/root / && buildah commit --quiet "$c" {_BASE}'
    begun = ["sh", "-ec", f"{script} && buildah rm $c"]
    done = subprocess.run(begun, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    if done.returncode:  # A sandbox may allow it no mounts at all.
        pytest.skip(f"buildah cannot work here: {done.stderr.strip()}")
    yield {**own, "PIP": f"{home}/pip.conf:/etc/pip.conf:ro"}
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def built(builder: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What `make image` has said."""
    command = ["release/image.sh", "--quiet", "--volume", builder["PIP"], "--build-arg", f"BASE={_BASE}"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **builder}, capture_output=True, text=True, check=False
    )


def test_the_image_is_good(built: subprocess.CompletedProcess[str]) -> None:
    """By its own script: as another user than root, with a volume, small, and without a trace of the build."""
    assert built.returncode == 0, built.stderr[-2000:]
    assert "sentinel-run is good, and 2" in built.stdout


@of("image")
def test_it_is_used_as_documented(
    block: Block, built: subprocess.CompletedProcess[str], builder: dict[str, str], tmp_path: Path
) -> None:
    """The lines of the page end well; a Dockerfile is built, and what it has copied runs."""
    machine = Machine(tmp_path / "home")
    for name in ("backup.sh", "serve.sh"):
        (machine.home / name).unlink()
        (machine.home / name).write_text("#!/bin/sh\necho $SENTINEL_RUN_ID >in-a-run\n")
        (machine.home / name).chmod(0o755)
    machine.put("podman")
    script = block.text
    if block.word == "dockerfile":
        (machine.home / "Containerfile").write_text(block.text.replace(_REAL_BASE, _BASE))
        script = 'buildah build --quiet -t mine . && podman run --rm -v "$PWD:/work" -w /work mine ./serve.sh'

    done = machine.run("sh", "-eux", "-c", script, **builder, SENTRY_DSN="")

    assert done.returncode == 0, done.stderr
    assert (machine.home / "in-a-run").read_text().strip()
