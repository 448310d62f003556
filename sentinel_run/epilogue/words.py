"""Times, sizes and texts as people read them, wherever a run is told."""

from __future__ import annotations

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


def took_exactly(seconds: float) -> str:
    """The same with a tenth of a second below one minute: `12.3 s`."""
    return f"{seconds:.1f} s" if 9.95 <= seconds < _MINUTE_S - 0.05 else took(seconds)


def size(count: float | None) -> str:
    """Bytes with a unit, in three digits."""
    if not count:
        return NONE
    for unit_bytes, unit in _UNITS:
        if count >= unit_bytes:
            amount = count / unit_bytes
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
    return f"{count:.0f} B"


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
