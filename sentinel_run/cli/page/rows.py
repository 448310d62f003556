"""What is known of a run in a word or two each: the first ones of the page, beside why it failed."""

from __future__ import annotations

import time
from datetime import datetime

from sentinel_run.cli.screens import words
from sentinel_run.cli.screens.ending import ended
from sentinel_run.epilogue.why import explained
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.cli.story import Story


class Row(Record):
    """A label and what stands beside it. `link` is an address that is safe to follow, or empty."""

    label: str
    text: str
    link: str = ""


def brief(told: Story) -> list[Row]:
    """What a person wants to know first, beside why."""
    facts, used = told.facts, told.facts.usage
    cpu = words.took(used.user_s + used.system_s) if used.max_rss_bytes else ""
    peak = words.size(used.max_rss_bytes) if used.max_rss_bytes else ""
    rows = (
        Row("ended", ended(told)),
        Row("took", _took(told)),
        Row("CPU", cpu),
        Row("peak memory", peak),
        Row("started", local(facts.started_at)),
        Row("host", facts.place.host),
    )
    return [row for row in rows if row.text]


def proofs(told: Story) -> list[Row]:
    """What else is known of why it ended so, and how it compares with what is usual."""
    compared = [Row("compared", sentence) for sentence in told.diagnosis.compared.sentences]
    return [*(Row(label, text) for label, text in explained(told.diagnosis)), *compared]


def local(at: float) -> str:
    """A time of this machine with its distance from UTC: the page may be read elsewhere."""
    return datetime.fromtimestamp(at).astimezone().isoformat(" ", "seconds")


def _took(told: Story) -> str:
    if told.is_running:
        return f"{words.took(max(0.0, time.time() - told.facts.started_at))} so far"
    return "unknown" if told.duration_s is None else words.took(told.duration_s)
