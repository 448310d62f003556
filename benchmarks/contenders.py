"""Who is measured: sentinel-run in its ways, and the peers that are installed."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.record import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.stage import Stage


class Contender(NamedTuple):
    """A program that runs another one: the words before the command, and what it finds in its environment."""

    name: str
    prefix: tuple[str, ...]
    dsn: str = ""
    config: str = ""

    def command(self, words: Sequence[str]) -> tuple[str, ...]:
        """The whole command line that runs `words`."""
        return (*self.prefix, *words)

    @property
    def delivers(self) -> bool:
        """Whether it leaves a `deliver` of ours behind."""
        return "background" in self.prefix


class Peer(NamedTuple):
    """A program of others, and how to get it."""

    program: str
    install: str
    prefix: tuple[str, ...] = ()


DIRECT, BARE = "direct", "python -c pass"
TIMEOUT = Peer("timeout", "apt-get install coreutils", ("100",))
ENV = Peer("env", "apt-get install coreutils")
CHRONIC = Peer("chronic", "apt-get install moreutils")
SCRIPT = Peer("script", "apt-get install bsdutils", ("-qec",))
SENTRY_CLI = Peer("sentry-cli", "pip install sentry-cli", ("monitors", "run", "benchmark", "--"))


def direct() -> Contender:
    """The command with nothing around it."""
    return Contender(DIRECT, ())


def bare() -> Contender:
    """A whole run of Python that does nothing, the measure of a start."""
    return Contender(BARE, (sys.executable, "-c", "pass"))


def cat() -> Contender:
    """The command with nothing but a copy of its output between it and its reader."""
    return Contender("cat", ("sh", "-c", '"$0" "$@" | cat'))


def ours(how: str, dsn: str = "", server: str = "no DSN") -> Contender:
    """sentinel-run with `--deliver how`."""
    return Contender(f"sentinel-run {how}, {server}", (program(), "--deliver", how, "--"), dsn)


def peers(stage: Stage) -> list[Contender]:
    """The peers that are here, sentry-cli with a server that answers at once and one that takes 100 ms."""
    plain = [_peer(peer) for peer in (ENV, TIMEOUT, CHRONIC) if found(peer)]
    servers = {"good server": stage.good, "100 ms server": stage.slow} if found(SENTRY_CLI) else {}
    return plain + [_peer(SENTRY_CLI, f", {name}", dsn) for name, dsn in servers.items()]


def _peer(peer: Peer, label: str = "", dsn: str = "") -> Contender:
    return Contender(peer.program + label, (found(peer), *peer.prefix), dsn)


def missing(figure: str, unit: str, *wanted: Peer) -> list[Row]:
    """A row for each peer that is not here."""
    return [
        Row(figure, unit, peer.program, None, remark=f"not installed; try: {peer.install}")
        for peer in wanted
        if not found(peer)
    ]


def found(peer: Peer) -> str:
    """The peer's path; this Python's own scripts count, although a virtual environment may not be active."""
    return shutil.which(peer.program) or shutil.which(peer.program, path=os.path.dirname(sys.executable)) or ""


def program() -> str:
    """The console script of the package under test. Raises `SystemExit` with what to do."""
    path = shutil.which("sentinel-run", path=os.path.dirname(sys.executable)) or shutil.which("sentinel-run")
    if not path:
        raise SystemExit("benchmarks: sentinel-run is not installed for this Python; try: pip install -e .")
    return path
