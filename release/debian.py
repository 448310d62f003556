"""Makes a Debian package: `python release/debian.py WHEEL SINGLE_FILE TARGET`, with dpkg-deb and nothing else.

It installs the single file as /usr/bin/sentinel-run, for the system's own Python, and the man page and completions
of the wheel. No maintainer script, no service, no user: nothing happens until somebody runs it.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = "sentinel-run"
_ANY_PYTHON, _SYSTEM_PYTHON = b"#!/usr/bin/env python3\n", b"#!/usr/bin/python3"
_PROGRAM = f"usr/bin/{_NAME}"
# Where Debian's shells look for what packages bring along.
_MOVED = {"share/zsh/site-functions/": "share/zsh/vendor-completions/"}
_EXECUTABLE, _READABLE = 0o755, 0o644


def main(wheel: str, single_file: str, target: str) -> None:
    """Write the package. The same input gives the same bytes, with the same `SOURCE_DATE_EPOCH`."""
    files = {_PROGRAM: _for_the_system(Path(single_file).read_bytes()), **dict(_shared(wheel))}
    size_kb = sum(map(len, files.values())) // 1024 + 1
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, _EXECUTABLE)
        _write(root, {**files, "DEBIAN/control": _control(_metadata(wheel), size_kb).encode()})
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, target]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _for_the_system(program: bytes) -> bytes:
    """Started by Debian's Python whatever PATH says; as long as before, so that no offset in the zip changes."""
    assert program.startswith(_ANY_PYTHON)
    return _SYSTEM_PYTHON.ljust(len(_ANY_PYTHON) - 1) + program[len(_ANY_PYTHON) - 1 :]


def _shared(wheel: str) -> Iterator[tuple[str, bytes]]:
    """What the wheel installs below its prefix, and its license."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith("/LICENSE"):
                yield f"usr/share/doc/{_NAME}/copyright", archive.read(name)
            _, is_shared, place = name.partition(".data/data/")
            for ours, debians in _MOVED.items():
                place = place.replace(ours, debians)
            if is_shared and "/man/" in place:
                yield f"usr/{place}.gz", gzip.compress(archive.read(name), mtime=0)
            elif is_shared:
                yield f"usr/{place}", archive.read(name)


def _metadata(wheel: str) -> Mapping[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def _control(metadata: Mapping[str, str], size_kb: int) -> str:
    """The package as dpkg knows it; of the builder's architecture, because a library in it is compiled."""
    architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
    fields = {
        "Package": _NAME,
        "Version": metadata["Version"],
        "Architecture": architecture.stdout.strip(),
        "Maintainer": metadata["Author"],
        "Installed-Size": str(size_kb),
        "Depends": f"python3 ({metadata['Requires-Python'].replace('>=', '>= ')})",
        "Suggests": "bash-completion",
        "Section": "admin",
        "Priority": "optional",
        "Description": metadata["Summary"].rstrip("."),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _write(root: str, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(_EXECUTABLE if name == _PROGRAM else _READABLE)
    for folder in Path(root).rglob("*/"):
        if folder.is_dir():
            folder.chmod(_EXECUTABLE)  # Whatever the umask of the builder is.


if __name__ == "__main__":
    main(*sys.argv[1:])
