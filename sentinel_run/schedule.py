"""When a monitored job is due: crontab(5) expressions, nicknames, and intervals such as `every 10 minutes`.

Read by hand because a run checks its schedule before the command starts, and the library that computes times is
slow to import; a property test holds this reader and the library equal.
"""

from __future__ import annotations

import os

from sentinel_run import measures
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_WANTED = 'a crontab schedule ("*/5 * * * *", @daily) or an interval ("every 10 minutes")'
_NICKNAMES = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
# Sentry's units (develop.sentry.dev, "Check-ins"), with the words that people use.
_UNITS = ("minute", "hour", "day", "week", "month", "year")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ZONE_FOLDERS = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
_ZONE_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")


class Schedule(Record):
    """A crontab expression of five fields, all numbers; or an interval of so many units.

    `timezone` is the one that the text itself names (`CRON_TZ=...` before the fields), or an empty text.
    """

    crontab: str = ""
    every: int = 0
    unit: str = ""
    timezone: str = ""


class _Field(Record):
    """One of the five: its name for an error, the numbers it may have, the names of some."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = {}


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _DAYS),
)


def read(text: str) -> Schedule:
    """The schedule that `text` says. Raises `BadValueError` that names the field which is wrong."""
    words = text.split()
    timezone = ""
    if words and words[0].startswith(("CRON_TZ=", "TZ=")):
        timezone = zone(words.pop(0).partition("=")[2].strip("\"'"))
    if words and words[0].lower() == "every":
        return _interval(text, words[1:])
    if len(words) == 2 and words[0].lower() == "@every":
        return _every(text, words[1])
    if len(words) == 1:
        words = _NICKNAMES.get(words[0].lower(), "").split()
    if len(words) != len(_FIELDS):
        raise BadValueError(text, f"{_WANTED}, with five fields")
    fields = [_field(text, word, field) for word, field in zip(words, _FIELDS, strict=True)]
    _refuse_never(text, fields)
    return Schedule(crontab=" ".join(fields), timezone=timezone)


def zone(name: str) -> str:
    """`name`, if it is a time zone of this machine (`Europe/Berlin`). Raises `BadValueError`.

    A machine without a time zone database takes any name that could be one.
    """
    wanted = "a time zone such as Europe/Berlin or UTC"
    if not name[:1].isupper() or not set(name) <= _ZONE_LETTERS:
        raise BadValueError(name, wanted)
    folders = [folder for folder in _ZONE_FOLDERS if os.path.isfile(f"{folder}/Etc/UTC")]
    if folders and not any(os.path.isfile(f"{folder}/{name}") for folder in folders):
        raise BadValueError(name, wanted)
    return name


def _interval(text: str, words: list[str]) -> Schedule:
    """`every 10 minutes`, `every hour`."""
    count = words.pop(0) if len(words) == 2 else "1"
    unit = words[0].lower().removesuffix("s") if words else ""
    if unit not in _UNITS or not _is_number(count) or int(count) == 0:
        raise BadValueError(text, f"{_WANTED}; the units of an interval are {', '.join(_UNITS)}")
    return Schedule(every=int(count), unit=unit)


def _every(text: str, length: str) -> Schedule:
    """`@every 1h30m`, as schedulers written in Go have it (supercronic, ofelia). Sentry counts in minutes."""
    minutes = measures.duration(length) / 60
    if minutes < 1 or not minutes.is_integer():
        raise BadValueError(text, f"{_WANTED}; an interval is a number of whole minutes")
    return Schedule(every=int(minutes), unit="minute")


def _field(text: str, word: str, field: _Field) -> str:
    terms = [_term(term, field) for term in word.split(",")]
    if None in terms:
        raise BadValueError(text, f"{_WANTED}; {word!r} is no {field.name}")
    return ",".join(filter(None, terms))


def _term(term: str, field: _Field) -> str | None:
    """One term with names as numbers: `*`, `5`, `1-5`, each also with a step; None if it is none."""
    span, slash, step = term.partition("/")
    if slash and (not _is_number(step) or int(step) == 0):
        return None
    if span == "*":
        return term
    first, dash, last = span.partition("-")
    ends = [_number(end, field) for end in ((first, last) if dash else (first,))]
    if None in ends or (dash and ends[0] > ends[1]):  # type: ignore[operator]
        return None
    if (
        dash and ends[0] == ends[1]
    ):  # Sentry's library takes `5-5/10` for `5/10`, cron for the one minute that it is.
        return str(ends[0])
    return "-".join(map(str, ends)) + slash + step


def _number(word: str, field: _Field) -> int | None:
    number = field.names.get(word.lower(), int(word) if _is_number(word) else -1)
    return number if field.low <= number <= field.high else None


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 4


def _refuse_never(text: str, fields: list[str]) -> None:
    """A day that no month of the schedule has (`30 2`) would wait for ever."""
    _, _, days, months, weekdays = fields
    if not weekdays.startswith("*") or days.startswith("*"):
        return
    first_day = min(int(term.partition("-")[0].partition("/")[0]) for term in days.split(",") if term[0] != "*")
    if first_day > max(_LONGEST_MONTH[month - 1] for month in _numbers(months, 1, 12)):
        raise BadValueError(text, f"{_WANTED} that comes at some time")


def _numbers(field: str, low: int, high: int) -> list[int]:
    """All numbers that a checked field stands for."""
    found: list[int] = []
    for term in field.split(","):
        span, slash, step = term.partition("/")
        first, dash, last = (str(low), "-", str(high)) if span == "*" else span.partition("-")
        end = int(last) if dash else high if slash else int(first)
        found += range(int(first), end + 1, int(step or 1))
    return found
