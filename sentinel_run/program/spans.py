"""Spans: parts of a task, or of the program that runs under sentinel-run, with their own start and end."""

from __future__ import annotations

import os
from contextvars import ContextVar

from sentinel_run.program.jot import note
from sentinel_run.program.wrapped import Wrapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self

_inside: ContextVar[str | None] = ContextVar("sentinel_run.span", default=None)


class span(Wrapping):  # noqa: N801  # It reads as a statement.
    """`with span("load", op="db", rows=3) as s:` times a part. Spans nest, also in threads and in asyncio.

    An exception that leaves it makes its status `internal_error`, and goes on.
    """

    def __init__(self, name: str, op: str = "", **data: Any) -> None:
        self._name, self._op, self._data = name, op, data
        self._id, self._above, self._status = "", None, ""  # type: str, str | None, str

    def tag(self, key: str, value: Any) -> None:
        """Add a member to the span's data."""
        self._data[key] = value

    def status(self, word: str) -> None:
        """Say how it went: one of Sentry's statuses, `success`, `failed`."""
        self._status = word

    def __enter__(self) -> Self:
        self._id, self._above = os.urandom(8).hex(), _inside.get()
        note("span", state="start", name=self._name, id=self._id, parent=self._above, op=self._op)
        _inside.set(self._id)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        _inside.set(self._above)
        status = self._status or ("internal_error" if kind else "ok")
        note("span", state="end", name=self._name, id=self._id, status=status, data=self._data)

    def _recreate_cm(self) -> Self:
        """As a decorator each call is a span of its own."""
        return type(self)(self._name, self._op, **self._data)
