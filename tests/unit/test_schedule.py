"""Schedules are read as crontab(5) has them, and as the library that Sentry computes their times with does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel_run import schedule, upcoming
from sentinel_run.errors import BadValueError
from sentinel_run.schedule import Schedule

READINGS = {
    "*/5 * * * *": Schedule("*/5 * * * *"),
    "  0  3\t* * * ": Schedule("0 3 * * *"),
    "0 9-17/2 1,15 jan,Mar-MAY mon-fri": Schedule("0 9-17/2 1,15 1,3-5 1-5"),
    "0 0 * * 7": Schedule("0 0 * * 7"),
    "5/10 * * * *": Schedule("5/10 * * * *"),
    "5-5/10 3-3 * * *": Schedule("5 3 * * *"),
    "@daily": Schedule("0 0 * * *"),
    "@Midnight": Schedule("0 0 * * *"),
    "@hourly": Schedule("0 * * * *"),
    "@weekly": Schedule("0 0 * * 0"),
    "@annually": Schedule("0 0 1 1 *"),
    "CRON_TZ=Europe/Berlin 0 3 * * *": Schedule("0 3 * * *", timezone="Europe/Berlin"),
    "every 10 minutes": Schedule(every=10, unit="minute"),
    "every minute": Schedule(every=1, unit="minute"),
    "every 1 hour": Schedule(every=1, unit="hour"),
    "every 2 weeks": Schedule(every=2, unit="week"),
    "Every 2 Hours": Schedule(every=2, unit="hour"),
    "@every 5m": Schedule(every=5, unit="minute"),
    "@Every  1h30m": Schedule(every=90, unit="minute"),
    "0 0 30 2 1": Schedule("0 0 30 2 1"),
    "0 0 29 2 *": Schedule("0 0 29 2 *"),
}
WRONG = [
    "", "x", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
    "*/0 * * * *", "5-1 * * * *", "1-2-3 * * * *", "-5 * * * *", "1, * * * *", ",1 * * * *", "*5 * * * *",
    "* * * mon *", "jan * * * *", "H * * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "@reboot", "@daily x", "@",
    "every", "every 0 minutes", "every 5", "every 5 seconds", "every x minutes", "every -1 hours", "10 minutes",
    "@every", "@every 30s", "@every 90s", "@every 0m", "@every x", "@every 5 m", "CRON_TZ=Mars/Base 0 3 * * *", "CRON_TZ= 0 3 * * *", "\u0665 * * * *",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READINGS.items())
def test_what_crontab_5_allows(text: str, expected: Schedule) -> None:
    """Names become numbers, nicknames their five fields."""
    assert schedule.read(text) == expected


@pytest.mark.parametrize("text", WRONG)
def test_what_no_cron_would_take(text: str) -> None:
    """Each is refused before anything runs."""
    with pytest.raises(BadValueError):
        schedule.read(text)


def test_the_error_names_the_field() -> None:
    """A person sees which of the five is wrong."""
    with pytest.raises(BadValueError, match="'25' is no hour"):
        schedule.read("0 25 * * *")


TERMS = st.one_of(
    st.sampled_from(["*", "*/2", "*/61", "0", "7", "1-5", "5-1", "1-5/2", "3/7", "mon", "FEB", "sun-sat", "oct-dec", "61", "31", "30", "", "-"]),
    st.integers(0, 65).map(str),
    st.tuples(st.integers(0, 65), st.integers(0, 65)).map(lambda ends: f"{ends[0]}-{ends[1]}"),
)  # fmt: skip
FIELD = st.lists(TERMS, min_size=1, max_size=3).map(",".join)


@given(st.lists(FIELD, min_size=5, max_size=5))
@example(["0", "0", "30", "2", "*"])
@example(["0", "0", "31", "4", "*/2"])
@example(["0", "0", "*/31", "2", "*"])
def test_one_reader_with_the_library(fields: list[str]) -> None:
    """What we let pass has times for Sentry, and means the same to it; what we refuse it would refuse too."""
    text = " ".join(fields)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        theirs = CronSim(text, start)
    except CronSimError:
        with pytest.raises(BadValueError):
            schedule.read(text)
        return

    ours = CronSim(schedule.read(text).crontab, start)

    assert ours.minutes == theirs.minutes
    assert (ours.hours, ours.days, ours.months, ours.weekdays) == (
        theirs.hours,
        theirs.days,
        theirs.months,
        theirs.weekdays,
    )


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
def test_zones_of_this_machine(name: str) -> None:
    """A known name passes as it is."""
    assert schedule.zone(name) == name


@pytest.mark.parametrize(
    "name", ["", "Berlin", "europe/berlin", "../etc/passwd", "Etc/../../passwd", "Europe", "U T C"]
)
def test_no_zones(name: str) -> None:
    """Nothing else does, and no path leads out of the database."""
    with pytest.raises(BadValueError):
        schedule.zone(name)


def test_without_a_database_any_name_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slim container must not keep a job from running."""
    monkeypatch.setattr(schedule, "_ZONE_FOLDERS", ("/nonexistent",))

    assert schedule.zone("Europe/Berlin") == "Europe/Berlin"


DAYLIGHT_SAVING = {
    # In Berlin 02:00-03:00 is left out on 29 March 2026, and comes twice on 25 October.
    "spring": ("30 2 * * *", "2026-03-28T12:00", ["Sun 2026-03-29 03:00", "Mon 2026-03-30 02:30", "Tue 2026-03-31 02:30"]),
    "autumn": ("30 2 * * *", "2026-10-24T12:00", ["Sun 2026-10-25 02:30", "Mon 2026-10-26 02:30", "Tue 2026-10-27 02:30"]),
    "plain": ("0 12 * * mon", "2026-11-24T12:00", ["Mon 2026-11-30 12:00", "Mon 2026-12-07 12:00", "Mon 2026-12-14 12:00"]),
}  # fmt: skip


@pytest.mark.parametrize("case", DAYLIGHT_SAVING)
def test_next_times_in_a_zone(case: str) -> None:
    """A job at half past two runs once a day, whatever the clocks do."""
    text, now, expected = DAYLIGHT_SAVING[case]

    shown = upcoming.times(text, "Europe/Berlin", datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert [moment[:20] for moment in shown] == expected


def test_next_times_tell_the_offset() -> None:
    """Summer and winter are seen."""
    now = datetime(2026, 10, 24, 12, tzinfo=UTC)

    shown = upcoming.times("0 12 * * *", "Europe/Berlin", now)

    assert [moment[-5:-1] for moment in shown] == ["0100", "0100", "0100"]
    assert upcoming.times("0 12 * * *", "Europe/Berlin", now.replace(month=7))[0].endswith("CEST (+0200)")


def test_an_interval_has_no_clock_times() -> None:
    """It counts from the last check-in, which the server knows."""
    assert upcoming.times("every 10 minutes", "", datetime.now(UTC)) == []
