"""A failure in a few rows: the reason first, what it means, where it happened, what it took."""

from __future__ import annotations

from itertools import islice

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.diagnose.thrown import innermost
from sentinel_run.epilogue import why, words
from sentinel_run.records import Record
from sentinel_run.report.processes import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.facts import Facts
    from sentinel_run.report.processes import Process

_MOST_EXPLANATIONS, _MOST_PROCESSES = 3, 3
_LONGEST_NAME = 24
# Less than this is no answer to the question where the time went.
_WORTH_TELLING = 0.05

Row = tuple[str, str]


class Panel(Record):
    """What a person reads first, and labelled rows below it. One without a label belongs to the one before it."""

    sentence: str
    rows: tuple[Row, ...]


def of(facts: Facts) -> Panel:
    """The panel of a run that has failed, from what its wrapper knows; `show` knows more, a moment later."""
    diagnosis = diagnose(facts)
    rows = (
        *islice(_explained(diagnosis), _MOST_EXPLANATIONS),
        *_where(facts, diagnosis),
        ("took", _took(facts)),
        *_slowest(facts),
    )
    return Panel(diagnosis.sentence, rows)


def _explained(diagnosis: Diagnosis) -> Iterator[Row]:
    """What the sentence does not say already."""
    for label, text in why.explained(diagnosis):
        if text.partition(": ")[2] not in diagnosis.sentence or label != "meaning":
            yield label, text


def _where(facts: Facts, diagnosis: Diagnosis) -> Iterator[Row]:
    frame = innermost(diagnosis.thrown)
    if frame is None:
        return
    yield "at", why.place(frame._replace(file=_from_here(frame.file, facts.command.cwd)))
    if line := why.source_line(frame, facts):
        yield "", f"  {line}"


def _from_here(path: str, cwd: str) -> str:
    """A path below the directory that the person is in, as he would type it."""
    return path[len(cwd) + 1 :] if cwd and path.startswith(f"{cwd}/") else path


def _took(facts: Facts) -> str:
    used, parts = facts.usage, [words.took_exactly(facts.ending.duration_s)] if facts.ending else []
    if used.max_rss_bytes:  # Else it never ran, so the kernel counted nothing.
        parts += [
            f"CPU {words.took(used.user_s + used.system_s)}",
            f"peak memory {words.size(used.max_rss_bytes)}",
        ]
    return ", ".join(parts)


def _slowest(facts: Facts) -> Iterator[Row]:
    """Those that took longest by themselves, and how long: whoever only waited for others is not to blame."""
    everyone = processes(facts)
    own_s = [process.duration_s for process in everyone]
    for process in everyone:
        if process.parent >= 0:
            own_s[process.parent] -= process.duration_s
    least_s = _WORTH_TELLING * facts.ending.duration_s if facts.ending else 0.0
    ranked = sorted(zip(own_s, everyone, strict=True), key=lambda pair: -pair[0])
    chosen = [_in_words(process, own) for own, process in ranked if own > least_s][:_MOST_PROCESSES]
    if chosen:
        yield "slowest", ", ".join(chosen)


def _in_words(process: Process, own_s: float) -> str:
    name = words.printable(process.name)
    name = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
    return f"{name} {words.took(own_s)}"
