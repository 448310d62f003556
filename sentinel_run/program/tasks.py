"""Tasks: runs of their own inside a program, successes as well as failures."""

from __future__ import annotations

import os

from sentinel_run.program import failures, page
from sentinel_run.program.jot import line
from sentinel_run.program.switch import harmless, is_off
from sentinel_run.program.values import text
from sentinel_run.program.wrapped import Wrapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any, Self

    from sentinel_run.facts import Failure
    from sentinel_run.program.recording import Recording


class Task(Wrapping):
    """`with task("ping_test", data={"host": "a"}):` is a run: timed, with its notes, reported if it fails.

    An exception that leaves it is its failure, and goes on. Inside another task, or under sentinel-run, it is a
    nested run of the same trace.
    """

    def __init__(self, name: str, data: Mapping[str, Any] | None = None) -> None:
        self.name = text(name)
        self.page = page.Page()
        self.outer: Task | None = None
        self.pid = 0
        self._data: dict[str, Any] = {}
        self._failure: Failure | None = None
        self._recording: Recording | None = None
        self.add_data(data or {})

    @property
    def environ(self) -> dict[str, str]:
        """Variables for processes that the task starts, so that they join its trace."""
        return self._recording.environ if self._recording else {}

    def fail(self, failure: Failure) -> bool:
        """Let this failure be the task's own; False if it has one already."""
        is_first = self._failure is None
        self._failure = self._failure or failure
        return is_first

    def add_data(self, data: Mapping[str, Any]) -> None:
        """More members of the context `task`."""
        self._data.update(data if hasattr(data, "keys") else {"data": data})

    def __enter__(self) -> Self:
        """A second time it is another run."""
        self.page, self._failure, self._recording = page.Page(), None, None
        self.pid = os.getpid()
        if not is_off():
            harmless(self._begin)
        page.enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        page.leave(self)
        # A fork that comes this way out of the block is not the end of it.
        if self._recording is not None and self.pid == os.getpid():
            harmless(lambda: self._end(error))

    def _begin(self) -> None:
        from sentinel_run.program.recording import Recording

        outer = page.current()
        self._recording = Recording(self.name, {**os.environ, **(outer.environ if outer else {})})

    def _end(self, error: BaseException | None) -> None:
        assert self._recording is not None
        left_by = failures.of_exception(error, handled=False) if error is not None else None
        if error is not None and left_by is not None and self.outer is not None:
            failures.mark_reported(error)
        self.page.add(line("context", name="task", data={"name": self.name, **self._data}))
        self._recording.end(self._failure or left_by, self.page)

    def _recreate_cm(self) -> Self:
        """As a decorator each call is a run of its own."""
        return type(self)(self.name, self._data)


def task(name: str, data: Mapping[str, Any] | None = None) -> Task:
    """A task, for `with` or as a decorator. `data` becomes the context `task`."""
    return Task(name, data)
