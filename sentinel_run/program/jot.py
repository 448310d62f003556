"""The notes: breadcrumbs, tags, contexts, measures and the user, each one line and nothing more."""

from __future__ import annotations

import time

from sentinel_run.facts import to_json
from sentinel_run.program import page
from sentinel_run.program.switch import harmless, is_off
from sentinel_run.program.values import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def breadcrumb(message: str, category: str = "", level: str = "info", **data: Any) -> None:
    """Leave a breadcrumb: something that happened, with a level (`debug` to `fatal`) and data."""
    note("breadcrumb", message=message, category=category, level=level, data=data)


def tag(key: str, value: Any) -> None:
    """Tag the run; a tag can be searched for in Sentry."""
    note("tag", key=key, value=value)


def context(name: str, **data: Any) -> None:
    """Add facts of your own, together under one name."""
    note("context", name=name, data=data)


def measure(name: str, value: float, unit: str = "") -> None:
    """Measure something: a number and its unit."""
    note("measure", name=name, value=value, unit=unit)


def user(id: Any) -> None:  # noqa: A002  # Sentry's own word.
    """Say for whom the program works."""
    note("user", id=id)


def note(kind: str, **members: Any) -> None:
    """Any note; an empty text or object is left out."""
    if not is_off():
        harmless(lambda: page.put(line(kind, **members)))


def line(kind: str, **members: Any) -> str:
    """A note as it is written."""
    told = {name: plain(value) for name, value in members.items() if value not in ("", {})}
    return to_json({"type": kind, **told, "time": time.time()})
