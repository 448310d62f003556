"""An update of sentinel-run while a command runs: our own files go away, and the command's ending does not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import sentinel_run
from tests.process.support import run

_PACKAGE = Path(sentinel_run.__file__).parent
_OPTIONS = [[], ["--verbose"], ["--only-on-failure"], ["--no-enabled"], ["--retries", "1", "--retry-delay", "0s"]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a package of ours that may go."""
    shutil.copytree(_PACKAGE, tmp_path / "lib" / "sentinel_run")
    return tmp_path / "lib"


@pytest.mark.parametrize("options", _OPTIONS, ids=lambda options: options[0] if options else "plain")
@pytest.mark.parametrize("before", ["", "sleep 0.3;"], ids=["at once", "later"])
def test_the_ending_is_the_commands(
    options: list[str], before: str, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output and exit status are there, whatever of ours can no longer be imported."""
    script = f"{before} mv sentinel_run gone 2>/dev/null; echo said; exit 3"
    command = [sys.executable, "-m", "sentinel_run", *options, "--", "sh", "-c", script]

    monkeypatch.chdir(copy)
    done = run(command)

    assert done.returncode == 3
    assert done.stdout.splitlines() in ([b"said"], [b"said"] * 2)


def test_what_is_left_behind_does_not_change_it(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours after the command's end leaves its status, also where a process still holds its stdout."""
    script = "mv sentinel_run gone; sleep 0.5 & exit 3"
    command = [sys.executable, "-m", "sentinel_run", "--", "sh", "-c", f"sleep 0.3; {script}"]

    monkeypatch.chdir(copy)

    assert run(command).returncode == 3


def test_nothing_is_said_of_a_success(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What --only-on-failure holds back stays back, once the run is in the journal and all for its end is loaded."""
    noted = 'until ls "$SENTINEL_RUN_STATE_DIR"/journal/*.running; do sleep 0.01; done >/dev/null 2>&1'
    script = f"{noted}; mv sentinel_run gone; echo said"
    command = [sys.executable, "-m", "sentinel_run", "--only-on-failure", "--", "sh", "-c", script]

    monkeypatch.chdir(copy)
    done = run(command)

    assert (done.returncode, done.stdout) == (0, b"")
