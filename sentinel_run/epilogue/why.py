"""What is known of a failure beyond its sentence, as labelled rows, and where in the user's code it happened."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.diagnose.thrown import Frame
    from sentinel_run.facts import Facts


def explained(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """The tool's page on its exit status, the sender of a signal, the core file, and what proves a detail."""
    rows = (
        ("meaning", diagnosis.exit_status_meaning),
        ("signal", diagnosis.sender and f"sent {diagnosis.sender}"),
        ("core", diagnosis.core),
    )
    yield from ((label, words) for label, words in rows if words)
    for detail in diagnosis.details:
        yield from (("because", f"{detail.name}: {proof}") for proof in detail.proof.splitlines())


def place(frame: Frame) -> str:
    """`/opt/jobs/sync.py:42 in load`, as far as it is known."""
    where = f"{frame.file}:{frame.line}" if frame.line else frame.file
    return f"{where} in {frame.function}" if frame.function else where


def source_line(frame: Frame, facts: Facts) -> str:
    """The line as the output showed it, or as the file has it; empty where neither does."""
    if frame.source:
        return frame.source.strip()
    from sentinel_run.report.source import path, sources

    found = sources([frame], facts).get((path(frame, facts), frame.line))
    return found.line.strip() if found else ""
