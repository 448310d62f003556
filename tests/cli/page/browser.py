"""Debian's chromium without a window, a network or a profile of anybody's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--virtual-time-budget=3000", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_PATIENCE_S = 60


def browse(page: Path, *flags: str) -> str:
    """Open a file, and say what chromium prints; skips the test where there is no chromium."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("no chromium here; on Debian: apt-get install chromium")
    profile = page.with_suffix(".profile")
    done = subprocess.run(
        [program, *_FLAGS, f"--user-data-dir={profile}", *flags, page.resolve().as_uri()],
        capture_output=True,
        timeout=_PATIENCE_S,
        check=True,
    )
    return done.stdout.decode()
