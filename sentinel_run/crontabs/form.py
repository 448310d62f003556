"""What a wrapped job looks like: written here, and here alone read back."""

from __future__ import annotations

import re

from sentinel_run import schedule
from sentinel_run.crontabs import shell
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.crontabs.lines import Job
    from sentinel_run.schedule import Schedule

_PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+")
_MENTIONED = re.compile(r"(?:^|[\s/])(?:sentinel-run(?:\.pyz)?|-m sentinel_run)(?:['\"\s]|$)")
_SLUG = re.compile(r"--monitor[ =]([\w-]+)")
_SCHEDULE = r"--schedule (?P<schedule>'[^']*'|@\w+)"
# Exactly what `wrapped` writes, so that nothing is taken back that somebody else has written.
_OURS = re.compile(
    r"(?P<program>'(?:[^']|'\\'')*sentinel-run'|[^\s']*sentinel-run)"
    rf"(?P<monitor> --monitor [\w-]+ {_SCHEDULE}(?: --timezone [\w/+-]+)?)?"
    r"(?: --only-on-failure)? -- (?P<rest>.*)",
    re.DOTALL,
)
_ITS_SCHEDULE = re.compile(r"--schedule[ =](?P<schedule>'[^']*'|\"[^\"]*\"|@\w+)")
_SCRIPT = re.compile(r"(?P<shell>[\w./+-]+) -c (?P<script>'.*')", re.DOTALL)


class Prefix(Record):
    """What is put before a command. Without a `slug` the job has no monitor."""

    program: str
    slug: str = ""
    timezone: str = ""
    is_held: bool = False


def wrapped(job: Job, prefix: Prefix, around: shell.Shell) -> str:
    """A simple command stays as it is behind us, so that we see what it redirects; a script gets a shell."""
    words = " ".join((_word(prefix.program), *_options(job, prefix), "-- "))
    if shell.is_simple(job.script, around):
        at = shell.before_program(job.command)
        simple = job.command[:at] + words + job.command[at:]
        if unwrapped(job._replace(command=simple)) == job.command:
            return simple
    return f"{words}{around.path} -c {shell.quoted(job.command)}"


def unwrapped(job: Job) -> str | None:
    """The command before it was wrapped; None if this is not what `wrapped` makes."""
    command = job.command
    at = shell.before_program(command)
    found = _OURS.fullmatch(command, at)
    if found is None or (due(job.times) is not None) != bool(found["monitor"]):
        return None
    script = _SCRIPT.fullmatch(found["rest"])
    inner = shell.unquoted(script["script"]) if script else None
    return command[:at] + (found["rest"] if inner is None else inner)


def is_wrapped(job: Job) -> bool:
    """Whether sentinel-run is in the job already, whoever has put it there."""
    return _MENTIONED.search(job.command) is not None


def brought_up_to_date(job: Job) -> str | None:
    """The command with the schedule that the line has by now; None if it has that, or was not made here."""
    found = _OURS.fullmatch(job.command, shell.before_program(job.command))
    if found is None or due(job.times) is None or not other_schedule(job):
        return None
    start, end = found.span("schedule")
    return job.command[:start] + _times(job) + job.command[end:]


def other_schedule(job: Job) -> str:
    """The schedule that a wrapped job gives to its monitor, where it cannot be meant; else an empty text.

    An interval for a job at fixed times, or times of another zone, somebody has chosen.
    """
    found = _ITS_SCHEDULE.search(job.command.partition(" -- ")[0])
    given = found["schedule"].strip("'\"") if found else ""
    theirs, own = due(given), due(job.times)
    if theirs is None or theirs.timezone or theirs == own:
        return ""
    return given if own is None or theirs.crontab or own.every else ""


def slugs(job: Job) -> list[str]:
    """The monitors that a wrapped job has."""
    return _SLUG.findall(job.command)


def due(times: str) -> Schedule | None:
    """When a job is due; None for times that Sentry does not know."""
    try:
        return schedule.read(times)
    except BadValueError:
        return None


def _options(job: Job, prefix: Prefix) -> Iterator[str]:
    if prefix.slug:
        yield f"--monitor {prefix.slug}"
        yield f"--schedule {_times(job)}"
        if prefix.timezone:
            yield f"--timezone {prefix.timezone}"
    if prefix.is_held:
        yield "--only-on-failure"


def _times(job: Job) -> str:
    return job.times if re.fullmatch(r"@\w+", job.times) else shell.quoted(job.times)


def _word(program: str) -> str:
    """The path as a word of the shell behind cron, to which a percent sign means a new line."""
    word = program if _PLAIN_WORD.fullmatch(program) else shell.quoted(program)
    return word.replace("%", "\\%")
