"""Times, sizes and texts as people read them."""

from __future__ import annotations

import time

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_UNITS = ((1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_TAB = 8
# The joiner that makes one emoji of several: invisible, and harmless.
_HARMLESS = frozenset({"\u200d"})
NONE = "-"


def took(seconds: float | None) -> str:
    """A duration in at most seven characters: `12 ms`, `2.1 s`, `42 s`, `3m 05s`, `2h 03m`, `4d 20h`."""
    if seconds is None:
        return NONE
    if seconds < 0.0995:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S}m {whole % _MINUTE_S:02}s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S}h {whole % _HOUR_S // _MINUTE_S:02}m"
    return f"{whole // _DAY_S}d {whole % _DAY_S // _HOUR_S}h"


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


def size(count: float | None) -> str:
    """Bytes with a unit, in three digits."""
    if not count:
        return NONE
    for unit_bytes, unit in _UNITS:
        if count >= unit_bytes:
            amount = count / unit_bytes
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
    return f"{count} B"


def printable(text: str) -> str:
    """`text` on one line, with nothing in it that a terminal obeys: what cannot be printed is spelled out."""
    text = text.expandtabs(_TAB)
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in _HARMLESS else _spelled(letter) for letter in text)


def _spelled(letter: str) -> str:
    """A control character as Python writes it; a byte that was no UTF-8 (PEP 383) as that byte."""
    code = ord(letter)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else ascii(letter)[1:-1]
