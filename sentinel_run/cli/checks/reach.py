"""Tries to reach a server, step by step, each within a bounded time."""

from __future__ import annotations

import socket
import ssl
import time

from sentinel_run.deliver import deadline
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_S = 3.0


class Step(Record):
    """One step: whether it worked, what was found or went wrong, how long it took."""

    name: str
    ok: bool
    told: str
    took_s: float


def steps(host: str, port: int, certificates: str = "") -> list[Step]:
    """Look the name up, connect, and with a file of `certificates` also speak TLS; ends at the first failure."""
    tries: list[tuple[str, Callable[[], str]]] = [
        ("look-up", lambda: _looked_up(host, port)),
        ("connect", lambda: _connected(host, port)),
    ]
    if certificates:
        tries.append(("TLS", lambda: _spoken(host, port, certificates)))
    done: list[Step] = []
    for name, attempt in tries:
        done.append(_tried(name, attempt))
        if not done[-1].ok:
            break
    return done


def _tried(name: str, attempt: Callable[[], str]) -> Step:
    started_s = time.monotonic()
    told = within(LIMIT_S, attempt)
    took_s = round(time.monotonic() - started_s, 3)
    if isinstance(told, Exception):
        return Step(name, False, str(getattr(told, "strerror", "") or told), took_s)
    return Step(name, True, told, took_s)


def within(limit_s: float, attempt: Callable[[], str]) -> str | Exception:
    """What `attempt` returns or raises, or a TimeoutError: looking up a name has no time limit of its own."""
    try:
        return deadline.within(limit_s, attempt)
    except (OSError, ValueError) as error:
        return error if str(error) else TimeoutError(f"no answer within {limit_s:g} s")


def _looked_up(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return ", ".join(dict.fromkeys(str(address[4][0]) for address in found))


def _connected(host: str, port: int) -> str:
    with socket.create_connection((host, port), LIMIT_S) as connection:
        return f"{connection.getpeername()[0]} port {port}"


def _spoken(host: str, port: int, certificates: str) -> str:
    context = ssl.create_default_context(cafile=certificates)
    with (
        socket.create_connection((host, port), LIMIT_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return f"{secure.version()}, certificate is valid"
