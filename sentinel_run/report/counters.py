"""What texts of the kernel say of processors and memory. Without psutil, which takes long to import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMINFO_UNIT_BYTES = 1024


def busy_percent(before: str, after: str) -> float | None:
    """The share of busy time between two first lines of /proc/stat (proc(5)), in percent."""
    first, last = _ticks(before), _ticks(after)
    if not first or not last or sum(last) <= sum(first):
        return None
    idle = (last[3] + last[4]) - (first[3] + first[4])
    return round(100 * (1 - idle / (sum(last) - sum(first))), 1)


def meminfo_bytes(text: str) -> dict[str, int]:
    """The sizes in a /proc/meminfo (proc(5)) by their names, in bytes."""
    return dict(_sizes(text))


def _sizes(text: str) -> Iterator[tuple[str, int]]:
    rows = (line.partition(":") for line in text.splitlines() if line.endswith(" kB"))
    yield from ((name, int(size.split()[0]) * _MEMINFO_UNIT_BYTES) for name, _, size in rows)


def _ticks(line: str) -> list[int]:
    """user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time already."""
    numbers = line.split()[1:9]
    return [int(number) for number in numbers] if len(numbers) == 8 else []
