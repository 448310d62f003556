"""Puts what an image can be built upon into a folder: this machine's Python and shell, with the libraries they load."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pip

_LEFT_OUT = shutil.ignore_patterns(
    *("test", "tests", "idlelib", "lib2to3", "tkinter", "turtledemo", "pydoc_data", "ensurepip"),
    *("site-packages", "dist-packages", "config-*", "*.opt-?.pyc"),
)
_USERS = {"passwd": "root:x:0:0::/root:/bin/sh\njob:x:1000:1000::/:/bin/sh\n", "group": "root:x:0:\njob:x:1000:\n"}


def make(root: Path) -> None:
    """All at the places where they are on this machine; `python` is on the PATH, as in the images of that name."""
    stdlib, python = Path(sysconfig.get_path("stdlib")), Path(os.path.realpath(sys.executable))
    shutil.copytree(stdlib, _at(root, stdlib), ignore=_LEFT_OUT, symlinks=True)
    shutil.copytree(Path(pip.__file__).parent, _at(root, stdlib / "pip"), ignore=_LEFT_OUT)
    programs = [python, *(Path("/bin") / name for name in ("sh", "id", "ln", "mkdir"))]
    certificates = Path("/etc/ssl/certs").glob("ca-certificates.crt")
    for file in {*certificates, *programs, *_libraries([*programs, *stdlib.glob("lib-dynload/*.so")])}:
        shutil.copy(file, _at(root, file))
    _at(root, Path("/usr/local/bin/python")).symlink_to(python)
    for name, text in _USERS.items():
        _at(root, Path("/etc") / name).write_text(text)
    for folder in ("tmp", "proc", "dev", "sys", "var/lib"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)


def _at(root: Path, place: Path) -> Path:
    """The same place below `root`, with the folders above it."""
    target = root / place.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _libraries(files: list[Path]) -> set[Path]:
    """What the loader finds for them, by its own word (ldd(1))."""
    said = subprocess.run(["ldd", *files], capture_output=True, text=True, check=True).stdout
    found = {Path(path) for path in re.findall(r"(/\S+) \(0x", said)}
    # Wheels ask for these by name, though they have long been in the C library itself.
    return found | {
        file for one in found for name in ("libpthread.so.0", "librt.so.1") if (file := one.parent / name).exists()
    }


if __name__ == "__main__":
    make(Path(sys.argv[1]))
