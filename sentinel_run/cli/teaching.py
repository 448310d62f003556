"""What the help and the man page teach beside the tables: examples by task, exit statuses, files, variables."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ABOUT = """Run COMMAND under Sentry monitoring.

The command cannot tell: same bytes, terminal, signals and exit status, and it never waits for us. What failed,
where and why is kept on this machine and, with a DSN, reported to Sentry. Options end at the first word that is
none; what follows belongs to the command, untouched.
"""
# (task, command lines). A line is shown as it stands; none is longer than 74 letters, so that it fits 80 columns.
BY_TASK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Run a script, and see why it failed", ("sentinel-run -- ./backup.sh --full", "sentinel-run show")),
    ("Stop what hangs, try again what fails", ("sentinel-run --timeout 2h --retries 3 -- rsync -a /data nas:",)),
    (
        "A crontab line: mail and report only when it fails, a monitor in Sentry",
        ("0 3 * * * sentinel-run --monitor --only-on-failure -- /opt/jobs/sync.sh",),
    ),
    ("All jobs of a crontab at once", ("sentinel-run crontab",)),
    ("A CI step", ('sentinel-run --tag team=infra --release "$VERSION" -- make test',)),
    ("What failed lately", ("sentinel-run history --failed --since 7d",)),
    ("Is everything set up well", ("sentinel-run doctor --send-test",)),
)
OF_SUBCOMMAND: Mapping[str, tuple[str, ...]] = {
    "history": ("sentinel-run history --failed --since 7d", "sentinel-run history --name backup.sh --json"),
    "show": (
        "sentinel-run show",
        "sentinel-run show last-failed",
        "sentinel-run show backup.sh --json",
        "sentinel-run show --html run.html",
    ),
    "stats": ("sentinel-run stats", "sentinel-run stats backup.sh --since 90d", "sentinel-run stats --csv"),
    "watch": ("sentinel-run watch", "sentinel-run watch backup.sh --interval 5s", "sentinel-run watch --json"),
    "deliver": ("sentinel-run deliver", "*/10 * * * * sentinel-run deliver >/dev/null"),
    "crontab": (
        "sentinel-run crontab",
        "sentinel-run crontab --undo",
        "sentinel-run crontab -u www-data",
        "sentinel-run crontab /etc/cron.d/backup",
    ),
    "doctor": ("sentinel-run doctor", "sentinel-run doctor --send-test"),
    "config": (
        "sentinel-run config init",
        "sentinel-run config check",
        "sentinel-run config show -- ./backup.sh --full",
    ),
    "completion": (
        "source <(sentinel-run completion bash)",
        "sentinel-run completion zsh >~/.zfunc/_sentinel-run",
        "sentinel-run completion fish | source",
    ),
}
EXIT_STATUS: tuple[tuple[str, str], ...] = (
    ("124", "the command was stopped by --timeout"),
    ("125", "wrong usage; nothing ran"),
    ("126", "the command was found and cannot be executed"),
    ("127", "the command was not found"),
)
EXIT_RULE = (
    "The command's own, always. Where the command dies of a signal, sentinel-run dies of the same one, so that a "
    "shell sees 128 and the signal's number."
)
SUBCOMMAND_EXIT_STATUS: tuple[tuple[str, str], ...] = (
    ("0", "all is well, also where there is nothing to show"),
    (
        "1",
        "what was asked for is not there (no such run), or not all is well: reports still wait, doctor found a "
        "problem, a file has a mistake, you said no",
    ),
    ("125", "wrong usage, or a state directory that cannot be used"),
    ("130", "interrupted by Ctrl-C"),
    ("141", "whoever read the output went away"),
)
VARIABLES: tuple[tuple[str, str], ...] = (
    ("SENTINEL_RUN_STATE_DIR", "Where runs are kept; ~/.local/state/sentinel-run if not set."),
    ("SENTRY_TRACE, SENTRY_BAGGAGE, TRACEPARENT", "The trace to continue; the command gets its own."),
    ("SENTRY_SPOTLIGHT", "Send to Spotlight too."),
    ("HTTPS_PROXY, HTTP_PROXY, NO_PROXY, SSL_CERT_FILE", "As for any program."),
    ("NO_COLOR", "No colours on a terminal."),
)
FILES: tuple[tuple[str, str], ...] = (
    (
        "sentinel-run.toml, pyproject.toml",
        "The project's settings, in the working directory or a folder above it.",
    ),
    ("~/.config/sentinel-run/config.toml", "The user's settings."),
    ("/etc/sentinel-run.toml", "The system's settings."),
    (
        "~/.local/state/sentinel-run",
        "The state directory: journal/ and outbox/ with what is under way, and history.db with every run.",
    ),
)


def examples(name: str) -> str:
    """The examples of a subcommand as its help ends with them, or an empty text."""
    lines = OF_SUBCOMMAND.get(name, ())
    return _block("Examples:", lines) if lines else ""


def epilog() -> str:
    """How the program's own help ends."""
    return "\n\n".join(_epilog())


def _epilog() -> Iterator[str]:
    blocks = (f"\n  {task}:" + "".join(f"\n    {line}" for line in lines) for task, lines in BY_TASK)
    yield "\b\nExamples:" + "".join(blocks)
    yield f"Exit status: {EXIT_RULE[:1].lower()}{EXIT_RULE[1:]}"
    yield "\b" + "".join(f"\n  {status}  {meaning}" for status, meaning in EXIT_STATUS)
    yield (
        "Every option can also be set in the environment (SENTINEL_RUN_<OPTION>) or in a file; "
        "sentinel-run config init writes one."
    )


def _block(title: str, lines: tuple[str, ...]) -> str:
    return f"\b\n{title}" + "".join(f"\n  {line}" for line in lines)
