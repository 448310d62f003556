"""What never reaches a disk or the network: passwords, tokens, keys, and the values of secret variables.

Stdlib only: the wrapper runs it at its end, on the kept bytes, since only redacted text may be written down. The
patterns (`secret_patterns`) are loaded only where a text has a mark of one. The number of lines never changes, so
that times by line stay true.
"""

from __future__ import annotations

from sentinel_run.records import Record
from sentinel_run.redact import secret_names, secret_options, secret_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from re import Match
    from typing import Any

FILTERED = secret_names.FILTERED
# A text in lower case that has none of these matches no pattern: each of their literals has one of these in it.
MARKS = (
    *secret_names.LITERALS, "://", "@", "::", ":aa", "1//", "%3d", "%3a%2f%2f", "[ ", "[\n", "[\t", "[\r", "['",
    '["', '[\\"', "authorization", "auth plain", "auth xoauth2", 'auth"', 'auth\\"', "auth=", "basic ",
    "bearer", "digest ", "cookie", "sig=", "signature=", "identified by", "identified with", "generated for",
    "env ", "set ", "login", "--from-literal", "curl", "wget", "mysql", "mariadb", "redis-cli", "ldap", "lftp",
    "mongo", "mosquitto_", "rabbitmqctl", "zip ", "7z", "rar ", "sqlcmd ", "sqlplus", "sqlldr", "expdp",
    "impdp", "rman", "jdbc:oracle", "ipmitool ", "smbclient", "rpcclient", "akia", "asia", "aiza", "ya29.",
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glrt-", "gldt-", "glptt-", "glcbt-",
    "glft-", "glsa_", "glc_", "xox", "xapp-", "hooks.slack.com", "api/webhooks/", "sk_", "rk_", "whsec_", "sk-",
    *(f"sk{digit}" for digit in "0123456789abcdef"), "npm_", "pypi-", "rubygems_", "dckr_pat_", "dop_v1_",
    "hf_", "lin_api_", "sbp_", "sgp_", "figd_", "q~", "gocspx-", "nrak-", "pmak-", "shpat_", "shpss_", "shpca_",
    "shppa_", "atatt3", "atctt3", "dp.", "hvs.", "hvb.", "sg.", "sntry", "eyj",
)  # fmt: skip


class Secrets(Record):
    """What is secret in one run beyond the known patterns: values, the user's own patterns, and exceptions."""

    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


NONE = Secrets()


def known(
    environ: Mapping[str, str],
    patterns: Sequence[str] = (),
    exceptions: Sequence[str] = (),
    headers: Iterable[tuple[str, str]] = (),
) -> Secrets:
    """The secrets of a run with this environment, these regular expressions of the user's, and these headers."""
    return Secrets(secret_values.of(environ, headers), tuple(patterns), tuple(exceptions))


def fields(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Headers for human eyes: their names."""
    return tuple(f"{name}: {FILTERED}" for name, _ in headers)


def with_values(secrets: Secrets, values: Iterable[str]) -> Secrets:
    """The same with more values, which may be parts of each other."""
    return secrets._replace(values=secret_values.longest_first({*secrets.values, *values}))


def text(content: str, secrets: Secrets = NONE) -> str:
    """`content` without secrets, with as many lines as before. Values are removed wherever they stand.

    What an exception matches stays, whatever else says that it is a secret.
    """
    if secrets.exceptions:
        first, *others = secrets.exceptions
        return _between(first, content, secrets._replace(exceptions=tuple(others)))
    for value in secrets.values:
        if value in content:
            content = content.replace(value, FILTERED + "\n" * value.count("\n"))
    for expression in secrets.patterns:
        content = _without_matches(expression, content)
    low = content.lower()
    if not _is_marked(low):  # Nearly all text there is.
        return content
    from sentinel_run.redact import secret_patterns

    return secret_patterns.text(content, low, argv)


def everything(value: Any, secrets: Secrets) -> Any:
    """`value` with every text in it redacted, free of bytes that are no UTF-8; so no field can be forgotten."""
    texts: list[str] = []

    def whole(word: str) -> str:
        texts.append(whole_text(word))
        return texts[-1]

    value = _with_texts(value, whole)
    # Most records have nothing that looks like a secret, and one look at all of it is enough.
    return value if _is_plain("\n".join(texts), secrets) else _with_texts(value, lambda word: text(word, secrets))


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if hasattr(value, "_asdict"):
        return value._make(_with_texts(item, change) for item in value)
    if isinstance(value, tuple):
        return tuple(_with_texts(item, change) for item in value)
    if isinstance(value, list):
        return [_with_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {_with_texts(key, change): _with_texts(item, change) for key, item in value.items()}
    return value


def whole_text(word: str) -> str:
    """Text without surrogates, whether they stand for bytes that are no UTF-8 or came in as JSON's `\\ud800`."""
    return word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def member(name: str, value: str) -> str:
    """`value`, unless the name that it has says that it is a secret."""
    return FILTERED if secret_names.is_secret(name) and not secret_names.is_innocent(name, value) else value


def members(content: Mapping[str, Any]) -> dict[str, Any]:
    """An object of JSON without the values, at any depth, of members whose name says that they are secret."""
    return {key: _member(key, value) for key, value in content.items()}


def _member(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return members(value)
    if isinstance(value, list):
        return [_member(key, item) for item in value]
    return member(key, value) if isinstance(value, str) else value


def needs_patterns(content: str, secrets: Secrets) -> bool:
    """Whether a text has a mark of a secret, or the user has patterns: only then the engine for them is loaded."""
    return bool(secrets.patterns or secrets.exceptions or _is_marked(content.lower()))


def argv(words: Iterable[str], secrets: Secrets = NONE) -> tuple[str, ...]:
    """A command line without secrets: also the word after `--password`, and those of known programs' options."""
    words, redacted = tuple(words), list[str]()
    # Most command lines have nothing that looks like a secret, and one look at all of it is enough.
    hide = _as_it_is if _is_plain("\n".join(words), secrets) else text
    before = program = ""
    for word in words:
        placed = word if _is_excepted(word, secrets) else secret_options.word(word, before, program)
        redacted.append(placed or hide(word, secrets))
        program = secret_options.program(word) or program
        before = word
    return tuple(redacted)


def _is_excepted(word: str, secrets: Secrets) -> bool:
    if not secrets.exceptions:  # Loading the engine takes longer than all else at the end of a short run.
        return False
    import re

    return any(re.fullmatch(expression, word) for expression in secrets.exceptions)


def _is_plain(content: str, secrets: Secrets) -> bool:
    """Whether no pattern can match anywhere in it and none of the values is in it."""
    if secrets.patterns or any(value in content for value in secrets.values):
        return False
    return not _is_marked(content.lower())


def _is_marked(low: str) -> bool:
    """Whether a text in lower case has anything in it that some pattern looks for."""
    return any(map(low.__contains__, MARKS))


def _as_it_is(word: str, secrets: Secrets) -> str:
    return word


def _between(exception: str, content: str, secrets: Secrets) -> str:
    """`content` with everything redacted but what the exception matches."""
    import re

    done, parts = 0, list[str]()
    for found in re.finditer(exception, content):
        parts += [text(content[done : found.start()], secrets), found[0]]
        done = found.end()
    return "".join([*parts, text(content[done:], secrets)])


def _without_matches(expression: str, content: str) -> str:
    import re

    def filtered(match: Match[str]) -> str:
        return FILTERED + "\n" * match[0].count("\n") if match[0] else ""

    return re.sub(expression, filtered, content)
