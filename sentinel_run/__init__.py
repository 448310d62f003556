"""sentinel-run: any command under Sentry monitoring, and what a Python program can add to its own report.

Importing this costs nothing: each name is looked up when it is asked for first.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentinel_run.program.captures import capture_exception, capture_failure
    from sentinel_run.program.jot import breadcrumb, context, measure, tag, user
    from sentinel_run.program.logs import LoggingHandler
    from sentinel_run.program.spans import span
    from sentinel_run.program.tasks import task

    __version__: str

__all__ = [
    "LoggingHandler", "__version__", "breadcrumb", "capture_exception", "capture_failure", "context", "measure",
    "span", "tag", "task", "user",
]  # fmt: skip
_ROOMS = {
    "breadcrumb": "jot", "tag": "jot", "context": "jot", "measure": "jot", "user": "jot", "span": "spans",
    "task": "tasks", "capture_exception": "captures", "capture_failure": "captures", "LoggingHandler": "logs",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """The version is looked up only when somebody asks: importlib.metadata is slower than starting a command."""
    if name in _ROOMS:
        from importlib import import_module

        return getattr(import_module(f"sentinel_run.program.{_ROOMS[name]}"), name)
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("sentinel-run")
