"""A quiet place to run in, and a few runs to look at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.support import ours
from tests.process.support import run, wrapped

_REASON = 'pg_dump: error: connection to server at "db1" failed: Connection refused'
_SCRIPT = f"""#!/bin/sh
echo 'dumping the shop'
echo '{_REASON}' >&2
exit 3
"""


Mounted = Callable[[str], Path]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and nothing in the environment that changes a screen."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return folder


@pytest.fixture
def reason() -> str:
    """The line that says why `nightly` fails."""
    return _REASON


@pytest.fixture
def nightly(work: Path) -> Path:
    """One run of a job that failed with exit status 3."""
    script = work / "nightly.sh"
    script.write_text(_SCRIPT)
    script.chmod(0o755)
    run(wrapped(str(script)))
    return script


@pytest.fixture
def runs(nightly: Path) -> None:
    """A failed job, then a success, then a death by a signal; all taken into the history."""
    run(wrapped("true"))
    run(wrapped("sh", "-c", "exec sh -c 'kill -SEGV $$'", options=["--name", "crash"]))
    ours("history")


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Mounted]:
    """Mounts a tmpfs with options below the test's folder; only root may."""
    made: list[Path] = []

    def mount(options: str) -> Path:
        point = tmp_path / "mounted"
        point.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "none", point], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.decode()}")
        made.append(point)
        return point

    yield mount
    for point in made:
        subprocess.run(["umount", point], check=True)
