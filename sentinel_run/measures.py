"""Durations and sizes: from a user's text to seconds and bytes, and back to a text."""

from __future__ import annotations

from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT_BYTES = {
    "": 1,
    "b": 1,
    **{f"{unit}{b}": 1000**power for power, unit in enumerate("kmgt", 1) for b in ("", "b")},
}
_UNIT_BYTES.update({f"{unit}ib": 1024**power for power, unit in enumerate("kmgt", 1)})
_WRITTEN_BYTES = {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_LARGEST_BYTES = 10**15
# Kernel timers count in 32 or 64 bits; no command is meant to run longer.
_LONGEST_S = 1e9
_DIGITS = frozenset("0123456789.")


def duration(value: str) -> float:
    """Seconds out of `90`, `90s`, `5m`, `1h30m` or `500ms`."""
    wanted = "a duration such as 90, 90s, 5m, 1h30m or 500ms"
    total_s, rest = 0.0, value.strip().lower()
    if _is_number(rest):
        rest += "s"
    elif not rest:
        raise BadValueError(value, wanted)
    while rest:
        number = _leading(rest, _DIGITS)
        unit = _leading_unit(rest[len(number) :])
        if not unit or not _is_number(number):
            raise BadValueError(value, wanted)
        total_s += float(number) * _UNIT_S[unit]
        rest = rest[len(number) + len(unit) :]
    if total_s > _LONGEST_S:
        raise BadValueError(value, f"{wanted}, thirty years at most")
    return total_s


def size(value: str) -> int:
    """Bytes out of `500MB`, `1.5 GB`, `64MiB` or `1000`."""
    text = value.strip().lower()
    number = _leading(text, _DIGITS)
    unit_bytes = _UNIT_BYTES.get(text[len(number) :].strip(), 0)
    found = float(number) * unit_bytes if unit_bytes and _is_number(number) else -1.0
    if not 0 <= found <= _LARGEST_BYTES:
        raise BadValueError(value, "a size such as 500MB, 1.5GB or 64MiB")
    return round(found)


def in_words(option_kind: Callable[[str], Any], value: float) -> str:
    """A value of one of the kinds `duration` and `size` as a person would write it; any other number as it is."""
    units = _UNIT_S if option_kind is duration else _WRITTEN_BYTES if option_kind is size else {"": 1}
    fitting = [unit for unit, amount in units.items() if value >= amount and value % amount == 0]
    unit = fitting[-1] if fitting else "s" if option_kind is duration else ""
    return f"{value / units[unit]:.15g}{unit}"


def _is_number(value: str) -> bool:
    return set(value) <= _DIGITS and value.count(".") <= 1 and value.strip(".") != ""


def _leading(value: str, allowed: frozenset[str]) -> str:
    end = 0
    while end < len(value) and value[end] in allowed:
        end += 1
    return value[:end]


def _leading_unit(value: str) -> str:
    return next((unit for unit in _UNIT_S if value.startswith(unit)), "")
