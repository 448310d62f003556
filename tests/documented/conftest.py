"""A machine of its own for each block."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documented.machine import Machine
from tests.servers.ingest import Ingest


@pytest.fixture
def machine(tmp_path: Path, ingest: Ingest) -> Machine:
    """The reader's machine, with a server that answers at the DSN of the pages."""
    (tmp_path / "home").mkdir()
    return Machine(tmp_path / "home", ingest.dsn)
