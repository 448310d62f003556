"""The end of a run in one line, where that is enough: of a success, where somebody wanted the end, of a shell.

Nothing is diagnosed for it, so it costs a quick command next to nothing.
"""

from __future__ import annotations

from sentinel_run.diagnose import signal_words
from sentinel_run.epilogue import words
from sentinel_run.naming.programs import SHELLS
from sentinel_run.records import INTERRUPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Ending, Facts

_LONGEST_NAME = 60


def success(facts: Facts) -> tuple[str, str]:
    """(name, rest) of `backup.sh ok, 12.3 s, peak 210 MB`."""
    return _name(facts), ", ".join(("ok", *_unusual(facts), *_used(facts)))


def no_success(facts: Facts) -> tuple[str, str]:
    """(name, rest) of `backup.sh interrupted by SIGINT, 12.3 s, peak 210 MB`; empty for a failure to explain.

    The status of a shell at a terminal is that of the last command typed there, whose failure the user has seen.
    """
    ending = facts.ending
    if by := _who_ended(ending):
        how = f"interrupted by {by}"
    elif ending is not None and ending.exit_status and not ending.timed_out and _is_conversation(facts):
        how = f"ended with exit status {ending.exit_status}"
    else:
        return "", ""
    return _name(facts), ", ".join((how, *_used(facts)))


def _is_conversation(facts: Facts) -> bool:
    program, *further = facts.command.argv
    is_shell = program.rpartition("/")[2].lstrip("-") in SHELLS
    options = [word for word in further if word.startswith("-")]
    return is_shell and facts.place.interactive and options == further and "-c" not in options


def _who_ended(ending: Ending | None) -> str:
    """The signal by which somebody ended the run. A crash on the way out is more than an interruption."""
    if ending is None or ending.timed_out or ending.complaint or ending.signal_name in signal_words.CRASHES:
        return ""
    return ending.interrupted_by or (ending.signal_name if ending.signal_name in INTERRUPTIONS else "")


def _name(facts: Facts) -> str:
    name = words.printable(facts.command.name)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def _unusual(facts: Facts) -> Iterator[str]:
    """What a bare `ok` would hide."""
    ending = facts.ending
    if ending is not None and ending.told_status:
        is_by_signal = ending.signal_name and not ending.timed_out
        yield ending.signal_name if is_by_signal else f"exit status {ending.told_status}"
    if len(facts.attempts) > 1:
        yield f"{len(facts.attempts)} attempts"


def _used(facts: Facts) -> Iterator[str]:
    if facts.ending is not None:
        yield words.took_exactly(facts.ending.duration_s)
    if facts.usage.max_rss_bytes:
        yield f"peak {words.size(facts.usage.max_rss_bytes)}"
