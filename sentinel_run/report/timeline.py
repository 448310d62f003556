"""How busy the command's process tree was, and how large, over the time of the run."""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel_run.facts import Facts

# CPU time is counted in hundredths of a second: over less than this it says little.
_SHORTEST_S = 0.1


class Stretch(Record):
    """A part of the run: how many processors were busy on average, and the peak of resident memory."""

    from_s: float
    to_s: float
    cores: float
    rss_bytes: int


def stretches(facts: Facts) -> list[Stretch]:
    """The whole run in parts, one after the other without gaps; none for a run at which nobody looked."""
    ending, points = facts.ending, facts.tree.timeline
    if not points or ending is None or ending.lost:
        return []
    end_s = ending.duration_s
    marks = [(point.at_s, point.cpu_s, point.rss_bytes) for point in points if point.at_s < end_s]
    made: list[Stretch] = []
    from_s, before_s, peak_bytes = 0.0, 0.0, 0
    for at_s, cpu_s, rss_bytes in (*marks, (end_s, facts.usage.tree_cpu_s, points[-1].rss_bytes)):
        peak_bytes = max(peak_bytes, rss_bytes)
        if min(at_s - from_s, end_s - at_s) >= _SHORTEST_S or at_s == end_s:
            made.append(_stretch(from_s, at_s, cpu_s - before_s, peak_bytes))
            from_s, before_s, peak_bytes = at_s, cpu_s, 0
    return made


def thinned(parts: Sequence[Stretch], most: int) -> list[Stretch]:
    """The same in at most so many parts."""
    size = -(-len(parts) // most)
    return [merged(parts[index : index + size]) for index in range(0, len(parts), size or 1)]


def merged(parts: Sequence[Stretch]) -> Stretch:
    """Parts that follow each other as one."""
    cpu_s = sum(part.cores * (part.to_s - part.from_s) for part in parts)
    return _stretch(parts[0].from_s, parts[-1].to_s, cpu_s, max(part.rss_bytes for part in parts))


def _stretch(from_s: float, to_s: float, cpu_s: float, rss_bytes: int) -> Stretch:
    return Stretch(from_s, to_s, max(0.0, cpu_s) / (to_s - from_s) if to_s > from_s else 0.0, rss_bytes)
