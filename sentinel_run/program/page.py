"""Where the notes of this program go: to the task that it is in, to the run around it, or to memory."""

from __future__ import annotations

import os
from collections import deque
from contextvars import ContextVar

from sentinel_run import notebook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentinel_run.program.tasks import Task

_UNCLAIMED = 100


class Page:
    """Notes of one task in memory: the first ones and the last ones, however many there are."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._first = list(lines)
        self._last: deque[str] = deque(maxlen=1500)
        self._missing = 0

    def add(self, line: str) -> None:
        """Keep a line."""
        if len(self._first) < 500:
            self._first.append(line)
            return
        self._missing += len(self._last) == self._last.maxlen
        self._last.append(line)

    def add_all(self, lines: Iterable[str]) -> None:
        """Keep lines, in order."""
        for line in lines:
            self.add(line)

    def taken(self) -> notebook.Page:
        """What is kept, as the reader of notes wants it."""
        return notebook.Page(tuple(line.encode() for line in (*self._first, *self._last)), 0)

    def take_over(self, others: Page) -> None:
        """Begin with a copy of what another page has."""
        self._first = [*others._first, *others._last, *self._first][-500:]

    def faults(self) -> tuple[str, ...]:
        """A sentence on what is not kept."""
        return (f"{self._missing:,} notes between the first 500 and the last 1,500 are not kept",) * bool(
            self._missing
        )


_current: ContextVar[Task | None] = ContextVar("sentinel_run.task", default=None)
_open: list[Task] = []
_waiting: deque[str] = deque(maxlen=_UNCLAIMED)


def current() -> Task | None:
    """The task that the caller is in. A thread that was given no context is in the only one that is open."""
    task = _current.get()
    if task is None and len(_open) == 1:
        return _open[0]
    return task if task in _open else None


def own() -> Task | None:
    """The same, but in a fork not the task that goes on in its parent: nobody sees what is added to a copy."""
    task = current()
    return task if task is not None and task.pid == os.getpid() else None


def enter(task: Task) -> None:
    """From here on the caller is in `task`."""
    task.outer = current()
    _open.append(task)
    _current.set(task)


def leave(task: Task) -> None:
    """The task is over."""
    if task in _open:
        _open.remove(task)
    _current.set(task.outer)


def put(line: str) -> None:
    """Keep a note where it belongs. What nobody takes waits for the next capture."""
    task = own()
    if task is not None:
        task.page.add(line)
    elif not os.environ.get(notebook.VARIABLE) or notebook.add(os.environ, line):
        _waiting.append(line)


def unclaimed() -> list[str]:
    """The notes that wait for a capture; each is handed out once."""
    found = list(_waiting)
    _waiting.clear()
    return found
