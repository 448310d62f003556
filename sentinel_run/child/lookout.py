"""A tail that also looks for patterns in every line of output, not only in those that are kept."""

from __future__ import annotations

import re

from sentinel_run.child.tail import Tail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A line that never ends is looked at in pieces of this length.
_LONGEST_LINE_BYTES = 64 * 1024


class Lookout(Tail):
    """`found` has, for each pattern seen in the attempt that is going, the line that it was seen in."""

    def __init__(
        self, patterns: Sequence[str], look_at_dropped: Callable[[bytes], list[bytes]] | None = None
    ) -> None:
        super().__init__(look_at_dropped)
        self._patterns = {
            text: re.compile(text.encode("utf-8", "surrogateescape"), re.MULTILINE) for text in patterns
        }
        self._open: dict[str, bytes] = {}
        self.found: dict[str, str] = {}

    def add(self, at_s: float, stream: str, data: bytes) -> None:
        """See `Tail`. Whole lines are searched together: far quicker than one by one."""
        super().add(at_s, stream, data)
        data = self._open.pop(stream, b"") + data
        end = data.rfind(b"\n") + 1
        if end == 0 and len(data) > _LONGEST_LINE_BYTES:
            end = len(data)
        self._search(data[:end])
        self._open[stream] = data[end:]

    def begin_attempt(self) -> None:
        """See `Tail`. What an earlier attempt printed does not count."""
        super().begin_attempt()
        self.found.clear()
        self._open.clear()

    def finish(self) -> None:
        """The command has ended: its last lines are whole, with a line break or without."""
        for rest in self._open.values():
            self._search(rest)
        self._open.clear()

    def _search(self, lines: bytes) -> None:
        for text, pattern in self._patterns.items():
            if text not in self.found and lines and (match := pattern.search(lines)):
                start = lines.rfind(b"\n", 0, match.start()) + 1
                end = lines.find(b"\n", match.end())
                self.found[text] = lines[start : end if end >= 0 else len(lines)].decode("utf-8", "replace")
