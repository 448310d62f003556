"""The kinds of value an option can have: from a user's text to a Python value, or `BadValueError`."""

from __future__ import annotations

from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
_LONGEST_S, _MOST_DIGITS = 1e9, 9
_LARGEST_FACTOR = 1e6
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_DIGITS = frozenset("0123456789.")


def text(value: str) -> str:
    """Any text, as it is; blanks alone, as out of an unset variable, are none."""
    return value if value.strip() else ""


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


def integer(value: str) -> int:
    """A whole number, zero or more."""
    digits = value.strip()
    wanted = "a whole number, 0 or more"
    if not (digits.isascii() and digits.isdigit()):
        raise BadValueError(value, wanted)
    if len(digits) > _MOST_DIGITS:
        raise BadValueError(value, f"{wanted}, of {_MOST_DIGITS} digits at most")
    return int(digits)


def minutes(value: str) -> int:
    """Minutes of a monitor. Beyond 28 days Sentry would refuse all that a check-in says of the monitor."""
    return _between(value, 1, 40_320, "a whole number of minutes, 1 to 40320 (28 days)")


def in_a_row(value: str) -> int:
    """How many check-ins in a row; Sentry's limit again."""
    return _between(value, 1, 720, "a whole number, 1 to 720")


def _between(value: str, least: int, most: int, wanted: str) -> int:
    try:
        number = integer(value)
    except BadValueError:
        number = 0
    if not least <= number <= most:
        raise BadValueError(value, wanted)
    return number


def size(value: str) -> int:
    """Bytes out of `500MB`, `1.5 GB`, `64MiB` or `1000`."""
    text = value.strip().lower()
    number = _leading(text, _DIGITS)
    unit_bytes = _UNIT_BYTES.get(text[len(number) :].strip(), 0)
    found = float(number) * unit_bytes if unit_bytes and _is_number(number) else -1.0
    if not 0 <= found <= _LARGEST_BYTES:
        raise BadValueError(value, "a size such as 500MB, 1.5GB or 64MiB")
    return round(found)


def slug(value: str) -> str:
    """A monitor's slug as it was written; `1` and `0`, a file's true and false, are `auto` and none."""
    return {"1": "auto", "0": ""}.get(value, value)


def schedule(value: str) -> str:
    """A crontab or interval schedule that can be read, as it was written."""
    from sentinel_run import schedule as schedules  # Only a run with a schedule pays for its reader.

    schedules.read(value)
    return value.strip()


def timezone(value: str) -> str:
    """The name of a time zone."""
    from sentinel_run import schedule as schedules

    return schedules.zone(value.strip())


def fraction(value: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadValueError(value, "a number from 0 to 1")
    return number


def factor(value: str) -> float:
    """A number above 1."""
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 1 < number < _LARGEST_FACTOR:
        raise BadValueError(value, "a number above 1, such as 3")
    return number


def switch(value: str) -> bool:
    """True or false out of `1`, `yes`, `off` and their like."""
    word = value.strip().lower()
    if word not in _TRUE and word not in _FALSE:
        raise BadValueError(value, "true or false")
    return word in _TRUE


def pair(value: str) -> tuple[str, str]:
    """A key and its text out of `KEY=VALUE`."""
    key, equals, content = value.partition("=")
    if not equals or not key.strip():
        raise BadValueError(value, "KEY=VALUE, such as team=infra")
    if not any(map(_is_kept_in_keys, key)):
        raise BadValueError(value, "a key of letters from a to z, digits and _.:- , such as team=infra")
    return key.strip(), content


def header(value: str) -> tuple[str, str]:
    """Name and value of a header out of `NAME: VALUE`; no error tells the value."""
    from sentinel_run import headers  # Only a run that has one pays for its reader.

    return headers.parse(value)


def _is_kept_in_keys(char: str) -> bool:
    """Sentry drops a tag whose key has other characters; those are replaced, and so a key needs one that stays."""
    return char in "_.:" or (char.isascii() and char.isalnum())


def statuses(value: str) -> tuple[int, ...]:
    """Exit statuses out of `3` or `3,24`."""
    wanted = "exit statuses from 0 to 255, such as 3 or 3,24"
    try:
        numbers = tuple(integer(part) for part in value.split(",") if part.strip())
    except BadValueError:
        raise BadValueError(value, wanted) from None
    if not numbers or max(numbers) > 255:
        raise BadValueError(value, wanted)
    return numbers


def pattern(value: str) -> str:
    """A regular expression, as Python's re reads it; the module is loaded only for who gives one."""
    import re

    try:
        re.compile(value)
    except re.error as error:
        raise BadValueError(value, f"a regular expression ({error})") from None
    return value


def choice(*allowed: str) -> Callable[[str], str]:
    """One of the words `allowed`."""

    def chosen(value: str) -> str:
        if value not in allowed:
            raise BadValueError(value, "one of " + ", ".join(allowed), nearest(value, allowed))
        return value

    return chosen


def nearest(name: str, known: Sequence[str]) -> str:
    """The one of `known` that `name` was probably meant to be, or an empty text."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, known, n=1, cutoff=0.6)), "")


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
    return next((unit for unit in ("ms", "s", "m", "h", "d") if value.startswith(unit)), "")
