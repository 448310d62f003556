"""What a note may be, and which of the lines on a page are notes.

Anybody may have written there, in any language; a line that is no note is told and skipped.
"""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sentinel_run.notebook import Page

# Of very many notes the first and the last are kept.
_FIRST, _LAST = 500, 1500
_MOST_FAULTS = 3
LEVELS = ("debug", "info", "warning", "error", "fatal")
_STATES = ("start", "end")
# What a server takes as a number (64 bits), and how deeply a context may be nested there.
_LARGEST, _DEEPEST = 2**63, 6


class Kind(Record):
    """A kind of note: the members it must have and those it may have, each with its check."""

    needed: Mapping[str, Callable[[Any], bool]]
    allowed: Mapping[str, Callable[[Any], bool]]


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _number(value: Any) -> bool:
    """Also no `NaN` and no `1e999`, which are no numbers to anybody behind us."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def _plain(value: Any) -> bool:
    return isinstance(value, str | bool) or _number(value)


def _object(value: Any) -> bool:
    return isinstance(value, dict) and _is_tidy(value, _DEEPEST)


def _is_tidy(value: Any, levels: int) -> bool:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return levels > 0 and all(_is_tidy(item, levels - 1) for item in inner)
    return value is None or _plain(value)


def _text_or_none(value: Any) -> bool:
    return value is None or _text(value)


_TIME = {"time": _number}
KINDS: Mapping[str, Kind] = {
    "breadcrumb": Kind(
        {"message": _text}, {"level": LEVELS.__contains__, "category": _text, "data": _object, **_TIME}
    ),
    "tag": Kind({"key": _text, "value": _plain}, _TIME),
    "context": Kind({"name": _text, "data": _object}, _TIME),
    "measure": Kind({"name": _text, "value": _number}, {"unit": _text, **_TIME}),
    "span": Kind(
        {"name": _text, "state": _STATES.__contains__},
        {"id": _text, "parent": _text_or_none, "op": _text, "status": _text, "data": _object, **_TIME},
    ),
    "user": Kind({"id": _plain}, _TIME),
}


class Reading(Record):
    """The notes of a page as they were written, and what is to be told of the others."""

    notes: list[dict[str, Any]]
    faults: list[str]


def read(page: Page) -> Reading:
    """The notes on a page, in order."""
    skipped = max(0, len(page.lines) - _FIRST - _LAST)
    numbered = list(enumerate(page.lines, 1))
    if skipped:
        numbered = [*numbered[:_FIRST], *numbered[-_LAST:]]
    notes, faults = [], []
    for number, line in numbered:
        note, why = _parsed(line)
        faults += [f"note {number} was skipped: {why}"] if why else []
        notes += [] if why else [note]
    return Reading(notes, [*_few(faults), *_left_out(skipped, page.unread_bytes)])


def _parsed(line: bytes) -> tuple[Any, str]:
    import json

    try:
        note = json.loads(line)
    except (ValueError, RecursionError):
        return None, "it is no JSON"
    return note, fault(note)


def _few(faults: list[str]) -> list[str]:
    more = len(faults) - _MOST_FAULTS
    return [*faults[:_MOST_FAULTS], f"and {more:,} more"] if more > 0 else faults


def _left_out(skipped: int, unread_bytes: int) -> list[str]:
    told = [f"{skipped:,} notes between the first {_FIRST} and the last {_LAST:,} are not kept"] if skipped else []
    return [*told, f"{unread_bytes:,} bytes of notes were too many and not read"] if unread_bytes else told


def fault(note: Any) -> str:
    """Why a line's content is no note, or an empty text."""
    if not isinstance(note, dict):
        return "it is no JSON object"
    kind = KINDS.get(str(note.get("type")))
    if kind is None:
        return f"its type is none of {', '.join(KINDS)}"
    for name, check in kind.needed.items():
        if name not in note:
            return f"a {note['type']} needs {name!r}"
        if not _passes(check, note[name]):
            return f"its {name!r} is not valid"
    wrong = (name for name, check in kind.allowed.items() if name in note and not _passes(check, note[name]))
    return next((f"its {name!r} is not valid" for name in wrong), "")


def _passes(check: Callable[[Any], bool], value: Any) -> bool:
    try:
        return check(value)
    except TypeError:  # An unhashable one in place of a word.
        return False
