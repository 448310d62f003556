"""The file that `sentinel-run config init` writes: every option of the table, explained, none of them set."""

from __future__ import annotations

import os

from sentinel_run import measures, options
from sentinel_run.errors import SentinelError
from sentinel_run.settings import config_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sentinel_run.options import Option

# What a value may look like where the default tells nothing; the same words as in the docs.
_EXAMPLES: Mapping[str, str] = {
    "name": '"nightly"',
    "dsn": '"https://key@sentry.example.com/42"',
    "header": '["CF-Access-Client-Id: ID", "CF-Access-Client-Secret: SECRET"]',
    "environment": '"production"',
    "release": '"shop@1.4.2"',
    "tag": '{ team = "infra" }',
    "fingerprint": '["nightly backup"]',
    "user": '"backup"',
    "ok-exit": "[24]",
    "slow-factor": "3",
    "monitor": "true",
    "schedule": '"0 3 * * *"',
    "timezone": '"Europe/Berlin"',
    "check-in-margin": "10",
    "max-runtime": "120",
    "failure-issue-threshold": "2",
    "recovery-threshold": "1",
    "owner": '"team:42"',
    "junit": '"sentinel-run.xml"',
    "redact": r"['customer-\d+']",
    "redact-except": r"['build-\d+']",
    "timeout": '"2h"',
    "splay": '"5m"',
    "fail-if-faster": '"10s"',
    "fail-on-match": "'FATAL|Traceback'",
    "fail-without-match": "'backup complete'",
}
_HEAD = """\
# Settings of sentinel-run. Take the # off a line to set it; what stands there is the default, or an example.
# The command line and the environment (SENTINEL_RUN_<OPTION>) outweigh this file.
#
#   sentinel-run config check    names mistakes with their lines
#   sentinel-run config show     every setting with its source
#   sentinel-run config schema   a JSON schema for editors
"""
_TAIL = """
# Settings for one command, by its name in `sentinel-run history`:
# [command."backup.sh"]
# timeout = "2h"

# Settings for one environment; then `environment` itself cannot be set above, TOML has no room for both:
# [environment.staging]
# traces-sample-rate = 0.2
"""
# True of one command or one run only: they have no place at the top of a file.
_NOT_FOR_ALL = ("name", "dry-run")
_FOR_ALL, _FOR_OWNER = 0o644, 0o600


class ConfigError(SentinelError):
    """A config file cannot be written as asked."""


def project_file() -> str:
    """The project's file, if the working directory is the project."""
    return os.path.abspath(config_places.NAME)


def user_file(environ: Mapping[str, str]) -> str:
    """The user's file. Raises `ConfigError` where there is no home for it."""
    folder = config_places.user_folder(environ)
    if not folder.startswith("/"):
        raise ConfigError("there is no home directory for a user's file; name a FILE")
    return os.path.join(folder, "sentinel-run", "config.toml")


def write(target: str, *, is_private: bool, may_replace: bool) -> None:
    """Write the file in one step, so that no run finds half of it. Raises `ConfigError`."""
    if os.path.lexists(target) and not may_replace:
        raise ConfigError(
            f"{target} is there already; look at it with: sentinel-run config check, or give --force"
        )
    place = os.path.realpath(target)
    draft = f"{place}.{os.getpid()}"
    mode = _FOR_OWNER if is_private else _FOR_ALL
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text())
        os.rename(draft, place)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise ConfigError(f"{target} cannot be written: {error.strerror}") from None


def text() -> str:
    """The file's text, valid as it stands and with every setting's # taken off."""
    return _HEAD + "".join(_groups()) + _TAIL


def _groups() -> Iterator[str]:
    for group in dict.fromkeys(option.group for option in options.TABLE):
        yield f"\n# --- {group} ---\n"
        yield from (_lines(option) for option in options.TABLE if option.group == group)


def _lines(option: Option) -> str:
    if option.name in _NOT_FOR_ALL:
        return ""
    return f"\n# {option.help}{_choices(option)}\n# {option.name} = {_value(option)}\n"


def _choices(option: Option) -> str:
    return f" One of {', '.join(option.choices)}." if option.choices else ""


def _value(option: Option) -> str:
    default = option.default
    if option.name in _EXAMPLES:
        return _EXAMPLES[option.name]
    if isinstance(default, bool):
        return str(default).lower()
    if option.parse in (measures.duration, measures.size):
        return f'"{measures.in_words(option.parse, default)}"'
    return f'"{default}"' if isinstance(default, str) else str(default)
