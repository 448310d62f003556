"""The user's own headers of requests: their texts, and the one server that they are for.

A value is a secret: no message here has one in it.
"""

from __future__ import annotations

from sentinel_run import dsn
from sentinel_run.errors import BadValueError
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Field = tuple[str, str]

_WANTED = "NAME: VALUE, such as 'CF-Access-Client-Id: ID'"
# A token by RFC 9110, 5.6.2.
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
# What a request says of itself: another value would break it, or send it as somebody else.
_REQUESTS = frozenset(
    ["host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "upgrade",
     "te", "trailer", "expect", "x-sentry-auth"]
)  # fmt: skip


class Headers(Record):
    """Names and values for one server, the `dsn.Dsn.origin` of a DSN. They go to no other."""

    origin: str = ""
    fields: tuple[Field, ...] = ()


NONE = Headers()


def bound(fields: Iterable[Field], address: str | None) -> Headers:
    """The headers for the server of the DSN `address`."""
    return Headers(dsn.origin(address or ""), tuple(fields))


def parse(text: str) -> Field:
    """Name and value of one header (RFC 9110, 5.1 and 5.5). Raises `BadValueError` without the value."""
    name, colon, value = text.partition(":")
    name, value = name.strip(" "), value.strip(" \t")
    if not colon or not _is_token(name):
        raise BadValueError("***", _WANTED)
    if name.lower() in _REQUESTS:
        raise BadValueError(f"{name}: ***", "a header that no request has already")
    if not value:
        raise BadValueError(f"{name}:", f"a value behind the colon, {_WANTED}")
    if not (value.isascii() and value.isprintable()):
        raise BadValueError(f"{name}: ***", "a value of one line of printable ASCII characters")
    return name, value


def split(text: str) -> list[str]:
    """The single headers of a variable: one a line, or with commas between.

    In a text of one line a comma ends a header where the `NAME:` of another one follows; any other is the value's.
    """
    if "\n" in text:
        return [line.strip("\r") for line in text.split("\n") if line.strip()]
    parts: list[str] = []
    for part in text.split(","):
        name, colon, _ = part.partition(":")
        if parts and not (colon and _is_token(name.strip(" "))):
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return [part for part in parts if part.strip()]


def joined(fields: Iterable[Field]) -> str:
    """The text of a variable that `split` and `parse` read as these."""
    return "".join(f"{name}: {value}\n" for name, value in fields)


def merged(groups: Iterable[Iterable[Field]]) -> tuple[Field, ...]:
    """All of the groups, the strongest first. Of one name the stronger value counts, of one group the later."""
    found: dict[str, Field] = {}
    for group in reversed(list(groups)):
        found.update({name.lower(): (name, value) for name, value in group})
    return tuple(found.values())


def _is_token(name: str) -> bool:
    return bool(name) and _TOKEN.issuperset(name)
