"""What takes the place of a secret that a pattern has found: the same words, with `[Filtered]` for the value."""

from __future__ import annotations

from sentinel_run.redact.secret_names import FILTERED, is_innocent, is_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match


def named(match: Match[str]) -> str:
    """`name = value` without the value, where the name says that it is a secret."""
    name, between, value = match.groups()
    if not _tells_secret(match) or is_innocent(name, value):
        return match[0]
    return f"{name}{between}{_like(value)}"


def without_pairs(content: str, pair: str, of: str) -> str:
    """`name=value` without it wherever the name tells a secret, also as the value of another: `error: token=x`."""
    import re

    kept: list[str] = []
    done = at = 0
    head, value = re.compile(pair), re.compile(of)
    while found := head.search(content, at):
        at = found.end()
        secret = value.match(content, at) if _tells_secret(found) else None
        if secret is None:
            continue
        if not is_innocent(found[1], secret[0]):
            kept += [content[done:at], _like(secret[0])]
            done = secret.end()
        # What was looked at once is not looked at again, or a hostile line would cost its length squared.
        at = secret.end()
    return "".join([*kept, content[done:]])


def _tells_secret(match: Match[str]) -> bool:
    """Whether the name says that a secret follows; `unexpected token: x` is a parser's word."""
    is_prose = match.string[max(0, match.start() - 11) : match.start()].lower() == "unexpected "
    return not is_prose and (is_secret(match[1]) or match[1].lower() == "pwd")


def attribute(match: Match[str]) -> str:
    """`<string name="api_key">x</string>`: an element that an attribute names."""
    if not is_secret(match[1]) or is_innocent(match[1], match[3]):
        return match[0]
    return f"{match[0][: -len(match[3])]}{FILTERED}"


def column(match: Match[str]) -> str:
    """`password | x`, `token    x`: a line of two columns."""
    margin, name, between, value = match.groups()
    if not is_secret(name) or is_innocent(name, value):
        return match[0]
    return f"{margin}{name}{between}{FILTERED}"


def variable(match: Match[str]) -> str:
    """`ENV DB_PASSWORD x`: a command that sets a variable to the word after its name."""
    command, name, between, value = match.groups()
    if not is_secret(name) or is_innocent(name, value):
        return match[0]
    return f"{command}{name}{between}{_like(value)}"


def last(match: Match[str]) -> str:
    """The value, which is the last group, filtered."""
    return f"{match[1]}{_like(match[2])}"


def basic(match: Match[str]) -> str:
    """`Basic <base64 of user:password>`; other words after `basic` are prose."""
    import binascii

    try:
        decoded = binascii.a2b_base64(match[2] + "==")
    except ValueError:
        return match[0]
    return f"{match[1]}{FILTERED}" if b":" in decoded else match[0]


def _like(value: str) -> str:
    """`[Filtered]` in the quotes that the value had."""
    bare = value.lstrip("$bBuUrRN")
    prefix = value[: len(value) - len(bare)] if bare[:1] in ("'", '"') else ""
    value = value[len(prefix) :]
    quote = '\\"' if value.startswith('\\"') else value[:1] if value[:1] in ("'", '"') else ""
    return f"{prefix}{quote}{FILTERED}{quote}"
