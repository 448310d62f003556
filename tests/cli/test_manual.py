"""The man page: the whole command line, and roff that its readers have nothing to say about."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sentinel_run import options
from sentinel_run.cli import grammar, manual
from tests.process.support import run


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as it is installed."""
    path = tmp_path_factory.mktemp("man") / "sentinel-run.1"
    path.write_text(manual.page(grammar.program(), version="1.2.3", date="2026-11-26"))
    return path


@pytest.fixture
def shown(page: Path) -> str:
    """What `man` shows on a terminal of 80 columns, without bold letters."""
    if shutil.which("man") is None:
        pytest.skip("needs man")
    environ = {**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""}
    done = run(["man", "--warnings", "-l", str(page)], env=environ)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="needs mandoc")
def test_mandoc_has_nothing_to_say(page: Path) -> None:
    """Not even of style."""
    done = run(["mandoc", "-T", "lint", "-W", "style", str(page)])

    assert (done.returncode, done.stdout.decode()) == (0, "")


def test_all_of_it_is_there(shown: str) -> None:
    """Every option with its help, every subcommand; the dashes are those that one can type."""
    words = " ".join(shown.replace("-\n", "-").split())

    for option in options.TABLE:
        assert f"--{option.name}" in words
        assert option.help.split(";")[0].split(":")[0].replace("`", '"').split(" or ")[0][:30] in words
    assert [
        verb.path for verb in grammar.program().walk() if f"sentinel-run {verb.path}".strip() not in words
    ] == []
    assert all(title in shown for title in ("NAME", "SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"))
    assert "sentinel-run 1.2.3" in shown
    assert "2026-11-26" in shown


def test_nothing_is_roff_by_accident(shown: str) -> None:
    """What stands at the beginning of a line, or after a backslash, is shown as it is."""
    assert "0 3 * * * sentinel-run --monitor --only-on-failure -- /opt/jobs/sync.sh" in shown
    assert "~/.config/sentinel-run/config.toml" in shown
    assert "\\" not in shown


@pytest.mark.skipif(shutil.which("lexgrog") is None, reason="needs man-db")
def test_it_can_be_searched_for(page: Path) -> None:
    """`whatis` finds the name and what it is."""
    folder = page.parent / "man1"
    folder.mkdir()
    (folder / page.name).write_bytes(page.read_bytes())

    found = subprocess.run(["lexgrog", folder / page.name], capture_output=True, text=True, check=False).stdout

    assert "sentinel-run - run any command under Sentry monitoring" in found
