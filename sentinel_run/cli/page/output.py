"""The kept output line by line, with what says why the run failed marked in it."""

from __future__ import annotations

from itertools import pairwise

from sentinel_run.diagnose.attempts import of_last
from sentinel_run.diagnose.tracebacks import tracebacks
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sentinel_run.cli.story import Story
    from sentinel_run.diagnose.lines import Line

# A browser shows so many without pain. Beyond them the first ones and the last ones are there.
MOST_LINES = 10_000
_FIRST_LINES = 1_000
# These around what is marked are always shown, and they and the end are what is printed of a long output.
_AROUND, _AT_THE_END = 15, 60
_MOST_MARKED = 100
_REASON_CHARS = 500
_STREAMS = {"stdout": "out", "stderr": "err", "output": "", "attempt": ""}


class Said(Record):
    """One line. `marks` are words for the page's style: `reason`, `failing`, `heading`, `gap`, `far`."""

    at: str
    stream: str
    text: str
    marks: tuple[str, ...] = ()


class Output(Record):
    """The lines under a title, or why there are none. `marked` is the place of the first marked line, or -1."""

    title: str
    none: str = ""
    lines: tuple[Said, ...] = ()
    marked: int = -1

    @property
    def is_long(self) -> bool:
        """Whether only a part of it is printed on paper."""
        return any("far" in line.marks for line in self.lines)


def output(told: Story, most: int = MOST_LINES) -> Output:
    """The output of a story that has all its lines; at most so many of them are shown."""
    if not told.lines:
        return Output("Output", none=_none(told))
    marks = _marks(told)
    shown = _shown(len(told.lines), most, marks)
    lines = tuple(_lines(told, shown, marks))
    marked = next((at for at, line in enumerate(lines) if {"reason", "failing"} & set(line.marks)), -1)
    return Output(_title(told, len(shown)), lines=lines, marked=marked)


def _none(told: Story) -> str:
    if told.is_running:
        return "The output is kept when the run has ended."
    return "There was no output." if told.facts.place.captured else "The output was not captured (--no-capture)."


def _title(told: Story, shown: int) -> str:
    everything = max(sum(told.facts.output.lines.values()), told.kept)
    count = f"{shown:,} of {everything:,}" if shown < everything else f"{shown:,}"
    return f"Output, {count} {'line' if everything == 1 else 'lines'}"


def _shown(count: int, most: int, marks: Collection[int]) -> list[int]:
    """Places of the lines that are shown: the last ones; of very many also the first, and those around a mark."""
    if count <= most:
        return list(range(count))
    if most < MOST_LINES:
        return list(range(count - most, count))
    near = {at for mark in sorted(marks)[-_MOST_MARKED:] for at in _around(mark) if 0 <= at < count}
    last = most - _FIRST_LINES - len(near)
    return sorted({*range(_FIRST_LINES), *near, *range(count - last, count)})


def _around(mark: int) -> range:
    return range(mark - _AROUND, mark + _AROUND + 1)


def _lines(told: Story, shown: Sequence[int], marks: Mapping[int, str]) -> Iterator[Said]:
    """The lines, and a word on those that are missing before one."""
    for before, at in pairwise((-1, *shown)):
        if at > before + 1:
            yield Said("", "", f"[{at - before - 1:,} lines are not shown]", ("gap",))
        yield _said(told, at, marks)


def _said(told: Story, at: int, marks: Mapping[int, str]) -> Said:
    line = told.lines[at]
    far = ("far",) if _is_far(at, len(told.lines), marks) else ()
    heading = ("heading",) if line.stream == "attempt" else ()
    mark = (marks[at],) if at in marks else ()
    return Said(f"{line.at_s:.3f}", _STREAMS.get(line.stream, line.stream), line.text, (*mark, *heading, *far))


def _is_far(at: int, count: int, marks: Collection[int]) -> bool:
    if at >= count - _AT_THE_END:
        return False
    return not any(near in marks for near in _around(at))


def _marks(told: Story) -> dict[int, str]:
    """`reason` or `failing` by the place of a line."""
    marks = dict.fromkeys(_traceback(told), "failing")
    reason = told.diagnosis.reason
    same = [at for at, line in enumerate(told.lines) if reason and _is_same(line, reason)]
    return marks | ({same[-1]: "reason"} if same else {})


def _traceback(told: Story) -> Iterator[int]:
    """Places of the lines of the traceback that ended the run."""
    thrown = told.diagnosis.thrown
    places = [at for at, line in enumerate(told.lines) if line.stream != "attempt"]
    found = tracebacks([told.lines[at] for at in places]) if thrown else []
    # A crash has its frames from elsewhere: the debugger, the kernel.
    last = of_last(found, told.facts.attempts)
    same = [one for one in last if one.traceback.chain[-1].frames == thrown[-1].frames]
    if same:
        yield from (places[at] for at in same[-1].indexes)


def _is_same(line: Line, reason: str) -> bool:
    """A very long line is told as its beginning."""
    text = line.text.strip()
    return text == reason or (len(reason) > _REASON_CHARS and text[:_REASON_CHARS] == reason[:_REASON_CHARS])
