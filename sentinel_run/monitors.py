"""The Sentry monitor of a run: its slug, and the facts that check-ins need."""

from __future__ import annotations

import os

from sentinel_run import schedule
from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.facts import Monitor
    from sentinel_run.records import Plan

AUTO = "auto"
_LONGEST_SLUG = 50  # Sentry cuts it there.
_LONGEST_MARGIN_MIN = 40320  # Sentry's, 28 days.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_ZONE_LINK, _ZONE_MARK = "/etc/localtime", "/zoneinfo/"


def slug(name: str) -> str:
    """A slug that Sentry takes: lower-case letters, digits, `_` and `-`, at most 50, not digits alone.

    Names of other letters than Latin ones get a number made of them, so that two of them are two monitors.
    """
    plain = _without_accents(name.casefold())
    letters = "".join(letter if letter in _LETTERS else "-" for letter in plain)
    found = "-".join(part for part in letters.split("-") if part)[:_LONGEST_SLUG].strip("-")
    if not plain.isascii() and any(letter.isalnum() and letter not in _LETTERS for letter in plain):
        found = f"{found[: _LONGEST_SLUG - 9].rstrip('-') or 'job'}-{_digest(name)}"
    return found if found and not found.isdigit() else f"job-{found}".strip("-")


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    import unicodedata  # Few names need it.

    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _digest(text: str) -> str:
    from binascii import crc32

    return f"{crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def numbered(name: str, count: int) -> str:
    """The slug of one more job of that name, as long as any."""
    return f"{slug(name)[:44].rstrip('-')}-{count}"


def of_run(plan: Plan, name: str) -> Monitor:
    """The monitor that the run called `name` checks in with."""
    value = plan.value
    from sentinel_run.facts import Monitor

    return Monitor(
        slug=slug(name if value("monitor") == AUTO else value("monitor")),
        check_in_id=os.urandom(16).hex(),
        schedule=value("schedule") or "",
        timezone=_timezone(value("timezone"), value("schedule"), plan.environ),
        check_in_margin_min=value("check-in-margin") or _margin_min(value("splay")),
        max_runtime_min=value("max-runtime"),
        failure_issue_threshold=value("failure-issue-threshold"),
        recovery_threshold=value("recovery-threshold"),
        owner=value("owner") or "",
    )


def _margin_min(splay_s: float | None) -> int | None:
    """Whoever lets runs start later by --splay does not mean them to be missed; and Sentry's own minute on top."""
    return min(int(-(-splay_s // 60)) + 1, _LONGEST_MARGIN_MIN) if splay_s else None


def _timezone(given: str | None, text: str | None, environ: Mapping[str, str]) -> str:
    """The zone of a crontab's times; this machine's if nobody names one, as cron itself takes it."""
    if given or not text:
        return given or ""
    found = schedule.read(text)
    return found.timezone or (local_zone(environ) if found.crontab else "")


def local_zone(environ: Mapping[str, str]) -> str:
    """The name of this machine's time zone, or an empty text where nothing tells it."""
    for candidate in (_named(environ.get("TZ", "").removeprefix(":")), _linked_zone(), _noted_zone()):
        try:
            return schedule.zone(candidate)
        except BadValueError:
            continue
    return ""


def _linked_zone() -> str:
    try:
        return _named(os.readlink(_ZONE_LINK))
    except OSError:
        return ""


def _named(zone: str) -> str:
    """The name in the path of a zone's file, which TZ may be too (tzset(3)); or the name that it is."""
    return zone.partition(_ZONE_MARK)[2] or zone


def _noted_zone() -> str:
    """Where the link is a copy, Debian has the name in a file."""
    try:
        with open("/etc/timezone", encoding="ascii") as file:
            return file.read(100).strip()
    except (OSError, ValueError):
        return ""
