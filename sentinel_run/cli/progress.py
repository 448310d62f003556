"""A progress bar where sending takes long and a person watches."""

from __future__ import annotations

import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.store.outbox import Letter

_WORTH_A_BAR = 20


@contextmanager
def progress(state: str) -> Iterator[Callable[[Letter, str], None]]:
    """A function to call for each letter that was dealt with."""
    from sentinel_run.store import outbox

    count = len(outbox.waiting(state))
    if count < _WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda letter, state: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("sending", total=count)
        yield lambda letter, state: bar.advance(task)
