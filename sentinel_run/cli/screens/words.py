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


def clock(at: float, now: float = 0.0) -> str:
    """The local date and time; `now` is of no matter here."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def short_clock(at: float, now: float) -> str:
    """The local time of today, or else the local date."""
    moment, today = time.localtime(at), time.localtime(now)
    is_today = moment[:3] == today[:3]
    return time.strftime("%H:%M" if is_today else "%m-%d" if moment[0] == today[0] else "%Y", moment)
