"""The end of a run in one line, where that is enough: of a success, and where somebody wanted the end.

Nothing is diagnosed for it, so it costs a quick command next to nothing.
"""

from __future__ import annotations

from sentinel_run.diagnose import signal_words
from sentinel_run.epilogue import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Ending, Facts

_LONGEST_NAME = 60


def success(facts: Facts) -> tuple[str, str]:
    """(name, rest) of `backup.sh ok, 12.3 s, peak 210 MB`."""
    return _name(facts), ", ".join(("ok", *_unusual(facts), *_used(facts)))


def interruption(facts: Facts) -> tuple[str, str]:
    """(name, rest) of `backup.sh interrupted by SIGINT, 12.3 s, peak 210 MB`; empty texts for any other end."""
    by = _who_ended(facts.ending)
    return (_name(facts), ", ".join((f"interrupted by {by}", *_used(facts)))) if by else ("", "")


def _who_ended(ending: Ending | None) -> str:
    """The signal by which somebody ended the run. A crash on the way out is more than an interruption."""
    if ending is None or ending.timed_out or ending.complaint or ending.signal_name in signal_words.CRASHES:
        return ""
    return ending.interrupted_by or (
        ending.signal_name if ending.signal_name in signal_words.INTERRUPTIONS else ""
    )


def _name(facts: Facts) -> str:
    name = words.printable(facts.command.name)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def _unusual(facts: Facts) -> Iterator[str]:
    """What a bare `ok` would hide."""
    if facts.ending is not None and facts.ending.exit_status:
        yield f"exit status {facts.ending.exit_status}"
    if len(facts.attempts) > 1:
        yield f"{len(facts.attempts)} attempts"


def _used(facts: Facts) -> Iterator[str]:
    if facts.ending is not None:
        yield words.took_exactly(facts.ending.duration_s)
    if facts.usage.max_rss_bytes:
        yield f"peak {words.size(facts.usage.max_rss_bytes)}"
