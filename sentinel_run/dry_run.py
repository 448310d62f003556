"""What `--dry-run` prints: the resolved plan, redacted, on stdout."""

from __future__ import annotations

import errno
import os

from sentinel_run import dsn, measures, options, redact
from sentinel_run.epilogue.words import NONE
from sentinel_run.errors import NoReaderError, UnprintedError
from sentinel_run.recorder import gather
from sentinel_run.records import Setting
from sentinel_run.store.paths import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel_run.facts import Facts
    from sentinel_run.records import Plan
    from sentinel_run.redact import Secrets

_STDOUT = 1
# What is decided only when nothing was given.
_RESOLVED: dict[str, Callable[[Plan, Facts], Setting]] = {
    "name": lambda _, facts: Setting(facts.command.name, "what really runs"),
    "release": lambda plan, _: gather.found_release(plan.environ),
}


def show(plan: Plan) -> int:
    """Print the plan and return the exit status 0; nothing runs. As subcommands it bears a stdout of any kind.

    Raises `UnprintedError` where the plan cannot be written.
    """
    text = "".join(f"{line}\n" for line in _lines(plan))
    # Not through Python's stdout, whose encoding may lack a letter, and which complains once more at its end.
    try:
        write_all(_STDOUT, text.encode("utf-8", "surrogateescape"))
    except BrokenPipeError:
        return NoReaderError.exit_status
    except OSError as error:
        if error.errno != errno.EBADF:  # Closed, as cron jobs and daemons may have it: nobody reads.
            raise UnprintedError(error.strerror) from None
    return 0


def _lines(plan: Plan) -> Iterator[str]:
    facts = gather.opening(plan, 0, 0.0, os.getppid())
    secrets = gather.secrets_of(plan)
    yield f"would run: {' '.join(map(_quoted, facts.command.argv))}"
    yield f"as: {facts.command.name}"
    yield f"executable: {facts.command.executable or 'not found'}"
    for name, given in plan.settings.items():
        setting = _RESOLVED[name](plan, facts) if name in _RESOLVED and not given.value else given
        yield f"{name}: {_shown(name, setting.value, secrets)} ({setting.source})"
    yield from _check_ins(facts)
    yield from (f"note: {redact.text(note, secrets)}" for note in plan.notes)


def _check_ins(facts: Facts) -> Iterator[str]:
    """The monitor as Sentry will know it, and when the schedule is due next."""
    monitor = facts.monitor
    if monitor is None:
        return
    from datetime import UTC, datetime

    from sentinel_run import upcoming

    yield f"checks in with: {monitor.slug}"
    for moment in (
        upcoming.times(monitor.schedule, monitor.timezone, datetime.now(UTC)) if monitor.schedule else ()
    ):
        yield f"next: {moment}"


def _shown(name: str, value: object, secrets: Secrets) -> str:
    if name == "dsn" and value:
        return dsn.parse(str(value)).shown
    if name == "header" and isinstance(value, tuple):
        value = redact.fields(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name and isinstance(value, float | int):
        return measures.in_words(options.BY_NAME[name].parse, value)
    if name == "tag" and isinstance(value, tuple):
        return ", ".join(redact.text(f"{key}={content}", secrets) for key, content in value) or NONE
    if isinstance(value, tuple):
        return ", ".join(_shown("", item, secrets) for item in value) or NONE
    return NONE if value in (None, "") else redact.text(str(value), secrets)


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)
