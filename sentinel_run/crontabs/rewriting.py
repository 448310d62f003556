"""Puts the jobs of a crontab under monitoring, and takes that back."""

from __future__ import annotations

import re
from itertools import chain, count

from sentinel_run import monitors, naming, schedule
from sentinel_run.crontabs import form, lines, shell
from sentinel_run.crontabs.lines import Job
from sentinel_run.crontabs.shell import Shell
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.crontabs.lines import Line

# Debian's cron refuses a whole crontab for one command that is longer (MAX_COMMAND).
_LONGEST_COMMAND_BYTES = 998
# Two tools would check in for one job, each with a monitor of its own.
_OTHERS = re.compile(r"(?:^|[\s/])sentry-cli\s+(?:[^;|&]*\s)?monitors\s+run\s")


class Wrapper(Record):
    """How jobs are wrapped: the program's path, the zone of the times, and whether output is held back.

    `locked_out` says whether a user cannot run the program, `user` runs jobs that name none, and `taken` are the
    slugs of other tables' monitors.
    """

    program: str
    timezone: str = ""
    only_on_failure: bool = False
    locked_out: Callable[[str], bool] = lambda user: False
    user: str = ""
    taken: frozenset[str] = frozenset()


class Rewritten(Record):
    """A crontab's new text, how many jobs have changed, and what a person should know of the others."""

    text: str
    changed: int = 0
    remarks: tuple[str, ...] = ()


class _Around(Record):
    """What the lines above a job say of it."""

    shell: Shell = Shell()
    timezone: str = ""


class _Made(Record):
    """What becomes of a job, and what a person should know of it."""

    job: Job
    remarks: tuple[str, ...] = ()


def wrap(text: str, wrapper: Wrapper, *, has_user_column: bool) -> Rewritten:
    """`text` with sentinel-run in front of each job that has none. Doing it twice changes nothing more.

    A job that has it already gets the schedule that its line has by now.
    """
    taken = {*wrapper.taken, *slugs(text)}
    around = _Around(timezone=wrapper.timezone)
    made, remarks, changed = [], list[str](), 0
    for line in lines.read(text, has_user_column=has_user_column):
        if isinstance(line, Job):
            new = _of_wrapped(line) if form.is_wrapped(line) else _of_bare(line, wrapper, around, taken)
            remarks += new.remarks
            changed += new.job != line
            line = new.job
        else:
            around = _below(around, line)
            remarks += _of_other(line)
        made.append(line.text)
    return Rewritten("".join(made), changed, tuple(remarks))


def undo(text: str, *, has_user_column: bool) -> Rewritten:
    """`text` as it was before `wrap`, byte for byte; lines that somebody has changed since then stay."""
    made, remarks, changed = [], list[str](), 0
    for line in lines.read(text, has_user_column=has_user_column):
        if isinstance(line, Job) and (before := form.unwrapped(line)) is not None:
            line = line._replace(command=before)
            changed += 1
        elif isinstance(line, Job) and form.is_wrapped(line):
            remarks.append(f"left as it is, because it was not made here: {line.text.strip()}")
        made.append(line.text)
    return Rewritten("".join(made), changed, tuple(remarks))


def slugs(text: str) -> frozenset[str]:
    """The monitors that the jobs of a crontab have already."""
    found = lines.read(text, has_user_column=False)
    return frozenset(slug for line in found if isinstance(line, Job) for slug in form.slugs(line))


def _below(above: _Around, line: Line) -> _Around:
    if line.name == "CRON_TZ":
        return above._replace(timezone=_known_zone(line.value))
    return above._replace(shell=above.shell.after(line.name, line.value))


def _of_other(line: Line) -> Iterator[str]:
    """What looks like a job to a person and not to cron, such as Jenkins' `H 3 * * *`, would go unseen."""
    text = line.text.strip()
    if text and not (line.name or text.startswith("#")):
        yield f"left as it is, because it is neither a job nor a variable to cron: {_cut(text)}"


def _of_wrapped(job: Job) -> _Made:
    """Its monitor would be told to expect it at the times that it had before."""
    if command := form.brought_up_to_date(job):
        return _Made(job._replace(command=command))
    if other := form.other_schedule(job):
        return _Made(job, (f"its --schedule is {other!r}, and its own times are {job.times!r}: {_shown(job)}",))
    return _Made(job)


def _of_bare(job: Job, wrapper: Wrapper, around: _Around, taken: set[str]) -> _Made:
    prefix = _prefix(job, wrapper, around, taken)
    new = job._replace(command=form.wrapped(job, prefix, around.shell))
    if hindrance := _hindrance(job, new, wrapper, around):
        return _Made(job, (f"left as it is, because {hindrance}: {_shown(job)}",))
    taken |= {prefix.slug} - {""}
    return _Made(new, tuple(_remarks(job, prefix, wrapper)))


def _prefix(job: Job, wrapper: Wrapper, around: _Around, taken: set[str]) -> form.Prefix:
    """A job without times that Sentry could expect (`@reboot`) has no monitor; its failures are reported."""
    due = form.due(job.times)
    return form.Prefix(
        program=wrapper.program,
        slug=_new_slug(job, taken) if due else "",
        timezone=around.timezone if due and due.crontab else "",
        is_held=wrapper.only_on_failure and not shell.writes_file(job.script, around.shell),
    )


def _hindrance(job: Job, new: Job, wrapper: Wrapper, around: _Around) -> str:
    """Why a job has to stay as it is: behind us it would not run any more, or cron would refuse the table."""
    if job.has_more_fields:
        return "its times have more than five fields"
    if _OTHERS.search(job.command):
        return "sentry-cli checks in for it; put sentinel-run in place of that (docs/migration.md)"
    if not around.shell.is_known:
        return f"its SHELL, {around.shell.path}, is none that is known here"
    if len((new.command + new.tail).encode("utf-8", "surrogateescape")) > _LONGEST_COMMAND_BYTES:
        return "cron takes no longer line"
    user = job.user or wrapper.user
    if wrapper.locked_out(user):
        return f"{user} cannot run {wrapper.program}"
    return ""


def _remarks(job: Job, prefix: form.Prefix, wrapper: Wrapper) -> Iterator[str]:
    if wrapper.only_on_failure and not prefix.is_held:
        yield f"has no --only-on-failure, because its file would get nothing of a success: {job.command}"
    if not prefix.slug:
        yield f"has no monitor, because Sentry knows no such times: {job.times} {job.command}"


def _new_slug(job: Job, taken: set[str]) -> str:
    """The command's name; two jobs of one name are two monitors."""
    name = naming.command_name(("sh", "-c", job.script), {})
    slugs = chain((monitors.slug(name),), (monitors.numbered(name, number) for number in count(2)))
    return next(slug for slug in slugs if slug not in taken)


def _known_zone(name: str) -> str:
    try:
        return schedule.zone(name)
    except BadValueError:
        return ""


def _shown(job: Job) -> str:
    return _cut(job.text.strip())


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}..."
