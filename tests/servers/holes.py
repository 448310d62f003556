"""Addresses where no server answers: a refused port, and one that swallows connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress


def dsn_for(port: int) -> str:
    return f"http://public@127.0.0.1:{port}/1"


def refused_dsn() -> str:
    """A DSN at which every connection is refused at once."""
    # Port 1 (tcpmux) is privileged: no test can have it by chance, as it could a port that was free just now.
    return dsn_for(1)


@contextmanager
def blackhole() -> Iterator[str]:
    """A DSN at which connect() hangs for as long as the context lasts: a firewall that drops packets."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        while _takes(address, sockets):
            pass
        yield dsn_for(address[1])


def _takes(address: tuple[str, int], sockets: ExitStack) -> bool:
    # The kernel keeps a few connections more than the backlog says, so it is filled until one has to wait.
    filler = sockets.enter_context(socket.socket())
    filler.settimeout(0.25)
    with suppress(TimeoutError):
        filler.connect(address)
        return True
    return False
