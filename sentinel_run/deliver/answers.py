"""What each answer of a server means for an envelope: done, dropped with a note, or kept for later."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPTED, DROPPED, KEPT = "accepted", "dropped", "waiting"
LIMITED = "the server limits the rate"
# Sentry's protocol: 429 without a header means one minute.
_DEFAULT_LIMIT_S = 60.0
_LONGEST_LIMIT_S = 7 * 86400.0
# A proxy that wants a password, a timeout and "too early" say nothing about the envelope.
_TRY_AGAIN = frozenset({407, 408, 425, 429})


class Limit(Record):
    """Nothing of `categories` is to be sent for so long; an empty category stands for all."""

    categories: tuple[str, ...]
    seconds: float


class Outcome(Record):
    """What became of one sending. A pause is for the whole server, a limit for categories of envelopes."""

    state: str
    note: str = ""
    limits: tuple[Limit, ...] = ()
    is_trouble: bool = False


def outcome(status: int, headers: Mapping[str, str]) -> Outcome:
    """The outcome of an answer with this status. Header names in any case."""
    lower = {name.lower(): value for name, value in headers.items()}
    limits = rate_limits(lower.get("x-sentry-rate-limits", ""))
    if 200 <= status < 300:
        return Outcome(ACCEPTED, "", limits)
    if status == 429:
        return Outcome(KEPT, LIMITED, limits or (_retry_after(lower.get("retry-after", "")),))
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        return Outcome(DROPPED, f"the server refused it with status {status}{_told(lower)}", limits)
    return Outcome(KEPT, f"the server answered with status {status}", limits, is_trouble=True)


def unreachable(why: str) -> Outcome:
    """No answer came."""
    return Outcome(KEPT, why, is_trouble=True)


def rate_limits(header: str) -> tuple[Limit, ...]:
    """Limits out of `X-Sentry-Rate-Limits`, such as `60:error;transaction:key, 2.5::organization`."""
    found = []
    for part in header.split(","):
        fields = part.strip().split(":")
        seconds = _seconds(fields[0])
        if len(fields) >= 2 and seconds is not None:
            found.append(Limit(tuple(fields[1].split(";")), seconds))
    return tuple(found)


def _retry_after(value: str) -> Limit:
    seconds = _seconds(value)
    return Limit(("",), _DEFAULT_LIMIT_S if seconds is None else seconds)


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return min(seconds, _LONGEST_LIMIT_S) if seconds >= 0 else None


def _told(headers: Mapping[str, str]) -> str:
    reason = headers.get("x-sentry-error", "")
    return f": {reason[:200]}" if reason else ""
