"""The output of several attempts, told apart by the time at which each began."""

from __future__ import annotations

from sentinel_run.diagnose.lines import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from sentinel_run.diagnose.tracebacks import Found
    from sentinel_run.facts import Attempt

    T = TypeVar("T", Line, Found)


def of_last(said: Sequence[T], attempts: Sequence[Attempt]) -> Sequence[T]:
    """What was said in the last attempt, lines or tracebacks; all of it where there was only one."""
    if len(attempts) < 2:
        return said
    return [one for one in said if one.at_s >= attempts[-1].at_s]


def told_apart(lines: Sequence[Line], attempts: Sequence[Attempt]) -> list[Line]:
    """The lines with a heading before each attempt's; a single attempt has none."""
    if len(attempts) < 2:
        return list(lines)
    begins = enumerate((attempt.at_s for attempt in attempts), 1)
    headings = [Line(at_s, "attempt", f"[attempt {number} of {len(attempts)}]") for number, at_s in begins]
    return sorted((*headings, *lines), key=lambda line: line.at_s)
