"""Which programs and libraries are at work."""

from __future__ import annotations

import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version

from sentinel_run.cli.checks.finding import Finding

_LIBRARIES = ("sentinel-run", "sentry-sdk", "urllib3", "psutil", "click", "rich")


def versions() -> Finding:
    """Our version, Python's, and those of the libraries that report."""
    found = {name: _version(name) for name in _LIBRARIES}
    missing = tuple(f"the library {name} is not installed" for name, found_ in found.items() if not found_)
    ours = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version, "system": platform.platform()}
    return Finding({**found, **ours, "interpreter": sys.executable}, missing)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
