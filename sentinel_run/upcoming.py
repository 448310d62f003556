"""The next times of a schedule, as people want to see them before they trust it. Imported by --dry-run alone."""

from __future__ import annotations

from itertools import islice

from sentinel_run import schedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_COUNT = 3


def times(text: str, timezone: str, now: datetime) -> list[str]:
    """The next times of a crontab schedule in its zone, each with the offset of that day; none for an interval.

    Daylight saving is cron's: a time that a spring night leaves out comes right after the gap, one that an autumn
    night has twice comes once.
    """
    expression = schedule.read(text).crontab
    if not expression:
        return []
    from cronsim import CronSim

    found = islice(CronSim(expression, now.astimezone(_zone(timezone))), _COUNT)
    return [moment.strftime("%a %Y-%m-%d %H:%M %Z (%z)") for moment in found]


def _zone(name: str) -> tzinfo | None:
    """The zone, or this machine's where it has no such name or no database of zones."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError):
        return None
