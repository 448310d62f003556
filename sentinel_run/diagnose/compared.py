"""How a run compares with earlier ones of the same name, in numbers and sentences."""

from __future__ import annotations

from sentinel_run.records import Record


class Compared(Record):
    """What is usual is the median of the last `runs` successful ones; None where these are too few to tell.

    `times_usual` is the duration as a multiple of the usual one, and `is_slow` says that it is far outside.
    """

    runs: int = 0
    usual_s: float | None = None
    usual_peak_bytes: int | None = None
    times_usual: float | None = None
    is_slow: bool = False
    sentences: tuple[str, ...] = ()
