"""How much of the output a diagnosis reads: all that is kept of a run, and of more the end."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Output, Passage

# A run keeps half a megabyte (child/tail), which redaction may make a little longer. Each line becomes records in
# every reader: a flood of shorter lines than these on average says nothing in most of them.
MOST_CHARS, MOST_LINES = 640 * 1024, 128 * 1024


def recent(output: Output) -> Output:
    """`output` with the end of each passage that is longer than a run's ever is."""
    return output._replace(passages=tuple(map(_end, output.passages)))


def _end(passage: Passage) -> Passage:
    """The last whole lines; the end of a line that is longer than all that is read."""
    text = passage.text[_beginning(passage.text) :]
    skipped = passage.text.count("\n") - text.count("\n")
    before = [(0, at_s) for line, at_s in passage.marks if line <= skipped]
    after = [(line - skipped, at_s) for line, at_s in passage.marks if line > skipped]
    return passage._replace(text=text, marks=(*before[-1:], *after)) if skipped else passage._replace(text=text)


def _beginning(text: str) -> int:
    begin = max(0, len(text) - MOST_CHARS)
    begin = text.find("\n", begin - 1, len(text) - 1) + 1 or begin if begin else 0
    rest, *lines = text[begin:].removesuffix("\n").rsplit("\n", MOST_LINES)
    return begin + len(rest) + 1 if len(lines) == MOST_LINES else begin
