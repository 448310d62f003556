"""Where the time and the memory of a run went: a bar for each process, and CPU and memory of all over time."""

from __future__ import annotations

from sentinel_run.cli.page.geometry import Step, outline, span, ticks
from sentinel_run.cli.screens import words
from sentinel_run.records import Record
from sentinel_run.report.processes import processes
from sentinel_run.report.timeline import stretches, thinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.cli.page.geometry import Span, Tick
    from sentinel_run.facts import Facts
    from sentinel_run.report.processes import Process
    from sentinel_run.report.timeline import Stretch

_MOST_POINTS, _MOST_TICKS = 300, 5
# A command line as long as a script would bury the bars.
_WORDS_CHARS = 400
_DEEPEST = 6


class Bar(Record):
    """One process: its name and the words after it, a bounded depth, and how it failed if that is known."""

    name: str
    words: str
    depth: int
    span: Span
    began: str
    took: str
    cpu: str
    memory: str
    ending: str


class Waterfall(Record):
    """The processes on one time scale."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


class Curve(Record):
    """An amount over time: what a person who does not see it is told, the label of its top, its outline."""

    name: str
    sentence: str
    top: str
    outline: str
    ticks: tuple[Tick, ...]


def waterfall(facts: Facts) -> Waterfall | None:
    """The bars; None for a run that ended before anybody looked."""
    parts, everyone = stretches(facts), processes(facts)
    if not parts or not everyone:
        return None
    total_s = parts[-1].to_s
    bars = tuple(_bar(process, total_s) for process in everyone)
    return Waterfall(_title(facts, len(everyone)), bars, tuple(ticks(total_s, _MOST_TICKS)))


def curves(facts: Facts) -> Iterator[Curve]:
    """CPU and memory; nothing for a run that ended before anybody looked."""
    parts = thinned(stretches(facts), _MOST_POINTS)
    if parts:
        yield _cpu(parts)
        yield _memory(parts)


def _cpu(parts: Sequence[Stretch]) -> Curve:
    total_s = parts[-1].to_s
    busiest = max(part.cores for part in parts)
    used = sum(part.cores * (part.to_s - part.from_s) for part in parts) / total_s if total_s else 0.0
    # A processor that is half idle is no full bar.
    top = max(1.0, busiest)
    sentence = f"at most {busiest:.0%} of one processor, {used:.0%} on average"
    steps = [Step(part.from_s, part.to_s, part.cores / top) for part in parts]
    return _curve("CPU", sentence, f"{top:.0%}", steps)


def _memory(parts: Sequence[Stretch]) -> Curve:
    largest = max(part.rss_bytes for part in parts)
    sentence = f"at most {words.size(largest)} of all processes together"
    steps = [Step(part.from_s, part.to_s, part.rss_bytes / (largest or 1)) for part in parts]
    return _curve("Memory", sentence, words.size(largest), steps)


def _curve(name: str, sentence: str, top: str, steps: Sequence[Step]) -> Curve:
    total_s = steps[-1].to_s
    return Curve(name, sentence, top, outline(steps, total_s), tuple(ticks(total_s, _MOST_TICKS)))


def _bar(process: Process, total_s: float) -> Bar:
    member = process.member
    said = process.description.removeprefix(process.name).lstrip()
    return Bar(
        name=process.name,
        words=said if len(said) <= _WORDS_CHARS else f"{said[:_WORDS_CHARS]}...",
        depth=min(process.depth, _DEEPEST),
        span=span(process.start_s, process.end_s, total_s),
        began=words.took(process.start_s),
        took=words.took(process.duration_s) + ("+" if member.is_left else ""),
        cpu=words.took(member.cpu_s),
        memory=words.size(member.peak_rss_bytes),
        ending=member.signal_name or (f"exit {member.exit_status}" if member.exit_status else ""),
    )


def _title(facts: Facts, count: int) -> str:
    of = f"{count} of {count + facts.tree.not_kept:,}" if facts.tree.not_kept else f"{count}"
    return f"{of} {'process' if count == 1 else 'processes'}"
