"""Puts the jobs of a crontab under monitoring, and takes that back."""

from __future__ import annotations

import re

from sentinel_run import monitors, naming, schedule
from sentinel_run.crontabs import lines, shell
from sentinel_run.crontabs.lines import Job
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.crontabs.lines import Line

_SHELL = "sh"
# Debian's cron refuses a whole crontab for one command that is longer (MAX_COMMAND).
_LONGEST_COMMAND_BYTES = 998
_PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+")
_MENTIONED = re.compile(r"(?:^|[\s/])sentinel-run(?:['\s]|$)")
# Two tools would check in for one job, each with a monitor of its own.
_OTHERS = re.compile(r"(?:^|[\s/])sentry-cli\s+(?:[^;|&]*\s)?monitors\s+run\s")
_SLUG = re.compile(r"--monitor[ =]([\w-]+)")
# Exactly what `_wrapped` writes, so that nothing is taken back that somebody else has written.
_OURS = re.compile(
    r"(?P<program>'(?:[^']|'\\'')*sentinel-run'|[^\s']*sentinel-run)"
    r"(?P<monitor> --monitor [\w-]+ --schedule (?:'[^']*'|@\w+)(?: --timezone [\w/+-]+)?)?"
    r"(?: --only-on-failure)? -- (?P<rest>.*)",
    re.DOTALL,
)
_SHELL_PATH = r"[\w./+-]+"
_SCRIPT = re.compile(rf"(?P<shell>{_SHELL_PATH}) -c (?P<script>'.*')", re.DOTALL)


class Wrapper(Record):
    """How jobs are wrapped: the program's path, the zone of the times, and whether output is held back.

    `locked_out` says whether a user cannot run the program, and `taken` are the slugs of other tables' monitors.
    """

    program: str
    timezone: str = ""
    only_on_failure: bool = False
    locked_out: Callable[[str], bool] = lambda user: False
    taken: frozenset[str] = frozenset()


class Rewritten(Record):
    """A crontab's new text, how many jobs have changed, and what a person should know of the others."""

    text: str
    changed: int = 0
    remarks: tuple[str, ...] = ()


class _Around(Record):
    """What the lines above a job say of it."""

    shell: str = _SHELL
    timezone: str = ""


def wrap(text: str, wrapper: Wrapper, *, has_user_column: bool) -> Rewritten:
    """`text` with sentinel-run in front of each job that has none. Doing it twice changes nothing more."""
    found = list(lines.read(text, has_user_column=has_user_column))
    taken = {*wrapper.taken, *slugs(text)}
    around, made, remarks, changed = _Around(timezone=wrapper.timezone), [], list[str](), 0
    for line in found:
        around = _around(around, line)
        if isinstance(line, Job) and not _MENTIONED.search(line.command):
            new = line._replace(command=_wrapped(line, wrapper, around, taken))
            hindrance = _hindrance(line, new, wrapper)
            remarks += _remarks(line, hindrance, wrapper)
            changed += not hindrance
            line = line if hindrance else new
        made.append(line.text)
    return Rewritten("".join(made), changed, tuple(remarks))


def undo(text: str, *, has_user_column: bool) -> Rewritten:
    """`text` as it was before `wrap`, byte for byte; lines that somebody has changed since then stay."""
    made, remarks, changed = [], list[str](), 0
    for line in lines.read(text, has_user_column=has_user_column):
        if isinstance(line, Job) and (before := _unwrapped(line)) is not None:
            line = line._replace(command=before)
            changed += 1
        elif isinstance(line, Job) and _MENTIONED.search(line.command):
            remarks.append(f"left as it is, because it was not made here: {line.text.strip()}")
        made.append(line.text)
    return Rewritten("".join(made), changed, tuple(remarks))


def slugs(text: str) -> frozenset[str]:
    """The monitors that the jobs of a crontab have already."""
    return frozenset(
        slug
        for line in lines.read(text, has_user_column=False)
        if isinstance(line, Job)
        for slug in _SLUG.findall(line.command)
    )


def _around(before: _Around, line: Line | Job) -> _Around:
    if isinstance(line, Job):
        return before
    if line.name == "SHELL" and re.fullmatch(_SHELL_PATH, line.value):
        return before._replace(shell=line.value)
    if line.name == "CRON_TZ":
        return before._replace(timezone=_known_zone(line.value))
    return before


def _wrapped(job: Job, wrapper: Wrapper, around: _Around, slugs: set[str]) -> str:
    """A simple command stays as it is behind us, so that we see what it redirects; a script gets a shell."""
    prefix = " ".join((_word(wrapper.program), *_options(job, wrapper, around, slugs), "-- "))
    if shell.is_simple(job.command):
        at = shell.before_program(job.command)
        simple = job.command[:at] + prefix + job.command[at:]
        if _unwrapped(job._replace(command=simple)) == job.command:
            return simple
    return f"{prefix}{around.shell} -c {shell.quoted(job.command)}"


def _unwrapped(job: Job) -> str | None:
    """The command before `wrap`; None if this is not what `wrap` makes."""
    command = job.command
    at = shell.before_program(command)
    found = _OURS.fullmatch(command, at)
    if found is None or _has_times(job) != bool(found["monitor"]):
        return None
    script = _SCRIPT.fullmatch(found["rest"])
    inner = shell.unquoted(script["script"]) if script else None
    return command[:at] + (found["rest"] if inner is None else inner)


def _options(job: Job, wrapper: Wrapper, around: _Around, slugs: set[str]) -> Iterator[str]:
    """A job without times that Sentry could expect (`@reboot`) has no monitor; its failures are reported."""
    if _has_times(job):
        yield f"--monitor {_new_slug(job, slugs)}"
        yield f"--schedule {job.times if job.times.startswith('@') else shell.quoted(job.times)}"
        if around.timezone:
            yield f"--timezone {around.timezone}"
    if wrapper.only_on_failure and not shell.writes_file(job.command):
        yield "--only-on-failure"


def _hindrance(job: Job, new: Job, wrapper: Wrapper) -> str:
    """Why a job has to stay as it is: behind us it would not run any more, or cron would refuse the table."""
    if job.has_more_fields:
        return "its times have more than five fields"
    if _OTHERS.search(job.command):
        return "sentry-cli checks in for it; put sentinel-run in place of that (docs/migration.md)"
    if len((new.command + new.tail).encode("utf-8", "surrogateescape")) > _LONGEST_COMMAND_BYTES:
        return "cron takes no longer line"
    if wrapper.locked_out(new.user):
        return f"{new.user} cannot run {wrapper.program}"
    return ""


def _remarks(job: Job, hindrance: str, wrapper: Wrapper) -> Iterator[str]:
    if hindrance:
        yield f"left as it is, because {hindrance}: {job.text.strip()[:60]}..."
        return
    if wrapper.only_on_failure and shell.writes_file(job.command):
        yield f"has no --only-on-failure, because its file would get nothing of a success: {job.command}"
    if not _has_times(job):
        yield f"has no monitor, because Sentry knows no such times: {job.times} {job.command}"


def _has_times(job: Job) -> bool:
    try:
        schedule.read(job.times)
    except BadValueError:
        return False
    return True


def _new_slug(job: Job, slugs: set[str]) -> str:
    """The command's name; two jobs of one name are two monitors."""
    name = naming.command_name((_SHELL, "-c", job.command.replace("\\%", "%")), {})
    slug = first = monitors.slug(name)
    count = 1
    while slug in slugs:
        count += 1
        slug = f"{first[:44].rstrip('-')}-{count}"
    slugs.add(slug)
    return slug


def _known_zone(name: str) -> str:
    try:
        return schedule.zone(name)
    except BadValueError:
        return ""


def _word(program: str) -> str:
    """The path as a word of the shell behind cron, to which a percent sign means a new line."""
    word = program if _PLAIN_WORD.fullmatch(program) else shell.quoted(program)
    return word.replace("%", "\\%")
