"""Makes the plan: all decisions before the command starts, and the environment that it will find."""

from __future__ import annotations

import os

from sentinel_run import ci, dsn, notebook, options, settings, trace
from sentinel_run.errors import BadValueError, UsageError
from sentinel_run.records import RUN_ID, Plan, Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel_run.options import Reading

_NEED_OUTPUT = ("only-on-failure", "fail-on-stderr", "fail-on-match", "fail-without-match")
# Not --max-runtime: by that we know how long we have to tell that a run goes on.
_NEED_SCHEDULE = ("timezone", "check-in-margin", "failure-issue-threshold", "recovery-threshold", "owner")
_COERCED_LOCALES = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})


def make(reading: Reading, environ: Mapping[str, str]) -> Plan:
    """The plan of one run. Raises `UsageError`; a bad DSN or file only adds a note."""
    if not reading.command:
        raise UsageError("no command given", _hint(reading))
    environ = as_inherited(environ)
    resolved = settings.resolve(reading, environ)
    chosen, notes = _with_usable_dsn(resolved.settings, resolved.notes)
    notes = (*notes, *_on_monitor(chosen), *_without_output(chosen))
    rate = chosen["traces-sample-rate"].value
    return Plan(
        command=reading.command,
        settings=chosen,
        environ=environ,
        run_id=os.urandom(16).hex(),
        trace=trace.start(environ, sample_rate=rate, members=_baggage_members(chosen), origin=_origin(environ)),
        notes=notes,
        withheld=resolved.withheld,
    )


def _hint(reading: Reading) -> str:
    slug = reading.given.get("monitor", [""])[-1]
    if slug:
        return f"--monitor took {slug!r} as its slug; put -- before the command"
    return "try: sentinel-run -- COMMAND, or: sentinel-run --help"


def child_environ(plan: Plan) -> dict[str, str]:
    """The command's environment: ours, and the documented additions."""
    page = {notebook.VARIABLE: plan.page} if plan.page else {}
    return {**plan.environ, **trace.headers(plan.trace), RUN_ID: plan.run_id, **page}


def as_inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment as our caller gave it.

    In the C locale Python sets LC_CTYPE for itself (PEP 538); the kernel still has the original.
    """
    # No program can look up a variable without a name, and Python starts none that has one.
    inherited = {name: value for name, value in environ.items() if name}
    if inherited.get("LC_CTYPE") in _COERCED_LOCALES:
        original = _original_environ(inherited)
        if b"LC_CTYPE" not in original:
            del inherited["LC_CTYPE"]
        else:
            inherited["LC_CTYPE"] = os.fsdecode(original[b"LC_CTYPE"])
    return inherited


def _original_environ(otherwise: Mapping[str, str]) -> dict[bytes, bytes]:
    try:
        with open("/proc/self/environ", "rb") as file:
            pairs = (entry.partition(b"=") for entry in file.read().split(b"\0"))
            return {name: value for name, _, value in pairs if name}
    except OSError:
        return {os.fsencode(name): os.fsencode(value) for name, value in otherwise.items()}


def _with_usable_dsn(
    chosen: Mapping[str, Setting], notes: tuple[str, ...]
) -> tuple[dict[str, Setting], tuple[str, ...]]:
    given = chosen["dsn"]
    if not given.value:
        return dict(chosen), notes
    try:
        usable = Setting(dsn.parse(given.value).text, given.source)
    except BadValueError as error:
        note = f"{given.source}: {error}; this run is kept on this machine only"
        return {**chosen, "dsn": Setting(None, given.source)}, (*notes, note)
    return {**chosen, "dsn": usable}, notes


def _origin(environ: Mapping[str, str]) -> trace.Origin:
    run = ci.run_key(environ)
    return trace.Origin(run, ci.step_key(environ)) if run else trace.NOWHERE


def _on_monitor(chosen: Mapping[str, Setting]) -> tuple[str, ...]:
    """What is to be said of a monitor's settings."""
    given = chosen["monitor"].value
    about = [name for name in chosen if options.BY_NAME[name].group == options.CRON and chosen[name].value]
    if not about:
        return ()
    if not given:
        return (f"{chosen[about[0]].source}: has no effect without --monitor",)
    from sentinel_run import monitors

    slug = monitors.slug(given)
    notes = (
        () if slug == given else (f"{chosen['monitor'].source}: Sentry takes no slug {given!r}; it is {slug!r}",)
    )
    return (*notes, *_without_schedule(chosen, about))


def _without_schedule(chosen: Mapping[str, Setting], about: Sequence[str]) -> tuple[str, ...]:
    """Sentry takes a monitor's settings with its schedule only. In a file they may be meant for other commands."""
    if chosen["schedule"].value:
        return ()
    flags = [name for name in about if name in _NEED_SCHEDULE and chosen[name].source == f"--{name}"]
    return tuple(f"--{name}: has no effect without --schedule" for name in flags)


def _without_output(chosen: dict[str, Setting]) -> tuple[str, ...]:
    """Switches off what needs the output, where it is not captured, and says so."""
    blind = () if chosen["capture"].value else tuple(name for name in _NEED_OUTPUT if chosen[name].value)
    notes = tuple(f"{chosen[name].source}: has no effect without the output (--no-capture)" for name in blind)
    chosen.update({name: Setting(options.BY_NAME[name].default, chosen[name].source) for name in blind})
    return notes


def _baggage_members(chosen: Mapping[str, Setting]) -> dict[str, str]:
    address = chosen["dsn"].value
    members = {"environment": chosen["environment"].value, "release": chosen["release"].value or ""}
    return {**members, "public_key": dsn.parse(address).public_key} if address else members
