"""Trace ids, and the headers that carry them: SENTRY_TRACE, SENTRY_BAGGAGE and W3C's TRACEPARENT.

Made by hand because the command needs them at its start, long before the SDK is imported.
Formats: develop.sentry.dev, "Distributed tracing"; w3.org/TR/trace-context.
"""

from __future__ import annotations

import os

from sentinel_run.records import Record, Trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_HEX = frozenset("0123456789abcdef")


class _Incoming(Record):
    trace_id: str
    span_id: str
    sampled: bool | None


class Origin(Record):
    """Where a run belongs that was given no trace: texts that every process of one CI run, and step, has alike.

    That is how separate steps and jobs join one trace with no file between them.
    """

    run: str = ""
    step: str = ""


NOWHERE = Origin()


def start(
    environ: Mapping[str, str], *, sample_rate: float, members: Mapping[str, str], origin: Origin = NOWHERE
) -> Trace:
    """The trace of a new run: the one that `environ` carries, or else that of its `origin`, or else a new one.

    `members` are the facts of a new trace's baggage by name (`public_key`, `release`, `environment`).
    """
    incoming = _incoming(environ) or _derived(origin)
    trace_id = incoming.trace_id if incoming else os.urandom(16).hex()
    rand = _sample_rand(environ.get("SENTRY_BAGGAGE", "") if incoming else "", otherwise=_chance(trace_id, origin))
    sampled = incoming.sampled if incoming else None
    if sampled is None:
        sampled = rand < sample_rate
    own = {**members, "trace_id": trace_id, "sample_rand": f"{rand:.6f}", "sample_rate": str(sample_rate)}
    own["sampled"] = "true" if sampled else "false"
    baggage = _baggage(environ.get("SENTRY_BAGGAGE", ""), own, keep_theirs=incoming is not None)
    parent = incoming.span_id if incoming else ""
    return Trace(trace_id, os.urandom(8).hex(), parent, sampled, rand, baggage)


def _derived(origin: Origin) -> _Incoming | None:
    if not origin.run:
        return None
    return _Incoming(_digest(origin.run, 16), _digest(origin.step, 8), None)


def _digest(text: str, size: int) -> str:
    """Hexadecimal; from the C function itself, because the command would wait for hashlib."""
    from _blake2 import blake2b

    return str(blake2b(text.encode("utf-8", "surrogateescape"), digest_size=size).hexdigest())


def headers(trace: Trace) -> dict[str, str]:
    """The environment variables by which the command joins the trace."""
    flag = int(trace.sampled)
    return {
        "SENTRY_TRACE": f"{trace.trace_id}-{trace.span_id}-{flag}",
        "SENTRY_BAGGAGE": trace.baggage,
        "TRACEPARENT": f"00-{trace.trace_id}-{trace.span_id}-{flag:02x}",
    }


def _incoming(environ: Mapping[str, str]) -> _Incoming | None:
    return _sentry_trace(environ.get("SENTRY_TRACE", "")) or _traceparent(environ.get("TRACEPARENT", ""))


def _sentry_trace(text: str) -> _Incoming | None:
    parts = text.strip().lower().split("-")
    if len(parts) not in (2, 3) or not _is_id(parts[0], 32) or not _is_id(parts[1], 16):
        return None
    return _Incoming(parts[0], parts[1], {"1": True, "0": False}.get(parts[2]) if len(parts) == 3 else None)


def _traceparent(text: str) -> _Incoming | None:
    parts = text.strip().lower().split("-")
    if len(parts) < 4 or not _is_id(parts[1], 32) or not _is_id(parts[2], 16):
        return None
    if not (_is_byte(parts[0]) and _is_byte(parts[3])) or parts[0] == "ff":
        return None
    if parts[0] == "00" and len(parts) != 4:  # Only a later version may have more to say.
        return None
    return _Incoming(parts[1], parts[2], bool(int(parts[3], 16) & 1))


def _is_byte(text: str) -> bool:
    return len(text) == 2 and set(text) <= _HEX


def _is_id(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= _HEX and set(text) != {"0"}


def _chance(trace_id: str, origin: Origin) -> float:
    """A number from 0 to 1: one for all steps of a CI run, which decide alike, or else a new one."""
    source = int(trace_id[:12], 16) if origin.run else int.from_bytes(os.urandom(6), "big")
    return source % 1_000_000 / 1_000_000


def _sample_rand(baggage: str, *, otherwise: float) -> float:
    """The trace's own random number, so that all its parts decide alike."""
    for member in baggage.split(","):
        key, _, value = member.strip().partition("=")
        if key == "sentry-sample_rand" and _is_decimal(value) and 0 <= float(value) < 1:
            return float(value)
    return otherwise


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()


def _baggage(incoming: str, own: Mapping[str, str], *, keep_theirs: bool) -> str:
    """Members of other vendors are always kept; Sentry's are the head of the trace's to choose."""
    members = [member.strip() for member in incoming.split(",") if member.strip()]
    theirs = [member for member in members if member.startswith("sentry-")]
    foreign = [member for member in members if not member.startswith("sentry-")]
    if not (keep_theirs and theirs):
        theirs = [f"sentry-{key}={quoted(value)}" for key, value in own.items() if value]
    return ",".join([*foreign, *theirs])


def unquoted(value: str) -> str:
    """The text of a baggage member's value."""
    first, *rest = value.encode("utf-8", "replace").split(b"%")
    return b"".join([first, *map(_unescaped, rest)]).decode("utf-8", "replace")


def _unescaped(part: bytes) -> bytes:
    digits = part[:2].decode("ascii", "replace").lower()
    return bytes([int(digits, 16)]) + part[2:] if len(digits) == 2 and set(digits) <= _HEX else b"%" + part


def quoted(value: str) -> str:
    """Percent-encoded as W3C baggage wants it, without importing urllib for it."""
    plain = value.encode("utf-8", "replace")
    return "".join(chr(b) if (chr(b).isalnum() and b < 128) or b in b"-._~" else f"%{b:02X}" for b in plain)
