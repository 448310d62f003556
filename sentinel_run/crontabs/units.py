"""A drop-in that puts a systemd service under monitoring, with the times of its timer (systemd.service(5))."""

from __future__ import annotations

import math
import os
import re

from sentinel_run import monitors, schedule
from sentinel_run.errors import BadValueError, SentinelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
# systemd looks at these letters before the path (systemd.service(5), "Command lines"); @ renames the program.
_PREFIX = re.compile(r"[-:+!|]*")
# systemd's week begins on a Monday (systemd.time(7)), cron's on a Sunday.
_NICKNAMES = {
    "minutely": "* * * * *", "hourly": "@hourly", "daily": "@daily", "weekly": "0 0 * * mon",
    "monthly": "@monthly", "quarterly": "0 0 1 */3 *", "semiannually": "0 0 1 1,7 *", "yearly": "@yearly",
    "annually": "@yearly",
}  # fmt: skip
_CALENDAR = re.compile(
    r"(?:(?P<days>[A-Za-z.,]+) )?(?:\*-\*-(?P<date>\*|\d\d?)|(?P<daily>))? ?(?P<hour>\d\d?|\*|\*/\d+|0/\d+)"
    r":(?P<minute>\d\d?|\*|\*/\d+|0/\d+)(?::00?)?"
)
_EVERY = re.compile(r"(\d+)[ ]?(min|m|minutes?|h|hours?|d|days?)")
_UNITS = {"m": "minute", "h": "hour", "d": "day"}
_SPAN = re.compile(r"(\d+)[ ]?(s|sec|seconds?|min|m|minutes?|h|hours?|d|days?|)")
_MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440, "": 1 / 60}


class UnitError(SentinelError):
    """There is no such unit, or it has no command that could be wrapped."""

    exit_status = 1


def drop_in(unit: str, program: str, timezone: str, folders: Sequence[str] = FOLDERS) -> str:
    """A drop-in for the service `unit`; its first line says where it belongs. Raises `UnitError`."""
    name = unit.removesuffix(".service").removesuffix(".timer")
    service = _content(f"{name}.service", folders)
    commands = _values(service, "ExecStart")
    if not commands:
        raise UnitError(f"{name}.service has no ExecStart")
    options = " ".join(_options(name, timezone, _timer(f"{name}.timer", folders)))
    starts = "".join(f"ExecStart={_wrapped(command, program, options)}\n" for command in commands)
    head = f"# /etc/systemd/system/{name}.service.d/sentinel-run.conf\n[Service]\n"
    return f"{head}{_access(service)}ExecStart=\n{starts}"


def _access(service: str) -> str:
    """What says that it is ready (sd_notify(3)) is our child now; by default the main process alone is heard."""
    says_it = _values(service, "Type")[-1:] in (["notify"], ["notify-reload"])
    is_open = _values(service, "NotifyAccess")[-1:] == ["all"]
    return "NotifyAccess=all\n" if says_it and not is_open else ""


def times(timer: str) -> str:
    """The schedule in the text of a timer unit, as --schedule takes it; empty where it has no such form."""
    calendars, spans = _values(timer, "OnCalendar"), _values(timer, "OnUnitActiveSec")
    if len(calendars) + len(spans) != 1:  # Sentry knows one schedule for a monitor.
        return ""
    if calendars:
        return _known(_crontab(calendars[0]))
    found = _EVERY.fullmatch(spans[0])
    return _known(f"every {found[1]} {_UNITS[found[2][0]]}s") if found else ""


def _known(text: str) -> str:
    """A schedule that our own --schedule would refuse must not keep the unit from starting."""
    try:
        schedule.read(text)
    except BadValueError:
        return ""
    return text


def _options(name: str, timezone: str, timer: str) -> Iterator[str]:
    when = times(timer)
    if when:
        yield f"--monitor {monitors.slug(name)} --schedule '{when}'"
        if timezone and not when.startswith("every"):
            yield f"--timezone {timezone}"
        if late := _late_min(timer):
            yield f"--check-in-margin {late}"
    yield "--"


def _late_min(timer: str) -> int:
    """How late the timer itself may be, in minutes and one to spare; 0 where it says nothing."""
    texts = (_values(timer, key)[-1:] for key in ("RandomizedDelaySec", "AccuracySec"))
    found = [match for text in texts if text and (match := _SPAN.fullmatch(text[0]))]
    minutes = sum(int(match[1]) * _MINUTES[match[2][:1]] for match in found)
    return math.ceil(minutes) + 1 if minutes else 0


def _wrapped(command: str, program: str, options: str) -> str:
    prefix = _PREFIX.match(command)
    assert prefix is not None
    rest = command[prefix.end() :]
    if rest.startswith("@"):
        raise UnitError(f"ExecStart={command} gives its program another name, which no wrapper can pass on")
    if "sentinel-run" in rest.split()[0]:
        raise UnitError("the unit runs under sentinel-run already")
    return f"{prefix[0]}{_word(program)} {options} {rest}"


def _word(path: str) -> str:
    """In quotes if need be; a percent sign would begin one of systemd's specifiers."""
    escaped = path.replace("%", "%%")
    return escaped if re.fullmatch(r"[\w@%+=:,./-]+", escaped) else f'"{escaped}"'


def _crontab(calendar: str) -> str:
    if calendar.lower() in _NICKNAMES:
        return _NICKNAMES[calendar.lower()]
    found = _CALENDAR.fullmatch(calendar)
    if found is None:
        return ""
    days = re.sub(r"([a-z]{3})[a-z]*", r"\1", (found["days"] or "*").lower()).replace("..", "-")
    minute, hour, date = (_number(found[part] or "*") for part in ("minute", "hour", "date"))
    if "*" not in {date, days}:  # To systemd a day has to fit both, to cron one of them.
        return ""
    return f"{minute} {hour} {date} * {days}"


def _number(field: str) -> str:
    """`05` is 5, `0/15` every fifteenth."""
    return f"*/{field[2:]}" if field.startswith("0/") else str(int(field)) if field.isdigit() else field


def _timer(name: str, folders: Sequence[str]) -> str:
    try:
        return _content(name, folders)
    except UnitError:
        return ""


def _content(name: str, folders: Sequence[str]) -> str:
    """A unit's text without comments, its lines joined where a backslash ends them (systemd.syntax(7))."""
    path = next((path for folder in folders if os.path.isfile(path := os.path.join(folder, name))), "")
    if not path:
        raise UnitError(f"there is no {name} in {', '.join(folders)}")
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        text = re.sub(r"(?m)^[ \t]*[#;].*\n?", "", file.read())
    return re.sub(r"\\\n[ \t]*", " ", text)


def _values(text: str, key: str) -> list[str]:
    """What is assigned to `key`; an empty assignment forgets what was before it."""
    found: list[str] = []
    for value in re.findall(rf"(?m)^{key}[ \t]*=[ \t]*(.*?)[ \t]*$", text):
        found = [*found, value] if value else []
    return found
