"""A progress bar where something takes long and a person watches: on stderr, and gone when it is over."""

from __future__ import annotations

import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.store.outbox import Letter

_LETTERS_WORTH_A_BAR, _RUNS_WORTH_A_BAR = 20, 1_000


@contextmanager
def progress(state: str) -> Iterator[Callable[[Letter, str], None]]:
    """A function to call for each letter that was dealt with."""
    from sentinel_run.store import outbox

    with _bar("sending", len(outbox.waiting(state)), _LETTERS_WORTH_A_BAR) as advance:
        yield lambda letter, state: advance(1)


@contextmanager
def counted(what: str, count: int) -> Iterator[Callable[[int], None]]:
    """A function to call with the number of runs that were dealt with."""
    with _bar(what, count, _RUNS_WORTH_A_BAR) as advance:
        yield advance


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what goes on while nobody can say how long it takes."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


@contextmanager
def _bar(what: str, count: int, least: int) -> Iterator[Callable[[int], None]]:
    if count < least or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=count)
        yield lambda done: bar.advance(task, done)
