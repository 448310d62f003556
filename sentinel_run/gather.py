"""Puts the facts of a run together, from the plan at its start and from what the loop saw at its end."""

from __future__ import annotations

import os
import time

from sentinel_run import ci, naming, notebook, output, redact
from sentinel_run.child import signals, usage
from sentinel_run.errors import SpawnError, StoreError
from sentinel_run.facts import Command, Ending, Facts, Identity, Place, Reporting
from sentinel_run.records import Setting
from sentinel_run.settings import find_executable
from sentinel_run.store import alive
from sentinel_run.trace import quoted, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.child.passthrough import Seen
    from sentinel_run.errors import SkippedError
    from sentinel_run.facts import Failure, Monitor
    from sentinel_run.jotted import Reading as NotesRead
    from sentinel_run.records import Plan
    from sentinel_run.redact import Secrets

_ANCESTORS = 12
_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_KNOWN: list[tuple[Plan, Secrets]] = []


def opening(plan: Plan, pid: int, started_at: float) -> Facts:
    """The facts of a run that has just begun; `pid` is the command's, 0 if there is none."""
    secrets = secrets_of(plan)
    command, reporting = _command(plan), _reporting(plan)
    return Facts(
        started_at=started_at,
        identity=_identity(plan, secrets),
        # Words of a command line tell of each other (`--password x`), so they are redacted together.
        command=redact.everything(command, secrets)._replace(argv=redact.argv(command.argv, secrets)),
        place=redact.everything(_place(plan, pid), secrets),
        reporting=redact.everything(reporting._replace(dsn=""), secrets)._replace(
            dsn=reporting.dsn, tags=_clean_tags(reporting.tags, secrets)
        ),
        notes=redact.everything(plan.notes, secrets),
        monitor=redact.everything(_monitor(plan, command.name), secrets),
    )


def learn(facts: Facts, seen: Seen, plan: Plan) -> Facts:
    """The facts without the values that the command itself has declared secret; nor is any told from here on."""
    values = (*_declared(seen), *_declared_around(plan))
    if not values:
        return facts
    _KNOWN[:] = [(plan, redact.with_values(secrets_of(plan), values))]
    from sentinel_run import masked

    return masked.hide(facts, values)


def _declared(seen: Seen) -> tuple[str, ...]:
    if not seen.tail.bytes:  # A command that has said nothing is no reason to load another module.
        return ()
    from sentinel_run import masked

    return masked.values(seen.tail)


def _declared_around(plan: Plan) -> tuple[str, ...]:
    """What the run around us has declared so far, in a CI; its own words say it while it goes on."""
    around = plan.environ.get("SENTINEL_RUN_ID", "")
    if not (around and ci.is_ci(plan.environ)):
        return ()
    from sentinel_run import masked
    from sentinel_run.store import last_words

    try:
        return masked.values(
            last_words.read(os.path.join(last_words.folder(plan.environ), os.path.basename(around)))
        )
    except (OSError, StoreError, ValueError):  # It keeps none, or is over.
        return ()


def closing(facts: Facts, seen: Seen, plan: Plan, started_s: float, before: dict[str, str]) -> Facts:
    """The finished facts, still without the output."""
    ended = seen.ended
    duration_s = seen.ended_at_s - started_s
    ending = Ending(
        at=facts.started_at + duration_s,
        duration_s=duration_s,
        exit_status=ended.exit_status,
        signal=ended.signal,
        signal_name=signals.name(ended.signal) if ended.signal else "",
        core_dumped=ended.core_dumped,
        timed_out=seen.timed_out,
        interrupted_by=seen.interrupted_by,
        complaint=redact.everything(seen.complaint, secrets_of(plan)),
    )
    after = usage.at_end(failed=ended.exit_status != 0)
    return facts._replace(
        ending=ending,
        usage=usage.of_command(seen.used, seen.sampler, before, after),
        steps=seen.steps,
        attempts=seen.attempts,
    )


def with_output(facts: Facts, seen: Seen, plan: Plan, started_s: float) -> Facts:
    """The facts with what was kept of the output. Redaction happens here, once."""
    return facts._replace(output=output.kept(seen.tail, started_s, secrets_of(plan)))


def with_tree(facts: Facts, seen: Seen, plan: Plan, started_s: float) -> Facts:
    """The facts with what was seen of the command's process tree, redacted."""
    tree, secrets = seen.sampler.tree(), secrets_of(plan)
    members = (
        member._replace(argv=redact.argv(map(redact.whole_text, member.argv), secrets)) for member in tree.members
    )
    return facts._replace(tree=tree._replace(members=tuple(members)))


def with_page(facts: Facts, plan: Plan) -> Facts:
    """The facts with what the command noted on its page. Raises OSError."""
    page = notebook.take(plan.page)
    if not page.lines:
        return facts
    from sentinel_run import jotted

    return with_noted(facts, jotted.read(page), plan)


def with_noted(facts: Facts, read: NotesRead, plan: Plan) -> Facts:
    """The facts with notes, redacted, and a word on those that could not be read."""
    from sentinel_run import jottings

    return jottings.added(facts, read, secrets_of(plan))


def with_failure(facts: Facts, failure: Failure | None, plan: Plan) -> Facts:
    """The facts of a task with what made it fail, redacted."""
    return facts._replace(failure=redact.everything(failure, secrets_of(plan)))


def never_started(facts: Facts, error: SpawnError | SkippedError) -> Facts:
    """The facts of a command that could not be started, or was not to be."""
    ending = Ending(at=time.time(), duration_s=0.0)
    if isinstance(error, SpawnError):
        return facts._replace(ending=ending._replace(exit_status=error.exit_status, spawn_error=error.why))
    by = signals.name(error.signal) if error.signal else ""
    return facts._replace(ending=ending._replace(skipped=str(error), interrupted_by=by))


def secrets_of(plan: Plan) -> Secrets:
    """What is to be redacted in all that is told of this run. Looked for once: variables may be many."""
    known = next((secrets for owner, secrets in tuple(_KNOWN) if owner is plan), None)
    if known is None:
        known = redact.known(plan.environ, plan.value("redact"), plan.value("redact-except"), plan.value("header"))
        _KNOWN[:] = [(plan, known)]
    return known


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
        parent_run_id=redact.whole_text(plan.environ.get("SENTINEL_RUN_ID", ""))[:64],
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


def _place(plan: Plan, pid: int) -> Place:
    environ = plan.environ
    return Place(
        host=os.uname().nodename,
        user=environ.get("LOGNAME") or environ.get("USER") or "",
        uid=os.getuid(),
        pid=pid,
        ancestors=tuple(_ancestors()),
        wrapper_pid=os.getpid(),
        parent_pid=os.getppid(),
        wrapper_started=alive.started_ticks(os.getpid()),
        boot_id=alive.boot_id(),
        pid_space=alive.pid_space(),
        interactive=_is_terminal(0),
        terminals=tuple(name for fd, name in enumerate(("stdin", "stdout", "stderr")) if _is_terminal(fd)),
        captured=plan.value("capture"),
        container="container" in environ
        or "KUBERNETES_SERVICE_HOST" in environ
        or any(map(os.path.exists, _CONTAINER_FILES)),
        systemd="INVOCATION_ID" in environ and ".service" in _read("/proc/self/cgroup"),
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


def _ancestors() -> list[str]:
    """Names of the processes above us, nearest first (proc(5), stat); they tell cron from a terminal."""
    names: list[str] = []
    pid = os.getppid()
    while pid > 0 and len(names) < _ANCESTORS:
        head, _, rest = _read(f"/proc/{pid}/stat").rpartition(")")
        if not rest:
            break
        names.append(head.partition("(")[2])
        pid = int(rest.split()[1])
    return names


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False


def _read(path: str) -> str:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(4096).decode("utf-8", "replace").strip()
    except OSError:
        return ""
