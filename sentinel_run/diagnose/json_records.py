"""Log records in JSON, one a line, as services write them: their level, what they say, and the stack they carry.

The keys are those of pino, winston, bunyan, zap, zerolog, logrus, structlog, python-json-logger, Logback and Log4j
(also in the Elastic Common Schema), Serilog's compact format and Google Cloud's logging agent.
"""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# A longer line is data, and not what a logger writes.
_LONGEST_CHARS = 64 * 1024
_LEVEL_KEYS = ("level", "severity", "lvl", "levelname", "log.level", "loglevel", "@l")
_MESSAGE_KEYS = ("message", "msg", "event", "@m", "@mt")
_ERROR_KEYS = ("error", "err", "error.message", "exception")
# pino's and bunyan's levels are numbers.
_NUMBERED = {10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal"}
_STACKS = ("stack", "trace", "exc", "err", "@x")
_DEEPEST = 3


_GRAVE = frozenset({"error", "err", "fatal", "critical", "panic", "dpanic", "alert", "emergency", "severe"})


class JsonRecord(Record):
    """What a record says: `level` in small letters or empty, `words` for a person, the `stack` as printed."""

    level: str
    words: str
    stack: str

    @property
    def is_grave(self) -> bool:
        """Whether its level says that something failed. A server's answer in JSON has no level, and is no log."""
        return self.level in _GRAVE


def json_record(text: str) -> JsonRecord | None:
    """The record that the line `text` is; None for any other line, and for JSON that has no message."""
    text = text.strip()
    if not (text.startswith('{"') and text.endswith("}") and len(text) <= _LONGEST_CHARS):
        return None
    import json

    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    stack = max(_stacks(given, _DEEPEST), key=len, default="")
    words = _words(given) or stack.strip().partition("\n")[0]
    return JsonRecord(_level(given), words, stack) if words else None


def _level(given: dict[str, Any]) -> str:
    found = next((given[key] for key in _LEVEL_KEYS if key in given), "")
    if isinstance(found, int):
        return _NUMBERED.get(found, "")
    return found.lower() if isinstance(found, str) else ""


def _words(given: dict[str, Any]) -> str:
    """The message, and the error that it is about where it does not name that itself."""
    message = " ".join(_text(given, _MESSAGE_KEYS).split())
    error = _text(given, _ERROR_KEYS).partition("\n")[0]
    return ": ".join(filter(None, (message, "" if error in message else error)))


def _text(given: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first text under one of `keys`; that of an error that is written as an object is its message."""
    for key in keys:
        value = given.get(key)
        if isinstance(value, dict):
            value = _text(value, _MESSAGE_KEYS)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _stacks(given: dict[str, Any], depth: int) -> Iterator[str]:
    for key, value in given.items():
        if isinstance(value, dict) and depth:
            yield from _stacks(value, depth - 1)
        elif isinstance(value, str) and "\n" in value and any(word in key.lower() for word in _STACKS):
            yield value
