"""Installs Bugsink from PyPI into a folder of its own, with a migrated home that later servers copy."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

WANTED = "bugsink==2.6.*"
SOURCES = Path(__file__).with_name("bugsink_home")

# Bugsink asks for a certifi as young as itself, which an index may lack; a local server needs no certificate.
REQUIREMENTS = """
import importlib.metadata, re
for line in importlib.metadata.requires("bugsink"):
    if "extra ==" not in line:
        print("certifi" if re.match(r"certifi\\b", line) else line)
"""


def install(folder: Path) -> Path:
    """Make `folder` hold Bugsink and a template home, and return it.

    Quick when already there, safe when interrupted or run twice at a time: the marker is written last.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    with _alone(folder):
        _once(folder / "venv", WANTED + sys.version, _make_venv)
        _once(folder / "home", WANTED + _fingerprint(), _make_home)
    return folder


def python_of(folder: Path) -> Path:
    """The interpreter that can import Bugsink."""
    return folder / "venv" / "bin" / "python"


def _once(target: Path, identity: str, make: Callable[[Path], None]) -> None:
    marker = target.with_name(f"{target.name}.done")
    if marker.exists() and marker.read_text() == identity and target.is_dir():
        return
    marker.unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    make(target)
    marker.write_text(identity)


def _make_venv(target: Path) -> None:
    venv.create(target, with_pip=True)
    python, pip = target / "bin" / "python", ("-m", "pip", "install", "--quiet")
    run(python, *pip, "--no-deps", WANTED)
    run(python, *pip, *run(python, "-c", REQUIREMENTS).splitlines())


def _make_home(target: Path) -> None:
    shutil.copytree(SOURCES, target, ignore=shutil.ignore_patterns("__pycache__"))
    run(python_of(target.parent), "prepare.py", cwd=target)


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """The command's stdout; its whole output is in the error when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(f"{command} ended with status {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _fingerprint() -> str:
    """Changes with any file that shapes the home, so that an old template is made anew."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SOURCES.glob("*.py")))).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
