"""Logging records as breadcrumbs, never as events: what is captured explicitly is not reported twice."""

from __future__ import annotations

import logging

from sentinel_run.program.jot import breadcrumb

_LEVELS = (
    (logging.CRITICAL, "fatal"),
    (logging.ERROR, "error"),
    (logging.WARNING, "warning"),
    (logging.INFO, "info"),
)


class LoggingHandler(logging.Handler):
    """`logging.getLogger().addHandler(sentinel_run.LoggingHandler())`; INFO and above, or the level you give."""

    def __init__(self, level: int | str = logging.INFO) -> None:
        super().__init__(level)

    def emit(self, record: logging.LogRecord) -> None:
        """Leave a breadcrumb: its message, and the logger's name as its category."""
        try:
            message = record.getMessage()
        except Exception:
            self.handleError(record)
            return
        level = next((name for least, name in _LEVELS if record.levelno >= least), "debug")
        breadcrumb(message or "-", category=record.name, level=level)
