"""Times, sizes and texts as the screens write them; those that the end of a run is told in too are its."""

from __future__ import annotations

import time

from sentinel_run.epilogue.words import NONE, printable, size, took

__all__ = ["NONE", "ago", "clock", "printable", "short_clock", "size", "took"]

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def ago(at: float, now: float) -> str:
    """How long ago a moment was. One in the future was noted before the clock was set back."""
    age_s = int(now - at)
    for length_s, unit in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min"), (1, "s")):
        if age_s >= length_s:
            return f"{age_s // length_s} {unit} ago"
    return "just now"


def length(seconds: float) -> str:
    """A length of time in one unit: `1 day`, `30 days`, `2.4 hours`."""
    for unit_s, unit in ((_DAY_S, "day"), (_HOUR_S, "hour"), (_MINUTE_S, "minute"), (1, "second")):
        if seconds >= unit_s or unit == "second":
            count = f"{seconds / unit_s:,.1f}".removesuffix(".0")
            return f"{count} {unit}" + ("" if count == "1" else "s")
    raise AssertionError


def period(seconds: float) -> str:
    """A length of time up to now: `the last 30 days`, `the last hour`."""
    return f"the last {length(seconds).removeprefix('1 ')}"


def percent(share: float | None) -> str:
    """A share of all with one decimal; never 100 % for less than all, or 0 % for more than none."""
    if share is None:
        return NONE
    shown = round(share * 100, 1)
    if share < 1:
        shown = min(shown, 99.9)
    return f"{max(shown, 0.1) if share > 0 else 0.0:.1f} %"


def points(change: float | None) -> str:
    """By how much a share rose or fell, in percentage points with a sign."""
    return NONE if change is None else f"{round(change * 100, 1) + 0.0:+.1f}"


def clock(at: float, now: float = 0.0) -> str:
    """The local date and time; `now` is of no matter here."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def short_clock(at: float, now: float) -> str:
    """The local time of today, or else the local date."""
    moment, today = time.localtime(at), time.localtime(now)
    is_today = moment[:3] == today[:3]
    return time.strftime("%H:%M" if is_today else "%m-%d" if moment[0] == today[0] else "%Y", moment)
