"""Pytest fixtures over the servers: the top-level conftest names this module in `pytest_plugins`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.bugsink import Bugsink
from tests.servers.bugsink_install import install
from tests.servers.bugsink_project import Project
from tests.servers.ingest import Ingest

INSTALL_DIR = Path(__file__).resolve().parents[2] / ".cache" / "bugsink"


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    """A healthy ingest server; the test fails if anything malformed was sent to it."""
    with Ingest() as server:
        yield server
    assert server.malformed == []


@pytest.fixture(scope="session")
def bugsink_folder() -> Path:
    """Where Bugsink is installed, which takes half a minute at the very first use."""
    return install(Path(os.environ.get("SENTINEL_TEST_BUGSINK", INSTALL_DIR)))


@pytest.fixture(scope="session")
def bugsink(bugsink_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bugsink]:
    """One real Bugsink for the whole session."""
    with Bugsink(bugsink_folder, tmp_path_factory.mktemp("bugsink") / "home") as server:
        yield server


@pytest.fixture
def bugsink_project(bugsink: Bugsink) -> Project:
    """A project of that server which no other test has touched."""
    return bugsink.project()
