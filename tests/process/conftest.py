"""Every promise that a command could notice is tested without us, with us, and with `--no-capture`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.process.support import PATIENCE_S, silent, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.process.terminals import Terminal

Launch = Callable[..., list[str | bytes]]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, so that no config file and no git commit of ours is found."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def _bare(*command: str | bytes) -> list[str | bytes]:
    return list(command)


def _uncaptured(*command: str | bytes) -> list[str | bytes]:
    return wrapped(*command, options=["--no-capture", "--quiet"])


_MODES = {"bare": _bare, "wrapped": silent, "no-capture": _uncaptured}


@pytest.fixture(params=list(_MODES))
def launch(request: pytest.FixtureRequest) -> Launch:
    """Makes the command line: the bare command, or the command under us."""
    return _MODES[request.param]


@pytest.fixture(params=["wrapped", "no-capture"])
def under_us(request: pytest.FixtureRequest) -> Launch:
    """The same for promises that only we make."""
    return _MODES[request.param]


@pytest.fixture
def shell(state_directory: Path) -> Iterator[Terminal]:
    """An interactive shell with job control, without a start-up file."""
    terminal = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        echo=False,
        timeout=PATIENCE_S,
        env={**os.environ, "PS1": "$ ", "TERM": "dumb"},
    )
    terminal.expect_exact("$ ")
    yield terminal
    terminal.close(force=True)


@pytest.fixture
def coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with colours, and nobody who wants none."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
