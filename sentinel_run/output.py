"""The kept output as the journal has it: decoded, redacted, with the time of each line."""

from __future__ import annotations

from sentinel_run import redact
from sentinel_run.facts import Output, Passage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.child.tail import Tail
    from sentinel_run.records import Chunk
    from sentinel_run.redact import Secrets
    from sentinel_run.store.last_words import Words

_ESCAPE = "\x1b["
_COLOUR = r"\x1b\[[0-9;]*+[mK]"
_WITHIN = rf"[^\s\x1b](?:{_COLOUR}|(?!))++[^\s\x1b]"


def kept(tail: Tail | Words, started_s: float, secrets: Secrets) -> Output:
    """The passages of each stream and its counts. A stream with a gap has two passages, head and tail."""
    passages = [
        passage for stream in sorted(tail.bytes) for passage in _passages(tail, stream, started_s, secrets)
    ]
    lines = {stream: count + _has_open_line(tail, stream) for stream, count in tail.lines.items()}
    return Output(tuple(passages), tail.bytes, lines, tail.dropped)


def _has_open_line(tail: Tail | Words, stream: str) -> bool:
    """Whether the stream's last line lacks its line break; it is a line all the same."""
    last = next((chunk for chunk in (*reversed(tail.tail), *reversed(tail.head)) if chunk.stream == stream), None)
    return last is not None and not last.data.endswith(b"\n")


def _passages(tail: Tail | Words, stream: str, started_s: float, secrets: Secrets) -> Iterator[Passage]:
    head = [chunk for chunk in tail.head if chunk.stream == stream]
    rest = [chunk for chunk in tail.tail if chunk.stream == stream]
    if not tail.dropped.get(stream):
        yield _passage("whole", stream, head + rest, started_s, secrets)
        return
    # At the edges of the gap a secret could be cut in two and escape the patterns: half lines are left out.
    if head:
        yield _passage("head", stream, _without_last_line(head), started_s, secrets)
    yield _passage("tail", stream, _without_first_line(rest), started_s, secrets)


def _passage(part: str, stream: str, chunks: Sequence[Chunk], started_s: float, secrets: Secrets) -> Passage:
    content = b"".join(chunk.data for chunk in chunks).decode("utf-8", "replace")
    return Passage(part, stream, _redacted(content, secrets), tuple(_marks(chunks, started_s)))


def _redacted(content: str, secrets: Secrets) -> str:
    """Without secrets, also without those that a colour within a word (`grep --color`) breaks in two.

    Readers take colours away, and would put the two together. Such a line loses its colours.
    """
    content = redact.text(content, secrets)
    if _ESCAPE not in content:
        return content
    import re

    lines = content.split("\n")
    broken = {number: re.sub(_COLOUR, "", line) for number, line in enumerate(lines) if re.search(_WITHIN, line)}
    whole = redact.text("\n".join(broken.values()), secrets).split("\n")
    for (number, plain), redacted in zip(broken.items(), whole, strict=False):
        lines[number] = lines[number] if redacted == plain else redacted
    return "\n".join(lines)


def _marks(chunks: Sequence[Chunk], started_s: float) -> Iterator[tuple[int, float]]:
    """(line, seconds after the start) for the first line that begins in each chunk."""
    line, at_line_start = 0, True
    for chunk in chunks:
        breaks = chunk.data.count(b"\n")
        if at_line_start:
            yield line, round(chunk.at_s - started_s, 6)
        elif b"\n" in chunk.data[:-1]:
            yield line + 1, round(chunk.at_s - started_s, 6)
        line += breaks
        at_line_start = chunk.data.endswith(b"\n")


def _without_last_line(chunks: list[Chunk]) -> list[Chunk]:
    last = max((index for index, chunk in enumerate(chunks) if b"\n" in chunk.data), default=None)
    if last is None:
        return []
    end = chunks[last].data.rindex(b"\n") + 1
    return [*chunks[:last], chunks[last]._replace(data=chunks[last].data[:end])]


def _without_first_line(chunks: list[Chunk]) -> list[Chunk]:
    first = next((index for index, chunk in enumerate(chunks) if b"\n" in chunk.data), None)
    if first is None:  # One endless line: its end is all there is to show.
        return chunks
    start = chunks[first].data.index(b"\n") + 1
    return [chunks[first]._replace(data=chunks[first].data[start:]), *chunks[first + 1 :]]
