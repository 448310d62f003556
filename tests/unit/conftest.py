"""Hypothesis for unit tests: no deadline on a busy machine, and a modest number of examples."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

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
