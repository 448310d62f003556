"""Hypothesis for unit tests: no deadline on a busy machine, and a modest number of examples; a place for files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sentinel_run.settings import config_places

settings.register_profile(
    "unit",
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("unit")


@pytest.fixture
def as_root() -> None:
    """Only root can give files to somebody else."""
    if os.geteuid() != 0:
        pytest.skip("needs root")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own, and a system's config file that can be written, `system.toml`."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(config_places, "SYSTEM", str(tmp_path / "system.toml"))
    return folder
