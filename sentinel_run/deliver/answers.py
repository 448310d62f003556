"""What each answer of a server means for an envelope: done, dropped with a note, cut once, or kept for later.

The table is the whole decision. docs/delivery.md shows the same rows; each has its test.
"""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping

ACCEPTED, DROPPED, KEPT, TOO_LARGE = "accepted", "dropped", "waiting", "too large"
LIMITED = "the server limits the rate"
# Sentry's protocol: 429 without a header means one minute.
_DEFAULT_LIMIT_S = 60.0
_LONGEST_LIMIT_S = 7 * 86400.0


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


class Row(Record):
    """What answers with one of `statuses` mean. In trouble the whole server is left alone for a while."""

    statuses: Container[int]
    state: str
    is_trouble: bool = False


# The first row that has the status counts.
TABLE = (
    Row(range(200, 300), ACCEPTED),
    Row((413,), TOO_LARGE),
    Row((429,), KEPT),
    # A proxy that wants a password, a timeout and "too early" say nothing about the envelope.
    Row((407, 408, 425), KEPT, is_trouble=True),
    Row(range(400, 500), DROPPED),
    # Redirects are not followed: a POST could lead anywhere. 5xx: a queue on disk should survive an outage.
    Row(range(1000), KEPT, is_trouble=True),
)


def outcome(status: int, headers: Mapping[str, str]) -> Outcome:
    """The outcome of an answer with this status. Header names in any case."""
    lower = {name.lower(): value for name, value in headers.items()}
    row = next(row for row in TABLE if status in row.statuses)
    limits = rate_limits(lower.get("x-sentry-rate-limits", ""))
    if status == 429:
        return Outcome(KEPT, LIMITED, limits or (_retry_after(lower.get("retry-after", "")),))
    note = "" if row.state == ACCEPTED else f"the server answered with status {status}{_told(lower)}"
    return Outcome(row.state, note, limits, row.is_trouble)


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
