"""From any Python value to one of JSON's own kinds, small enough for a note."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LARGEST, _LONGEST_TEXT, _MOST_MEMBERS, _LEVELS = 2**63, 4000, 50, 4


def plain(value: Any, levels: int = _LEVELS) -> Any:
    """`value` where JSON has it, else its text. Deep, long and very many things are cut. Never raises."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and -_LARGEST < value < _LARGEST:
        return value + 0
    if isinstance(value, dict) and levels:
        return {text(key): plain(item, levels - 1) for key, item in list(value.items())[:_MOST_MEMBERS]}
    if isinstance(value, list | tuple | set | frozenset) and levels:
        return [plain(item, levels - 1) for item in list(value)[:_MOST_MEMBERS]]
    return text(value)


def text(value: Any) -> str:
    """The text of any value, whatever its own `__str__` does; a very long one is cut."""
    try:
        found = str(value)
    except Exception as error:  # A program's own __str__ may do anything.
        found = f"<{type(value).__name__}: {type(error).__name__} in __str__>"
    return found if len(found) <= _LONGEST_TEXT else f"{found[:_LONGEST_TEXT]}... [{len(found):,} characters]"
