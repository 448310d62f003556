"""Looks at the machine within a bounded time: a dead disk costs its own entry, never the report."""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def bounded(probe: Callable[[], dict[str, Any]], limit_s: float, *further: type[Exception]) -> dict[str, Any]:
    """What `probe` finds within `limit_s`, or nothing. A probe that hangs is left behind in its thread.

    OSError, ValueError, KeyError, RuntimeError and the `further` errors say that this machine does not tell.
    """
    found: dict[str, Any] = {}
    untold: tuple[type[Exception], ...] = (OSError, ValueError, KeyError, RuntimeError, *further)

    def look() -> None:
        try:
            found.update(probe())
        except untold:
            return  # A fact that this machine does not tell is left out of the report.

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(limit_s)
    return {} if thread.is_alive() else found
