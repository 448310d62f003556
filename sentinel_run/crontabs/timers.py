"""When a systemd timer elapses (systemd.timer(5)), in the words of `--schedule`."""

from __future__ import annotations

import math
import re

from sentinel_run import schedule
from sentinel_run.crontabs import unit_files
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

# systemd's week begins on a Monday (systemd.time(7)), cron's on a Sunday.
_NICKNAMES = {
    "minutely": "* * * * *", "hourly": "@hourly", "daily": "@daily", "weekly": "0 0 * * mon",
    "monthly": "@monthly", "quarterly": "0 0 1 */3 *", "semiannually": "0 0 1 1,7 *", "yearly": "@yearly",
    "annually": "@yearly",
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = re.compile(r"[A-Za-z]+(?:(?:,|\.\.)[A-Za-z]+)*")
_TERM = re.compile(r"(?P<first>\d{1,2})(?:\.\.(?P<last>\d{1,2}))?(?:/(?P<step>\d{1,2}))?")
_SPAN = re.compile(r"(?:\d+(?:\.\d+)?\s*[A-Za-z]*\s*)+")
_UNIT_S = {
    60: ("m", "min", "minute", "minutes"), 3600: ("h", "hr", "hour", "hours"), 86400: ("d", "day", "days"),
    604800: ("w", "week", "weeks"), 1: ("", "s", "sec", "second", "seconds"), 1e-3: ("ms", "msec"),
    1e-6: ("us", "usec"),
}  # fmt: skip
_SECONDS = {name: seconds for seconds, names in _UNIT_S.items() for name in names}
_INTERVALS = {86400: "days", 3600: "hours", 60: "minutes"}
# What systemd allows itself where a timer says nothing of it.
_ACCURACY_S = 60.0
_LONGEST_MARGIN_MIN = 40320  # Sentry takes no more.


class Timer(Record):
    """What a monitor is told: the schedule, the zone that its times name, and how late a start may be.

    Without a schedule Sentry has no words for these times.
    """

    schedule: str = ""
    timezone: str = ""
    margin_min: int = 0


def read(text: str) -> Timer:
    """What is in the text of a timer unit."""
    calendars, spans = unit_files.values(text, "OnCalendar"), unit_files.values(text, "OnUnitActiveSec")
    if len(calendars) + len(spans) != 1:  # Sentry knows one schedule for a monitor.
        return Timer()
    found = _calendar(calendars[0]) if calendars else Timer(_interval(spans[0]))
    return found._replace(margin_min=_margin_min(text)) if _is_known(found.schedule) else Timer()


def _is_known(text: str) -> bool:
    """A schedule that our own --schedule would refuse must not keep the unit from starting."""
    try:
        schedule.read(text)
    except BadValueError:
        return False
    return True


def _margin_min(text: str) -> int:
    """How late the timer itself may be, and one minute for the check-in to come."""
    delay_s = _last_span_s(text, "RandomizedDelaySec", 0.0)
    late_min = math.ceil((delay_s + _last_span_s(text, "AccuracySec", _ACCURACY_S)) / 60)
    return min(late_min + 1, _LONGEST_MARGIN_MIN)


def _last_span_s(text: str, key: str, default_s: float) -> float:
    found = _span_s(*unit_files.values(text, key)[-1:] or [""])
    return default_s if found is None else found


def _interval(span: str) -> str:
    length_s = _span_s(span) or 0.0
    for unit_s, unit in _INTERVALS.items():
        if length_s >= unit_s and not length_s % unit_s:
            return f"every {length_s / unit_s:.0f} {unit}"
    return ""


def _span_s(text: str) -> float | None:
    """`1h 30min` in seconds (systemd.time(7), "Parsing Time Spans"); None for what is not understood."""
    pairs = re.findall(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text)
    if not _SPAN.fullmatch(text) or any(unit not in _SECONDS for _, unit in pairs):
        return None
    return math.fsum(float(number) * _SECONDS[unit] for number, unit in pairs)


def _calendar(text: str) -> Timer:
    """`Mon..Fri *-*-* 09:00 Europe/Berlin`, each part of which may be missing (systemd.time(7))."""
    words = text.split()
    zone = _zone(words.pop()) if len(words) > 1 and _is_zone(words[-1]) else ""
    if len(words) == 1 and words[0].lower() in _NICKNAMES:
        return Timer(_NICKNAMES[words[0].lower()], zone)
    days = words.pop(0) if words and _WEEKDAYS.fullmatch(words[0]) else ""
    date = words.pop(0) if words and "-" in words[0] else "*-*"
    time = words.pop(0) if words and ":" in words[0] else "0:0"
    fields = [*_time(time), *_date(date), _weekdays(days) if days else "*"]
    # To systemd a day has to fit both its date and its name, to cron one of them.
    is_said = not words and all(fields) and "*" in (fields[2], fields[4])
    return Timer(" ".join(fields), zone) if is_said else Timer()


def _is_zone(word: str) -> bool:
    return word[:1].isalpha() and not _is_day(word.partition("..")[0].partition(",")[0]) and bool(_zone(word))


def _zone(word: str) -> str:
    try:
        return schedule.zone(word)
    except BadValueError:
        return ""


def _time(text: str) -> tuple[str, str]:
    """Minute and hour; a time with seconds is none of cron's."""
    hour, minute, *seconds = text.split(":")
    if seconds not in ([], ["0"], ["00"]):
        return "", ""
    return _field(minute, 0, 59), _field(hour, 0, 23)


def _date(text: str) -> tuple[str, str]:
    """Day and month, of every year."""
    *year, month, day = text.split("-")
    return (_field(day, 1, 31), _field(month, 1, 12)) if year in ([], ["*"]) else ("", "")


def _field(text: str, low: int, high: int) -> str:
    """`4,16` and `9..17` and `5/20`, which is every twentieth from 5 on; an empty text for what is none."""
    return "*" if text == "*" else _joined([_term(term, low, high) for term in text.split(",")])


def _term(text: str, low: int, high: int) -> str:
    found = _TERM.fullmatch(text)
    if found is None:
        return ""
    first, step = int(found["first"]), f"/{int(found['step'])}" if found["step"] else ""
    if not (step or found["last"]):
        return str(first)
    last = int(found["last"] or high)
    return ("*" if (first, last) == (low, high) else f"{first}-{last}") + step


def _weekdays(text: str) -> str:
    return _joined([_weekday(term) for term in text.split(",")])


def _weekday(text: str) -> str:
    """`Mon..Fri` as `mon-fri`; a week that ends with its Sunday ends with cron's 7."""
    first, dots, last = text.lower().partition("..")
    if not _is_day(first) or (dots and not _is_day(last)):
        return ""
    if not dots:
        return first[:3]
    return f"{_number(first)}-7" if last.startswith("sun") else f"{first[:3]}-{last[:3]}"


def _is_day(word: str) -> bool:
    return any(word.lower() in (day, day[:3]) for day in _DAYS)


def _number(day: str) -> int:
    return 1 + next(number for number, name in enumerate(_DAYS) if name.startswith(day[:3]))


def _joined(terms: list[str]) -> str:
    return ",".join(terms) if all(terms) else ""
