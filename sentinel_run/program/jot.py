"""The notes: breadcrumbs, tags, contexts, measures and the user, each one line and nothing more."""

from __future__ import annotations

import time

from sentinel_run.json_form import to_json
from sentinel_run.notebook import jotted
from sentinel_run.program import page
from sentinel_run.program.switch import harmless, is_off
from sentinel_run.program.values import plain, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OTHER_LEVELS = {"warn": "warning", "critical": "fatal", "err": "error"}


def breadcrumb(message: str, category: str = "", level: str = "info", **data: Any) -> None:
    """Leave a breadcrumb: something that happened, with a level (`debug` to `fatal`) and data."""
    note("breadcrumb", message=text(message), category=text(category), level=_level(level), data=data)


def _level(word: str) -> str:
    """Also as other libraries write it; a level that nobody knows costs no breadcrumb."""
    low = text(word).lower()
    known = _OTHER_LEVELS.get(low, low)
    return known if known in jotted.LEVELS else "info"


def tag(key: str, value: Any) -> None:
    """Tag the run; a tag can be searched for in Sentry."""
    note("tag", key=key, value=value)


def context(name: str, /, **data: Any) -> None:
    """Add facts of your own, together under one name; one of them may be called `name` too."""
    note("context", name=name, data=data)


def measure(name: str, value: float, unit: str = "") -> None:
    """Measure something: a number and its unit."""
    note("measure", name=name, value=_number(value), unit=unit)


def _number(value: Any) -> Any:
    """A number of another library's (numpy's, a Decimal) as Python's own."""
    if isinstance(value, int | float | str):
        return value
    try:
        return value.__index__() if hasattr(value, "__index__") else float(value)
    except Exception:  # It is none, which the reader of notes tells.
        return value


def user(id: Any) -> None:  # noqa: A002  # Sentry's own word.
    """Say for whom the program works."""
    note("user", id=id)


def note(kind: str, **members: Any) -> None:
    """Any note; an empty text or object is left out."""
    if not is_off():
        harmless(lambda: page.put(line(kind, **members)))


def line(kind: str, **members: Any) -> str:
    """A note as it is written."""
    told = {name: plain(value) for name, value in members.items() if value or not isinstance(value, str | dict)}
    return to_json({"type": kind, **told, "time": time.time()})
