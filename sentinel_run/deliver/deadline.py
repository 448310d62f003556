"""Bounds what has no bound of its own: a name service, a server that sends a byte a second."""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    T = TypeVar("T")


def within(limit_s: float, work: Callable[[], T]) -> T:
    """What `work` returns or raises; a TimeoutError after `limit_s`, with its thread left behind."""
    result: list[Any] = []
    fault: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # Raised again in the thread that waits.
            fault.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit_s)
    if fault:
        raise fault[0]
    if not result:
        raise TimeoutError
    return result[0]  # type: ignore[no-any-return]
