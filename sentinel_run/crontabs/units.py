"""A drop-in that puts a systemd service under monitoring, with the times of its timer (systemd.service(5))."""

from __future__ import annotations

import os
import re

from sentinel_run import monitors
from sentinel_run.crontabs import timers, unit_files
from sentinel_run.crontabs.unit_files import FOLDERS, UnitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel_run.crontabs.timers import Timer

# systemd looks at these letters before the path (systemd.service(5), "Command lines"); @ renames the program.
_PREFIX = re.compile(r"[-:+!|]*")
_NO_MONITOR = "# No monitor, because Sentry knows no such times as its timer's.\n"


def drop_in(unit: str, program: str, timezone: str, folders: Sequence[str] = FOLDERS) -> str:
    """A drop-in for the service `unit`, or that of a timer; its first line says where it belongs.

    Each of several commands has a monitor of its own: in one they would be as many runs. Raises `UnitError`.
    """
    name, timer = _pair(unit, folders)
    service = unit_files.read(f"{name}.service", folders)
    commands = unit_files.values(service, "ExecStart")
    if not commands:
        raise UnitError(f"{name}.service has no ExecStart")
    times = timers.read(timer)
    slugs = [monitors.slug(name), *(monitors.numbered(name, count) for count in range(2, len(commands) + 1))]
    options = (" ".join(_options(slug, timezone, times)) for slug in slugs)
    starts = "".join(
        f"ExecStart={_wrapped(command, program, its)}\n" for command, its in zip(commands, options, strict=True)
    )
    head = f"# /etc/systemd/system/{name}.service.d/{unit_files.OUR_DROP_IN}\n"
    why = _NO_MONITOR if timer and not times.schedule else ""
    return f"{head}{why}[Service]\n{_access(service)}ExecStart=\n{starts}"


def _pair(unit: str, folders: Sequence[str]) -> tuple[str, str]:
    """The service's name, and the text of the timer that starts it: that of its name, if there is one."""
    name = unit.removesuffix(".service").removesuffix(".timer")
    try:
        timer = unit_files.read(f"{name}.timer", folders)
    except UnitError:
        if unit.endswith(".timer"):
            raise
        return name, ""
    started = unit_files.values(timer, "Unit")[-1:]
    if started in ([], [f"{name}.service"]):
        return name, timer
    return (started[0].removesuffix(".service"), timer) if unit.endswith(".timer") else (name, "")


def _access(service: str) -> str:
    """What says that it is ready (sd_notify(3)) is our child now; by default the main process alone is heard."""
    says_it = unit_files.values(service, "Type")[-1:] in (["notify"], ["notify-reload"])
    is_open = unit_files.values(service, "NotifyAccess")[-1:] == ["all"]
    return "NotifyAccess=all\n" if says_it and not is_open else ""


def _options(slug: str, timezone: str, timer: Timer) -> Iterator[str]:
    if timer.schedule:
        yield f"--monitor {slug} --schedule '{timer.schedule}'"
        zone = timer.timezone or timezone
        if zone and not timer.schedule.startswith("every"):
            yield f"--timezone {zone}"
        yield f"--check-in-margin {timer.margin_min}"
    yield "--"


def _wrapped(command: str, program: str, options: str) -> str:
    prefix = _PREFIX.match(command)
    assert prefix is not None
    rest = command[prefix.end() :]
    if rest.startswith("@"):
        raise UnitError(f"ExecStart={command} gives its program another name, which no wrapper can pass on")
    if not rest.strip():
        raise UnitError(f"ExecStart={command} has no command")
    if os.path.basename(rest.split()[0].strip('"')) == "sentinel-run":
        raise UnitError("the unit runs under sentinel-run already")
    return f"{prefix[0]}{_word(program)} {options} {rest}"


def _word(path: str) -> str:
    """In quotes if need be; a percent sign would begin one of systemd's specifiers."""
    escaped = path.replace("%", "%%")
    return escaped if re.fullmatch(r"[\w@%+=:,./-]+", escaped) else f'"{escaped}"'
