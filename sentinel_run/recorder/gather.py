"""The facts of a run that are known at its start, from the plan and the place; `closing` has those of its end."""

from __future__ import annotations

import os

from sentinel_run import ci, kernel_file, naming, redact
from sentinel_run.facts import Command, Facts, Identity, Place, Reporting
from sentinel_run.records import RUN_ID, Setting
from sentinel_run.settings import find_executable
from sentinel_run.store import alive
from sentinel_run.trace import quoted, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sentinel_run.facts import Monitor
    from sentinel_run.records import Plan
    from sentinel_run.redact import Secrets

_ANCESTORS = 12
_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_KNOWN: list[tuple[Plan, Secrets]] = []


def opening(plan: Plan, pid: int, started_at: float, parent_pid: int) -> Facts:
    """The facts of a run that has just begun; `pid` is the command's, 0 if there is none, `parent_pid` is ours."""
    secrets = secrets_of(plan)
    command, reporting = _command(plan), _reporting(plan)
    return Facts(
        started_at=started_at,
        identity=_identity(plan, secrets),
        # Words of a command line tell of each other (`--password x`), so they are redacted together.
        command=redact.everything(command, secrets)._replace(argv=redact.argv(command.argv, secrets)),
        place=redact.everything(_place(plan, pid, parent_pid), secrets),
        reporting=redact.everything(reporting._replace(dsn=""), secrets)._replace(
            dsn=reporting.dsn, tags=_clean_tags(reporting.tags, secrets)
        ),
        notes=redact.everything(plan.notes, secrets),
        monitor=redact.everything(_monitor(plan, command.name), secrets),
    )


def secrets_of(plan: Plan) -> Secrets:
    """What is to be redacted in all that is told of this run. Looked for once: variables may be many."""
    known = next((secrets for owner, secrets in tuple(_KNOWN) if owner is plan), None)
    if known is None:
        headers = (*plan.value("header"), *plan.withheld)
        known = redact.known(plan.environ, plan.value("redact"), plan.value("redact-except"), headers)
        _KNOWN[:] = [(plan, known)]
    return known


def learn(plan: Plan, values: Iterable[str]) -> None:
    """From here on `secrets_of` has these values too."""
    _KNOWN[:] = [(plan, redact.with_values(secrets_of(plan), values))]


def _clean_tags(tags: tuple[tuple[str, str], ...], secrets: Secrets) -> tuple[tuple[str, str], ...]:
    """A tag's name may tell that its value is a secret."""
    return tuple(
        (redact.everything(key, secrets), redact.member(key, redact.everything(value, secrets)))
        for key, value in tags
    )


def _monitor(plan: Plan, name: str) -> Monitor | None:
    if not plan.value("monitor"):
        return None
    from sentinel_run import monitors

    return monitors.of_run(plan, name)


def _identity(plan: Plan, secrets: Secrets) -> Identity:
    trace = plan.trace
    return Identity(
        run_id=plan.run_id,
        event_id=os.urandom(16).hex(),
        transaction_id=os.urandom(16).hex(),
        trace_id=trace.trace_id,
        span_id=trace.span_id,
        parent_span_id=trace.parent_span_id,
        sampled=trace.sampled,
        baggage=_clean_baggage(trace.baggage, secrets),
        parent_run_id=redact.whole_text(plan.environ.get(RUN_ID, ""))[:64],
    )


def _clean_baggage(baggage: str, secrets: Secrets) -> str:
    """Sentry's members, each redacted as the text that it stands for; other vendors' are for the command alone."""
    members = (member.partition("=") for member in baggage.split(",") if member.startswith("sentry-"))
    return ",".join(f"{key}={quoted(redact.everything(unquoted(value), secrets))}" for key, _, value in members)


def _command(plan: Plan) -> Command:
    program = naming.command_name(plan.command, plan.environ)
    return Command(
        name=plan.value("name") or program,
        argv=tuple(redact.whole_text(word) for word in plan.command),
        cwd=_working_directory(),
        executable=find_executable(plan.command[0], plan.environ),
        program=program,
    )


def _place(plan: Plan, pid: int, parent_pid: int) -> Place:
    environ = plan.environ
    return Place(
        host=os.uname().nodename,
        user=environ.get("LOGNAME") or environ.get("USER") or "",
        uid=os.getuid(),
        pid=pid,
        ancestors=tuple(_ancestors(parent_pid)),
        wrapper_pid=os.getpid(),
        parent_pid=parent_pid,
        wrapper_started=alive.started_ticks(os.getpid()),
        boot_id=alive.boot_id(),
        pid_space=alive.pid_space(),
        interactive=os.isatty(0),
        terminals=tuple(name for fd, name in enumerate(("stdin", "stdout", "stderr")) if os.isatty(fd)),
        captured=plan.value("capture"),
        container="container" in environ
        or "KUBERNETES_SERVICE_HOST" in environ
        or any(map(os.path.exists, _CONTAINER_FILES)),
        systemd="INVOCATION_ID" in environ and ".service" in kernel_file.text("/proc/self/cgroup"),
        ci=ci.kept_variables(environ),
    )


def _reporting(plan: Plan) -> Reporting:
    value = plan.value
    return Reporting(
        dsn=value("dsn") or "",
        environment=value("environment"),
        release=value("release") or found_release(plan.environ).value,
        tags=value("tag"),
        # An empty word, as of `--fingerprint "$UNSET"`, would make one issue of all commands.
        fingerprint=tuple(filter(None, value("fingerprint"))),
        user=value("user") or "",
        sample_rate=value("traces-sample-rate"),
        breadcrumbs=value("breadcrumbs"),
        attach_output=value("attach-output"),
        ok_exit=value("ok-exit"),
        timeout_s=value("timeout"),
        spotlight=plan.environ.get("SENTRY_SPOTLIGHT", ""),
        has_own_redaction=bool(value("redact")),
        core_backtrace=value("core-backtrace"),
        slow_factor=value("slow-factor"),
        logs=value("logs"),
        metrics=value("metrics"),
        headers=tuple(name for name, _ in value("header")) if value("dsn") else (),
    )


def found_release(environ: Mapping[str, str]) -> Setting:
    """The release where none is given: the CI's commit, or that of the working directory, or an empty text."""
    from sentinel_run import git

    if of_ci := ci.facts(environ).get("commit"):
        return Setting(of_ci, ci.source(environ))
    of_git = git.commit(_working_directory())
    return Setting(of_git, "git" if of_git else "default")


def _ancestors(pid: int) -> list[str]:
    """Names of `pid` and the processes above it, nearest first; they tell cron from a terminal."""
    return [name for _, (_, name) in zip(range(_ANCESTORS), kernel_file.upwards(pid), strict=False)]


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""
