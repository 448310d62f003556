"""Secret values that the environment gives away, in each notation in which text may have them. Stdlib only."""

from __future__ import annotations

from sentinel_run.redact import secret_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# A shorter value would be found in innocent text all over.
_MIN_VALUE_LENGTH = 6
_MIN_LINE_LENGTH = 16
_MIN_ENCODED_LENGTH = 8
_HEADERS = "SENTINEL_RUN_HEADER"


def of(environ: Mapping[str, str], headers: Iterable[tuple[str, str]] = ()) -> tuple[str, ...]:
    """Secrets in environment variables, longest first: values of variables with such a name, passwords in URLs.

    And the values of `headers`, whatever their names.
    """
    found = {value for item in environ.items() for value in _secrets_of(*item)}
    found |= {secret for _, value in headers for secret in _in_header(value)}
    plain = filter(_is_findable, found)
    values = {form for value in plain for form in (value, *_other_forms(value))}
    return longest_first(values)


def longest_first(values: Iterable[str]) -> tuple[str, ...]:
    """In the order in which they are to be looked for: one may be a part of another."""
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def _secrets_of(name: str, value: str) -> Iterator[str]:
    if secret_names.is_secret(name):
        yield value
        if "\n" in value:
            yield from (line for line in value.splitlines() if len(line) >= _MIN_LINE_LENGTH and line[0] != "-")
    if name == _HEADERS:
        from sentinel_run import headers

        values = (text.partition(":")[2].strip() for text in headers.split(value))
        yield from (secret for value in values for secret in _in_header(value))
    _, scheme, rest = value.partition("://")
    userinfo, at, _ = rest.partition("/")[0].rpartition("@")
    if scheme and at:
        yield userinfo.partition(":")[2]


def _in_header(value: str) -> Iterator[str]:
    """The value, and what stands behind a scheme in it: `Bearer TOKEN`, the password of `Basic` (RFC 7617)."""
    yield value
    scheme, _, credentials = value.partition(" ")
    yield credentials.strip()
    if scheme.lower() == "basic":
        from binascii import Error, a2b_base64

        try:
            yield a2b_base64(credentials).decode("utf-8", "replace").partition(":")[2]
        except Error:  # No base64, so there is nothing in it to find.
            return


_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_JSON_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def _other_forms(value: str) -> Iterator[str]:
    """The value as URLs, JSON, a shell's trace and base64 have it."""
    raw = value.encode("utf-8", "surrogateescape")
    if not _UNRESERVED.issuperset(value):
        quoted = "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in raw)
        yield from {quoted, quoted.replace("%2F", "/"), quoted.replace("%20", "+"), value.translate(_JSON_ESCAPES)}
        yield from (value.replace("'", "'\\''"), value.replace("'", "'\"'\"'"))
    yield from _in_base64(raw)


def _in_base64(raw: bytes) -> Iterator[str]:
    """What base64 makes of the bytes wherever they begin in its groups of three, so also of `user:password`.

    Without what depends on what stands before and behind them.
    """
    from binascii import b2a_base64

    for before in range(3):
        whole = (before + len(raw)) // 3 * 3 - before
        encoded = b2a_base64(b"\0" * before + raw[:whole], newline=False).decode()[before and before + 1 :]
        if len(encoded) >= _MIN_ENCODED_LENGTH:
            yield from {encoded, encoded.translate({ord("+"): "-", ord("/"): "_"})}


def _is_findable(value: str) -> bool:
    return len(value) >= _MIN_VALUE_LENGTH and value not in secret_names.FILTERED and value.strip() != ""
