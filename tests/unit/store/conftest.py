"""An empty history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel_run.store.history import History


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """It is closed at the end."""
    made = History(str(tmp_path / "state"))
    yield made
    made.close()
