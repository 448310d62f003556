"""What is kept of the output: the first bytes and the last ones, with the time of each read.

Memory stays the same for four gigabytes of output or one endless line. Nothing is decoded or split here; that
happens once, at the end, on what was kept.
"""

from __future__ import annotations

from sentinel_run.records import Chunk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
else:
    from _collections import deque  # The type itself; the rest of `collections` would cost 2 ms of the run.

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 448 * 1024
# What a kept chunk costs beyond its bytes, so that a command that writes byte by byte cannot fill the memory.
_CHUNK_COST_BYTES = 200
# A line that arrives in pieces is kept as one chunk up to this length.
_JOIN_BYTES = 4096
# A command that declares without end fills no memory.
_MOST_DECLARED = 1000


# From here on it pays to look at the first bytes of a buffer: how many of so many end a line?
_FLOOD_BYTES, _SAMPLE_BYTES, _FEW = 16 * 1024, 1024, 20


def _count_lines(data: bytes) -> int:
    """How many lines end in `data`.

    `bytes.count` looks at each byte by itself, a third of all our work for a flood of output; taking out the ends
    of long lines is two to twenty times as fast, of short ones ten times slower.
    """
    if len(data) >= _FLOOD_BYTES and data.count(b"\n", 0, _SAMPLE_BYTES) < _FEW:
        return len(data) - len(data.replace(b"\n", b""))
    return data.count(b"\n")


class Tail:
    """Bounded memory of all streams together, in order of arrival, and full counts beside it.

    `declared` are lines of what is not kept that `look_at_dropped`, called with what is dropped, has picked.
    """

    def __init__(self, look_at_dropped: Callable[[bytes], list[bytes]] | None = None) -> None:
        self.head: list[Chunk] = []
        self.tail: deque[Chunk] = deque()
        self.bytes: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.declared: list[bytes] = []
        self._look_at_dropped = look_at_dropped
        self._earlier: dict[str, int] = {}
        self._head_room = HEAD_BYTES
        self._tail_cost = 0
        self._keep_elsewhere: Callable[[float, str, bytes, int, int], None] | None = None

    def add(self, at_s: float, stream: str, data: bytes) -> None:
        """Keep `data`; older bytes between head and tail are dropped and counted."""
        self.bytes[stream] = self.bytes.get(stream, 0) + len(data)
        self.lines[stream] = self.lines.get(stream, 0) + _count_lines(data)
        if self._keep_elsewhere:
            self._keep_elsewhere(at_s, stream, data, self.bytes[stream], self.lines[stream])
        if self._head_room > 0:
            data = self._fill_head(at_s, stream, data)
        if data:
            self._fill_tail(at_s, stream, data)

    def begin_attempt(self) -> None:
        """What comes now is of another attempt. It begins on a line of its own."""
        self._earlier = dict(self.bytes)
        for stream in self.bytes:
            self._end_line(stream)

    def of_attempt(self, stream: str) -> int:
        """How many bytes came on `stream` in the attempt that is going."""
        return self.bytes.get(stream, 0) - self._earlier.get(stream, 0)

    def _end_line(self, stream: str) -> None:
        for chunks in (self.tail, self.head):
            for index in range(len(chunks) - 1, -1, -1):
                if chunks[index].stream == stream:
                    if not chunks[index].data.endswith(b"\n"):
                        chunks[index] = chunks[index]._replace(data=chunks[index].data + b"\n")
                        self.lines[stream] += 1
                    return

    def outlive(self, keep: Callable[[float, str, bytes, int, int], None]) -> None:
        """Tell `keep` too, from the first byte on: time, stream, data, bytes and lines of that stream so far."""
        self._keep_elsewhere = keep
        so_far = dict.fromkeys(self.bytes, 0)
        for chunks, gap in ((self.head, {}), (self.tail, self.dropped)):
            so_far = {stream: count + gap.get(stream, 0) for stream, count in so_far.items()}
            for chunk in chunks:
                so_far[chunk.stream] += len(chunk.data)
                keep(*chunk, so_far[chunk.stream], self.lines[chunk.stream])

    def leave_out(self, stream: str, count: int) -> None:
        """Count bytes that are not kept, and those behind the head that were: a stream has one gap."""
        self.bytes[stream] = self.bytes.get(stream, 0) + count
        self._drop(stream, count)
        for chunk in [chunk for chunk in self.tail if chunk.stream == stream]:
            self.tail.remove(chunk)
            self._forget(chunk)

    def _fill_head(self, at_s: float, stream: str, data: bytes) -> bytes:
        part = data[: self._head_room]
        self._head_room -= len(part) + self._keep(self.head, Chunk(at_s, stream, part)) * _CHUNK_COST_BYTES
        return data[len(part) :]

    def _fill_tail(self, at_s: float, stream: str, data: bytes) -> None:
        if len(data) > TAIL_BYTES:
            self._drop(stream, len(data) - TAIL_BYTES)
            self._look(data[:-TAIL_BYTES])
            data = data[-TAIL_BYTES:]
        self._tail_cost += len(data) + self._keep(self.tail, Chunk(at_s, stream, data)) * _CHUNK_COST_BYTES
        while self._tail_cost > TAIL_BYTES and len(self.tail) > 1:
            self._forget(self.tail.popleft())

    def _forget(self, chunk: Chunk) -> None:
        self._tail_cost -= len(chunk.data) + _CHUNK_COST_BYTES
        self._drop(chunk.stream, len(chunk.data))
        self._look(chunk.data)

    def _look(self, dropped: bytes) -> None:
        if self._look_at_dropped and len(self.declared) < _MOST_DECLARED:
            self.declared += self._look_at_dropped(dropped)

    def _drop(self, stream: str, count: int) -> None:
        self.dropped[stream] = self.dropped.get(stream, 0) + count

    @staticmethod
    def _keep(chunks: list[Chunk] | deque[Chunk], chunk: Chunk) -> bool:
        """Add `chunk`, joined to the piece of the same line before it. Says whether a chunk was added."""
        last = chunks[-1] if chunks else None
        if last and last.stream == chunk.stream and len(last.data) < _JOIN_BYTES and not last.data.endswith(b"\n"):
            end = chunk.data.find(b"\n") + 1 or len(chunk.data)
            chunks[-1] = last._replace(data=last.data + chunk.data[:end])
            if end == len(chunk.data):
                return False
            chunk = chunk._replace(data=chunk.data[end:])  # The lines after it came later.
        chunks.append(chunk)
        return True
