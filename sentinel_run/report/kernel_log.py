"""What the kernel's log says of the time of a run: processes killed for lack of memory, crashes, failing disks."""

from __future__ import annotations

import os
import re
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE = "/dev/kmsg"
_RECORD_BYTES = 8192
_MOST_RECORDS, _MOST_LINES = 50_000, 10
# Its clock and ours may differ a little.
_SLACK_S = 1.0
# The inode of the kernel's first pid namespace (include/linux/proc_ns.h); elsewhere its pids are not ours.
_FIRST_PID_NAMESPACE = 0xEFFFFFFC
_TELLING = re.compile(
    r"Killed process|oom-kill:|segfault at|trap |traps: |general protection|I/O error|Remounting filesystem"
    r"|(?:EXT4-fs|XFS|BTRFS)\b.*\berror|blocked for more than"
)


def during(start: float, end: float) -> str:
    """The last telling lines between two moments of wall-clock time. Raises OSError where it may not be read."""
    if os.stat("/proc/self/ns/pid").st_ino != _FIRST_PID_NAMESPACE:
        return ""
    booted_at = time.time() - time.monotonic()
    found = [
        text
        for at_s, text in _records()
        if start - _SLACK_S <= booted_at + at_s <= end + _SLACK_S and _TELLING.search(text)
    ]
    return "\n".join(found[-_MOST_LINES:])


def _records() -> Iterator[tuple[float, str]]:
    """(seconds after boot, text) of each record (kernel documentation, ABI/testing/dev-kmsg)."""
    fd = os.open(_FILE, os.O_RDONLY | os.O_NONBLOCK)
    try:
        for _ in range(_MOST_RECORDS):
            try:
                record = os.read(fd, _RECORD_BYTES).decode("utf-8", "replace")
            except BlockingIOError:
                return
            except BrokenPipeError:  # Records were overwritten meanwhile; the next read goes on after them.
                continue
            head, _, text = record.partition(";")
            yield int(head.split(",")[2]) / 1e6, text.partition("\n")[0]
    finally:
        os.close(fd)
