"""Which waiting envelopes are given up: those that waited too long, and those that the store has no room for."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.store.outbox import Letter

# Sentry replaces times that are further back. Count and size keep a dead server from filling the disk.
MAX_AGE_S = 30 * 86400.0
MAX_LETTERS = 20_000
MAX_BYTES = 200_000_000
STALE_NOTE = "it waited for more than 30 days"
TOO_MANY_NOTE = "too many waited"


def stale(letters: Sequence[Letter], now: float) -> list[Letter]:
    """Those whose run is older than Sentry keeps times, oldest first as `letters` are."""
    return [letter for letter in letters if letter.started_at < now - MAX_AGE_S]


def too_many(letters: Sequence[Letter]) -> list[Letter]:
    """Those beyond count or size: oldest successes first, then transactions of failed runs, errors last."""
    failed = {letter.run_id for letter in letters if letter.kind == "event"}
    sizes = [_bytes(letter) for letter in letters]
    count, total = len(letters), sum(sizes)
    gone: list[Letter] = []
    # Sorting keeps the order of equals, which is that of their age.
    for letter, size in sorted(zip(letters, sizes, strict=True), key=lambda pair: _worth(pair[0], failed)):
        if count <= MAX_LETTERS and total <= MAX_BYTES:
            break
        gone.append(letter)
        count, total = count - 1, total - size
    return gone


def _worth(letter: Letter, failed: set[str]) -> int:
    return (letter.run_id in failed) + (letter.kind != "transaction")


def _bytes(letter: Letter) -> int:
    try:
        return os.lstat(letter.path).st_size
    except OSError:  # Gone meanwhile; it takes no room.
        return 0
