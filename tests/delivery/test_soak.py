"""A small soak on every run of the tests; `make soak` makes two thousand runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.__main__ import soak


@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_doubled_in_bad_weather(tmp_path: Path) -> None:
    """Wrappers and delivers killed at random, outages, spoiled answers, a full disk: every report comes, once."""
    seed = int.from_bytes(os.urandom(4), "little")

    ledger = soak(tmp_path, runs=100, seed=seed)

    assert (ledger.lost, ledger.doubled, ledger.runs) == ([], [], 100), f"seed {seed}\n{ledger}"
    assert ledger.due == ledger.accepted > 80
    assert ledger.faults["wrapper killed"] > 0
