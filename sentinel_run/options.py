"""The one table of the run's options, and the reader of argv that the run path uses.

`sentinel-run` starts the command before it imports anything heavy, so argv is read here by hand. The click
commands, the config files, the environment and `doctor` are all made from the same table.
"""

from __future__ import annotations

from sentinel_run import kinds, measures
from sentinel_run.errors import UsageError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Option(Record):
    """One option of a run: its name on the command line and how its text becomes a value.

    `bare` is its text where it stands without one: at the end, or with another option after it.
    """

    name: str
    parse: Callable[[str], Any]
    default: Any
    group: str
    help: str
    metavar: str = ""
    short: str = ""
    bare: str = ""
    flag: bool = False
    repeatable: bool = False
    negatable: bool = False
    variables: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """Its own environment variable, `SENTINEL_RUN_<OPTION>`."""
        return "SENTINEL_RUN_" + self.name.upper().replace("-", "_")

    @property
    def choices(self) -> tuple[str, ...]:
        """The only words that it takes, as its metavar names them; nothing where any text may be right."""
        return tuple(self.metavar.split("|")) if "|" in self.metavar else ()


REPORT, OUTPUT, STOPPING, ORPHANS, DELIVERY, OURS = (
    "Report",
    "Output",
    "Stopping",
    "Orphans",
    "Delivery",
    "Our own words",
)
CRON, CONTROL, LIES = "Cron monitoring", "Job control", "Commands that lie with status 0"
HISTORY = "History"

TABLE: tuple[Option, ...] = (
    Option("name", kinds.text, None, REPORT, "Name of the command: issue grouping, transaction, history.", "TEXT"),
    Option("dsn", kinds.text, None, REPORT, "Where to report; without one, runs are kept on this machine only.", "DSN", variables=("SENTRY_DSN",)),
    Option("header", kinds.header, (), REPORT, "A header for each request to the DSN's server, as a proxy before it may want it.", "NAME:VALUE", repeatable=True),
    Option("environment", kinds.text, None, REPORT, "Such as production or staging.", "TEXT", "e", variables=("SENTRY_ENVIRONMENT",)),
    Option("release", kinds.text, None, REPORT, "Version of what runs; the commit of a CI or of the working directory if not given.", "TEXT", variables=("SENTRY_RELEASE",)),
    Option("tag", kinds.pair, (), REPORT, "A tag of the report.", "KEY=VALUE", repeatable=True),
    Option("fingerprint", kinds.text, (), REPORT, "Groups issues by these words instead of name and cause.", "TEXT", repeatable=True),
    Option("traces-sample-rate", kinds.fraction, 1.0, REPORT, "Share of runs whose transaction is sent.", "NUMBER", variables=("SENTRY_TRACES_SAMPLE_RATE",)),
    Option("user", kinds.text, None, REPORT, "User of the report; the login name if not given.", "TEXT"),
    Option("ok-exit", kinds.statuses, (), REPORT, "Exit statuses that count as success; 0 always does.", "N[,N...]", repeatable=True),
    Option("core-backtrace", kinds.switch, False, REPORT, "Read the backtrace of a crash with gdb, out of its core file.", flag=True),
    Option("slow-factor", kinds.factor, None, REPORT, "Warn of a success that took so many times as long as usual.", "NUMBER"),
    Option("monitor", kinds.slug, None, CRON, "Check in with this Sentry monitor; alone or `auto`: the command name.", "[SLUG]", bare="auto"),
    Option("schedule", kinds.schedule, None, CRON, "When the job is due: crontab, @daily, every 10 minutes.", "TEXT", short="s"),
    Option("timezone", kinds.timezone, None, CRON, "Time zone of the schedule; this machine's if not given.", "ZONE"),
    Option("check-in-margin", kinds.minutes, None, CRON, "Minutes after which a start counts as missed.", "MIN"),
    Option("max-runtime", kinds.minutes, None, CRON, "Minutes after which a run counts as failed.", "MIN"),
    Option("failure-issue-threshold", kinds.in_a_row, None, CRON, "Failures in a row that make an issue.", "N"),
    Option("recovery-threshold", kinds.in_a_row, None, CRON, "Successes in a row that resolve it.", "N"),
    Option("owner", kinds.text, None, CRON, "Who the monitor belongs to: user:ID or team:ID.", "OWNER"),
    Option("breadcrumbs", kinds.integer, 100, OUTPUT, "How many of the last lines of output become breadcrumbs.", "N"),
    Option("attach-output", kinds.switch, True, OUTPUT, "Attach head and tail of the output to a failure.", flag=True, negatable=True),
    Option("logs", kinds.switch, False, OUTPUT, "Send each kept line of output as a Sentry log too.", flag=True, negatable=True),
    Option("metrics", kinds.switch, False, OUTPUT, "Send count, duration and the command's own measures as Sentry metrics.", flag=True, negatable=True),
    Option("capture", kinds.switch, True, OUTPUT, "Keep the last output for the report; else the command gets our own streams.", flag=True, negatable=True),
    Option("pty", kinds.choice("auto", "always", "never"), "auto", OUTPUT, "The command sees a terminal where it would have seen one, always, or only our own.", "auto|always|never"),
    Option("redact", kinds.pattern, (), OUTPUT, "What this matches is cut out of all that is kept or sent.", "REGEX", repeatable=True),
    Option("redact-except", kinds.pattern, (), OUTPUT, "What this matches stays, though it looks like a secret.", "REGEX", repeatable=True),
    Option("timeout", measures.duration, None, STOPPING, "Stop the command and its processes with TERM after this time; exit status 124.", "DURATION"),
    Option("kill-after", measures.duration, 10.0, STOPPING, "Send KILL this long after TERM.", "DURATION"),
    Option("retries", kinds.integer, 0, CONTROL, "How many more times a failure is tried.", "N"),
    Option("retry-delay", measures.duration, 1.0, CONTROL, "Pause before the second attempt; doubled after each.", "DURATION"),
    Option("overlap", kinds.choice("allow", "skip", "wait", "stop-older"), "allow", CONTROL, "While a run of this name is still going.", "allow|skip|wait|stop-older"),
    Option("splay", measures.duration, None, CONTROL, "Start up to this much later, each host at its own moment.", "DURATION"),
    Option("only-on-failure", kinds.switch, False, CONTROL, "Hold output back, and print it only if the command fails.", flag=True),
    Option("fail-if-faster", measures.duration, None, LIES, "It failed if it took less than this.", "DURATION"),
    Option("fail-on-stderr", kinds.switch, False, LIES, "It failed if it wrote to stderr.", flag=True),
    Option("fail-on-match", kinds.pattern, None, LIES, "It failed if a line of output matches.", "REGEX"),
    Option("fail-without-match", kinds.pattern, None, LIES, "It failed if no line of output matches.", "REGEX"),
    Option("strict", kinds.switch, False, LIES, "Such a failure ends with status 1, not with the command's 0.", flag=True),
    Option("reap", kinds.switch, False, ORPHANS, "Take in processes whose parents have ended, as is done anyway as process 1.", flag=True),
    Option("deliver", kinds.choice("auto", "background", "wait", "later"), "auto", DELIVERY, "Report in the background, wait for it, or leave it for later.", "auto|background|wait|later"),
    Option("deliver-timeout", measures.duration, 5.0, DELIVERY, "How long `wait` waits at most.", "DURATION"),
    Option("enabled", kinds.switch, True, DELIVERY, "Record and report; without, the command runs and nothing is kept.", flag=True, negatable=True),
    Option("keep-runs", kinds.integer, 20_000, HISTORY, "How many runs stay on this machine; 0: all.", "N"),
    Option("keep-for", measures.duration, 90 * 86400.0, HISTORY, "How long they stay; 0: for ever.", "DURATION"),
    Option("keep-size", measures.size, 500_000_000, HISTORY, "How much room they take at most; 0: no limit.", "SIZE"),
    Option("annotate", kinds.choice("auto", "never"), "auto", OURS, "Tell the CI system that we are in why the command failed, in its own way.", "auto|never"),
    Option("junit", kinds.text, None, OURS, "Add the run to a report in JUnit's format, for the CI to show.", "FILE"),
    Option("quiet", kinds.switch, False, OURS, "Say nothing of our own, nor how it ended.", short="q", flag=True),
    Option("verbose", kinds.switch, False, OURS, "Say more, also where stderr is not a terminal.", short="v", flag=True),
    Option("dry-run", kinds.switch, False, OURS, "Print what would happen and run nothing.", flag=True),
)  # fmt: skip

# What may stand in place of a command.
SUBCOMMANDS = ("history", "show", "stats", "watch", "deliver", "crontab", "doctor", "config", "note", "completion")

BY_NAME = {option.name: option for option in TABLE}
_BY_SHORT = {option.short: option for option in TABLE if option.short}


class Reading(Record):
    """argv cut in two: texts given for each option, in order, and the command's own words, untouched."""

    given: dict[str, list[str]]
    command: tuple[str, ...]
    separated: bool = False
    help: bool = False
    version: bool = False

    @property
    def subcommand(self) -> str:
        """The subcommand that is called; empty for a command, as every word after `--` is."""
        is_called = bool(self.command) and not (self.separated or self.help or self.version)
        return self.command[0] if is_called and self.command[0] in SUBCOMMANDS else ""

    @property
    def is_ours(self) -> bool:
        """Whether we have to answer ourselves, and nothing is to be run."""
        return self.help or self.version or self.subcommand != ""


def read(argv: Sequence[str]) -> Reading:
    """Cut argv at the first word that is no option. Raises `UsageError` that names the option.

    The syntax is getopt's, as in `env` and `nice`: `--name x`, `--name=x`, `-e x`, `-ex`, `-qv`, `--` ends it.
    """
    words = list(argv)
    given: dict[str, list[str]] = {}
    while words and words[0].startswith("-") and words[0] != "-":
        word = words.pop(0)
        if word == "--":
            return Reading(given, tuple(words), separated=True)
        if word in ("--help", "-h"):
            return Reading(given, tuple(words), help=True)
        if word == "--version":
            return Reading(given, tuple(words), version=True)
        _take = _take_long if word.startswith("--") else _take_short
        _take(word, words, given)
    return Reading(given, tuple(words))


def _take_long(word: str, words: list[str], given: dict[str, list[str]]) -> None:
    name, equals, attached = word[2:].partition("=")
    if name in ("help", "version"):
        raise UsageError(f"option --{name} does not take a value")
    option, value = _named(name)
    if option.flag:
        if equals:
            raise UsageError(f"option --{name} does not take a value")
    elif equals:
        value = attached
    elif option.bare and _is_option(words[:1]):
        value = option.bare
    else:
        value = _next_word(f"--{name}", words)
    given.setdefault(option.name, []).append(value)


def _take_short(word: str, words: list[str], given: dict[str, list[str]]) -> None:
    letters = word[1:]
    while letters:
        option = _BY_SHORT.get(letters[0])
        if option is None:
            # `-timeout` is a long option that lacks a dash.
            likely = word[1:].partition("=")[0]
            raise UsageError(
                f"no such option: -{letters[0]}",
                f"did you mean --{likely}?" if likely in BY_NAME else "try: sentinel-run --help",
            )
        rest = letters[1:]
        if option.flag:
            given.setdefault(option.name, []).append("1")
            letters = rest
        else:
            given.setdefault(option.name, []).append(rest or _next_word(f"-{letters[0]}", words))
            return


def _named(name: str) -> tuple[Option, str]:
    option = BY_NAME.get(name)
    if option is not None:
        return option, "1"
    option = BY_NAME.get(name.removeprefix("no-"))
    if option is not None and option.negatable and name.startswith("no-"):
        return option, "0"
    likely = kinds.nearest(name, [*BY_NAME, *("no-" + o.name for o in TABLE if o.negatable)])
    raise UsageError(
        f"no such option: --{name}", f"did you mean --{likely}?" if likely else "try: sentinel-run --help"
    )


def _is_option(words: list[str]) -> bool:
    """Whether there is no word that could be a value: the end, or another option."""
    return not words or (words[0].startswith("-") and words[0] != "-")


def _next_word(option: str, words: list[str]) -> str:
    if not words:
        raise UsageError(f"option {option} needs a value")
    return words.pop(0)
