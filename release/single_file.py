"""Makes the single file: `python release/single_file.py WHEEL TARGET`.

The package lies in it uncompressed and compiled for the Python that makes it, so that the start of a command does
not wait for us; other Pythons run it too, and compile it each time. The libraries are those of that Python's
environment, with which the tests were run.
"""

from __future__ import annotations

import hashlib
import io
import os
import py_compile
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHEBANG = b"#!/usr/bin/env python3\n"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # Of time, for zip files: the same input makes the same file.
_START = Path(__file__).with_name("start.py")
_NAMES = "NAMES = ()"
# What an installer writes for itself (PyPA, "Recording installed projects"): RECORD has digests of the scripts
# beside Python, which name the environment's folder, so that each checkout would make another file.
_INSTALLERS_OWN = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


def main(wheel: str, target: str) -> None:
    """Write the single file to `target`."""
    libraries = {name: content for library in _needed("sentinel-run") for name, content in _files(library)}
    packed = _packed(libraries, zipfile.ZIP_DEFLATED)
    stamp = hashlib.sha256(packed).hexdigest()[:16]
    content = _packed({**_ours(wheel, sorted(_modules(libraries))), "libraries.zip": packed}, comment=stamp)
    Path(target).write_bytes(_SHEBANG + content)
    os.chmod(target, 0o755)  # noqa: S103  # A program, for everybody.


def _needed(name: str) -> Iterator[Distribution]:
    """The libraries that a distribution needs, and those that they need."""
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield distribution(requirement.name)
            yield from _needed(requirement.name)


def _files(library: Distribution) -> Iterator[tuple[str, bytes]]:
    """A library's files without its scripts, what Python has compiled, and what tells of the environment."""
    for path in library.files or ():
        if ".." not in path.parts and "__pycache__" not in path.parts and not _is_installers(path):
            yield path.as_posix(), path.read_binary()


def _is_installers(path: PurePath) -> bool:
    return path.parent.suffix == ".dist-info" and path.name in _INSTALLERS_OWN


def _modules(libraries: Mapping[str, bytes]) -> set[str]:
    """Names that `import` knows the libraries by."""
    return {name.split("/")[0].split(".")[0] for name in libraries if ".dist-info/" not in name}


def _ours(wheel: str, names: list[str]) -> dict[str, bytes]:
    """The package out of its wheel, and the start, each module also compiled."""
    with zipfile.ZipFile(wheel) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if ".data/" not in name}
    found["__main__.py"] = _START.read_text().replace(_NAMES, f"NAMES = frozenset({names!r})").encode()
    modules = [name for name in found if name.endswith(".py")]
    return {**found, **{f"{name}c": _compiled(found[name], name) for name in modules}}


def _compiled(source: bytes, name: str) -> bytes:
    """Never compared with its source: nothing in the file changes."""
    with tempfile.TemporaryDirectory() as folder:
        path, code = Path(folder, "module.py"), Path(folder, "module.pyc")
        path.write_bytes(source)
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(path), str(code), name, doraise=True, invalidation_mode=mode)
        return code.read_bytes()


def _packed(files: Mapping[str, bytes], how: int = zipfile.ZIP_STORED, comment: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type, entry.external_attr = how, 0o644 << 16
            archive.writestr(entry, files[name])
        archive.comment = comment.encode()
    return made.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
