"""A header that is a secret, and where it may have been left or sent to."""

from __future__ import annotations

import os
from pathlib import Path

from sentinel_run.store import last_words
from tests.servers.ingest import Ingest

NAME, SECRET = "CF-Access-Client-Secret", "d41d8cd98f00b204"
HEADER = f"{NAME}: {SECRET}"
PRINTS_IT = ("sh", "-c", f"echo seen {SECRET}; exit 3")


def in_memory() -> list[str]:
    """What runs have left of headers; each test has its own folder."""
    return [name for name in os.listdir(last_words.folder(os.environ)) if name.endswith(".headers")]


def carried(server: Ingest) -> list[str | None]:
    """What each request had for it."""
    return [received.headers.get(NAME) for received in server.requests]


def address(server: Ingest) -> str:
    """The server's, without what a DSN adds."""
    return server.dsn.replace("public@", "").removesuffix("/1")


def leaks(folder: Path) -> list[Path]:
    """The files in which it can be read."""
    return [path for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
