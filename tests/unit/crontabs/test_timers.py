"""A timer's times are the same to systemd and to the schedule that its monitor gets."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sentinel_run import schedule
from sentinel_run.crontabs import timers
from sentinel_run.crontabs.timers import Timer

START = datetime(2026, 12, 31, 22, 59, 30, tzinfo=UTC)
SCHEDULES = {
    "daily": "@daily", "Weekly": "0 0 * * mon", "minutely": "* * * * *", "hourly": "@hourly", "monthly": "@monthly",
    "quarterly": "0 0 1 */3 *", "semiannually": "0 0 1 1,7 *", "yearly": "@yearly",
    "*-*-* 03:05:00": "5 3 * * *", "03:05": "5 3 * * *", "*:*": "* * * * *", "*-*-* 04,16:00:00": "0 4,16 * * *",
    "*-*-* 9..17:30": "30 9-17 * * *", "*-*-* 1..9/3:00": "0 1-9/3 * * *", "*-*-* 00/6:00": "0 */6 * * *",
    "*-*-* 2/6:10": "10 2-23/6 * * *", "*:0/15": "*/15 * * * *", "*:5/20": "5-59/20 * * * *",
    "Mon..Fri *-*-* 09:00": "0 9 * * mon-fri", "Monday,Friday 3:07": "7 3 * * mon,fri", "Sun": "0 0 * * sun",
    "sat..sun 10:00": "0 10 * * 6-7", "Mon,Wed..Sunday 1:2": "2 1 * * mon,3-7",
    "*-*-01 04:00:00": "0 4 1 * *", "*-*-01..07 18:00:00": "0 18 1-7 * *", "*-1,7-01": "0 0 1 1,7 *",
    "01-15": "0 0 15 1 *", "*-2/3-1": "0 0 1 2-12/3 *", "*-*-* 12,14..16:05": "5 12,14-16 * * *",
}  # fmt: skip
NONE = [
    "", "2027-01-01", "*-*~1", "*-*-* 3:0:30", "*:*:0/10", "Mon *-*-01 04:00", "*-*-* 25:00", "Noday 03:00",
    "*-02-30", "*-*-* 03:00 Mars/Base", "*-*-* 03:00 noon", "Fri..Tue 1:00", "tomorrow", "*-*-*/2 00:00",
]  # fmt: skip
NEEDS_SYSTEMD = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")


def _timer(*lines: str) -> Timer:
    return timers.read("\n".join(("[Timer]", *lines, "")))


def _systemd_times(calendar: str) -> list[datetime]:
    """What systemd itself says of the next times; none where it does not understand."""
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=12", f"--base-time={START:%Y-%m-%d %H:%M:%S} UTC", calendar],
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"(?m)(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ ([\d-]+ [\d:]+) UTC$", done.stdout)
    return [datetime.fromisoformat(f"{time}+00:00") for time in found]


def _monitors_times(timer: Timer, until: datetime) -> list[datetime]:
    start = START.astimezone(ZoneInfo(timer.timezone or "UTC"))
    found = CronSim(schedule.read(timer.schedule).crontab, start)
    return list(takewhile(lambda time: time <= until, (time.astimezone(UTC) for time in found)))


@pytest.mark.parametrize("calendar", SCHEDULES)
def test_a_calendar_in_words_of_cron(calendar: str) -> None:
    """Lists, spans, steps, days, and what is left out."""
    assert _timer(f"OnCalendar={calendar}") == Timer(SCHEDULES[calendar], margin_min=2)


@NEEDS_SYSTEMD
@pytest.mark.parametrize("calendar", [*SCHEDULES, "daily Europe/Berlin", "Mon *-*-* 03:30 America/St_Johns"])
def test_systemd_has_the_same_times(calendar: str) -> None:
    """The next twelve."""
    expected = _systemd_times(calendar)

    assert len(expected) == 12
    assert _monitors_times(_timer(f"OnCalendar={calendar}"), expected[-1]) == expected


@pytest.mark.parametrize("calendar", NONE)
def test_a_calendar_that_cron_has_no_words_for(calendar: str) -> None:
    """A wrong schedule would be worse than none."""
    assert _timer(f"OnCalendar={calendar}") == Timer()


NUMBERS = st.integers(0, 31)
TERMS = st.one_of(
    st.just("*"),
    NUMBERS.map(str),
    st.tuples(NUMBERS, NUMBERS).map("{0[0]}..{0[1]}".format),
    st.tuples(NUMBERS, NUMBERS).map("{0[0]:02}/{0[1]}".format),
    st.tuples(NUMBERS, NUMBERS, NUMBERS).map("{0[0]}..{0[1]}/{0[2]}".format),
)
FIELDS = st.lists(TERMS, min_size=1, max_size=2).map(",".join)
CALENDARS = st.one_of(
    st.tuples(FIELDS, FIELDS).map("{0[0]}:{0[1]}".format),
    st.tuples(FIELDS, FIELDS, FIELDS, FIELDS).map("*-{0[0]}-{0[1]} {0[2]}:{0[3]}:00".format),
    st.tuples(st.sampled_from(["Mon..Fri", "Sat,Sun", "tuesday", "Fri..Sun"]), FIELDS).map(
        "{0[0]} {0[1]}:0".format
    ),
)


@NEEDS_SYSTEMD
@settings(max_examples=60, deadline=None)
@given(CALENDARS)
@example("Mon..Fri 00/5:0")
def test_any_calendar_has_the_times_of_systemd(calendar: str) -> None:
    """Where systemd understands it and we have words for it, both mean the same.

    But for the first of a month: systemd 252 leaves its beginning out where a step (`0/5`) has run over a day's end.
    """
    found, expected = _timer(f"OnCalendar={calendar}"), _systemd_times(calendar)

    if found.schedule and expected:
        ours = _monitors_times(found, expected[-1])
        assert [time for time in ours if time in expected or time.day != 1] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["OnUnitActiveSec=10min"], Timer("every 10 minutes", margin_min=2)),
        (["OnBootSec=5min", "OnUnitActiveSec=1h 30min"], Timer("every 90 minutes", margin_min=2)),
        (["OnUnitActiveSec=1week"], Timer("every 7 days", margin_min=2)),
        (["OnUnitActiveSec=3600"], Timer("every 1 hours", margin_min=2)),
        (["OnUnitActiveSec=90s"], Timer()),
        (["OnUnitActiveSec=1 fortnight"], Timer()),
        (["OnBootSec=5min"], Timer()),
        (["OnCalendar=03:00", "OnCalendar=15:00"], Timer()),
        (["OnCalendar=03:00", "OnUnitActiveSec=1h"], Timer()),
        (["OnCalendar=03:00", "OnCalendar=", "OnCalendar=15:00"], Timer("0 15 * * *", margin_min=2)),
        (["OnCalendar=daily", "RandomizedDelaySec=1h", "AccuracySec=30s"], Timer("@daily", margin_min=62)),
        (["OnCalendar=daily", "AccuracySec=1us"], Timer("@daily", margin_min=2)),
        (["OnCalendar=daily", "RandomizedDelaySec=12 hours"], Timer("@daily", margin_min=722)),
        (["OnCalendar=yearly", "RandomizedDelaySec=30d"], Timer("@yearly", margin_min=40320)),
        (["OnCalendar=daily Asia/Tokyo"], Timer("@daily", "Asia/Tokyo", 2)),
    ],
)  # fmt: skip
def test_intervals_and_how_late_a_timer_may_be(lines: list[str], expected: Timer) -> None:
    """systemd gathers timers within a minute unless told otherwise, which is all that Sentry waits by itself."""
    assert _timer(*lines) == expected
