"""CPU time and memory of the tree over time, in bounded room: when it is full, every two points become one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Moment

MOST = 240


class Timeline:
    """At most 240 points, however long the run: each stands for so many looks that all of them fit."""

    def __init__(self) -> None:
        self._points: list[Moment] = []
        self._looks_a_point = 1
        self._looks_in_last = 0

    def add(self, moment: Moment) -> None:
        """Add one look; looks come in order of time."""
        if 0 < self._looks_in_last < self._looks_a_point:
            self._points[-1] = merged(self._points[-1], moment)
            self._looks_in_last += 1
            return
        if len(self._points) == MOST:
            self._points = halved(self._points)
            self._looks_a_point *= 2
        self._points.append(moment)
        self._looks_in_last = 1

    def points(self) -> tuple[Moment, ...]:
        """What there is, oldest first."""
        return tuple(self._points)


def halved(points: list[Moment]) -> list[Moment]:
    """Every two points merged; an odd last one stays."""
    pairs = [merged(*points[index : index + 2]) for index in range(0, len(points) - 1, 2)]
    return pairs + points[len(pairs) * 2 :]


def merged(first: Moment, second: Moment) -> Moment:
    """Both as one: the CPU time used by the end of the second, the peak of memory and processes in either."""
    return second._replace(
        rss_bytes=max(first.rss_bytes, second.rss_bytes), processes=max(first.processes, second.processes)
    )
