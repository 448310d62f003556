"""The kinds of value an option can have: from a user's text to a Python value, or `BadValueError`."""

from __future__ import annotations

from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_DIGITS = 9
_LARGEST_FACTOR = 1e6
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def text(value: str) -> str:
    """Any text as it is; blanks alone, as an unset variable leaves them, count as no text."""
    return value if value.strip() else ""


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
