"""A tail that also looks for patterns in every line of output, not only in those that are kept."""

from __future__ import annotations

import re

from sentinel_run.child.tail import Tail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A line that never ends is looked at in pieces of this length.
_LONGEST_LINE_BYTES = 64 * 1024
_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")


class Lookout(Tail):
    """`found` has, for each pattern seen in the attempt that is going, the line that it was seen in."""

    def __init__(
        self, patterns: Sequence[str], look_at_dropped: Callable[[bytes], list[bytes]] | None = None
    ) -> None:
        super().__init__(look_at_dropped)
        self._patterns = {text: re.compile(text, re.MULTILINE) for text in patterns}
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

    def _search(self, data: bytes) -> None:
        if not data:
            return
        lines = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").removesuffix("\n")
        self._search_text(lines)
        if "\x1b" in lines:  # `^ERROR` is meant for what a person sees, who does not see that it is red.
            self._search_text(_COLOUR.sub("", lines))

    def _search_text(self, lines: str) -> None:
        for text, pattern in self._patterns.items():
            if text not in self.found and (line := _first(pattern, lines)) is not None:
                self.found[text] = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _first(pattern: re.Pattern[str], lines: str) -> str | None:
    """The first line that matches. `[^x]` and blanks take line breaks too; that is tried line by line."""
    match = pattern.search(lines)
    if match is None:
        return None
    if "\n" in match[0]:
        return next((line for line in lines.split("\n") if pattern.search(line)), None)
    start, end = lines.rfind("\n", 0, match.start()) + 1, lines.find("\n", match.end())
    return lines[start : end if end >= 0 else len(lines)]
