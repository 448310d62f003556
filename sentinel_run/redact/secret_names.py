"""Which names say that their value is a secret: `DB_PASSWORD`, `apiKey`, `--token`, but not `secretary`.

And which values say that it is none, whatever the name.
"""

from __future__ import annotations

# What stands in place of a secret.
FILTERED = "[Filtered]"
# Endings of one part of a name: `password`, and `pgpassword` as well.
_ENDINGS = ("password", "passwd", "passphrase", "passcode", "secret", "token", "credential", "apikey", "pwd")
_PARTS = frozenset(
    ["accesskey", "privatekey", "secretkey", "authkey", "sessionkey", "sessionid", "phpsessid", "jsessionid",
     "accountkey", "sharedaccesskey", "dbpass", "userpass", "pgpass", "requirepass", "masterauth", "bindpw",
     "rootpw", "storepass", "keypass", "srcstorepass", "deststorepass"]
)  # fmt: skip
# Two parts side by side: `access_key`, `accessKey`, `access-key`.
_KEY_OWNERS = frozenset(
    ["api", "access", "private", "secret", "auth", "session", "account", "encryption", "signing", "master",
     "shared", "service", "deploy", "license", "storage", "app", "hmac", "jwt", "cookie", "consumer", "webhook"]
)  # fmt: skip
_ID_PAIRS = frozenset([("session", "id"), ("connect", "sid")])
# Last parts that make a name one for something about the secret.
_ABOUT = frozenset(
    ["name", "names", "file", "files", "path", "dir", "type", "length", "len", "count", "size", "ttl", "expiry",
     "expires", "expiration", "limit", "limits", "policy", "url", "uri", "endpoint", "stdin", "prompt", "manager",
     "class", "version", "usage", "budget", "parallelism", "askpass", "hint", "status", "lifetime", "in", "at"]
)  # fmt: skip
_SWITCHING = frozenset(["no", "ask", "show", "skip", "require", "enable", "disable", "max", "min", "num", "total"])
_WORKING_DIRECTORIES = frozenset(["pwd", "oldpwd"])
# Words that say that there is no secret, or of which kind it is.
_INNOCENT_VALUES = frozenset(
    ["true", "false", "yes", "no", "none", "null", "nil", "undefined", "str", "string", "bytes", "int", "bool",
     "***", "|", "|-", ">", ">-", ":"]
)  # fmt: skip
_MOST_KNOWN = 1024
# One of these is in every text that a name of this kind is in.
LITERALS = ("pass", "pw", "secret", "token", "credential", "key", "session", "sessid", "_auth", "masterauth")


# Logs have the same few names on every line. (functools, which has a cache, is slow to import.)
_known: dict[str, bool] = {}


def is_secret(name: str) -> bool:
    """Whether a variable, key or flag of this name holds a secret."""
    if name not in _known:
        if len(_known) > _MOST_KNOWN:
            _known.clear()
        _known[name] = _judged(name)
    return _known[name]


def is_innocent(name: str, value: str) -> bool:
    """Whether a value is no secret although `name` is that of one: a switch, a type, a reference to a variable."""
    plain = value.strip("\"'\\").lower()
    if not plain or plain in _INNOCENT_VALUES or plain.startswith("${"):
        return True
    if name.lower() == "pwd":  # The working directory in a shell, the password in a connection string.
        return plain.startswith(("/", "~", "$"))
    is_count = plain.replace(".", "").isdigit() and name.lower().endswith("tokens")
    return is_count or plain == name.lower().lstrip("-") or _is_variable(value)


def _is_variable(value: str) -> bool:
    name = value.strip("\"'")[1:]
    return value.strip("\"'").startswith("$") and name.isupper() and name.replace("_", "a").isalnum()


def _judged(name: str) -> bool:
    if not any(map(name.lower().__contains__, LITERALS)):  # Most names, before the splitting, which takes longer.
        return False
    parts = _parts(name)
    if not parts or parts[-1] in _ABOUT or parts[0] in _SWITCHING or name.lower() in _WORKING_DIRECTORIES:
        return False
    return any(map(_is_secret_part, parts)) or _is_secret_pair(parts) or _is_pass(name, parts)


def _is_secret_part(part: str) -> bool:
    part = part.rstrip("0123456789")
    return part.endswith(_ENDINGS) or part.removesuffix("s").endswith(_ENDINGS) or part in _PARTS


def _is_secret_pair(parts: list[str]) -> bool:
    for first, second in zip(parts, parts[1:]):  # noqa: B905, RUF007  # itertools is one more library to load.
        if second in ("key", "keys") and first in _KEY_OWNERS:
            return True
        if (first, second) in _ID_PAIRS:
            return True
    return False


def _is_pass(name: str, parts: list[str]) -> bool:
    """`pass` alone is what tests do; `--pass`, `DB_PASS`, `olcRootPW` and npm's `_auth` are secrets."""
    return (parts[-1] in ("pass", "pw") and (len(parts) > 1 or name.startswith("-"))) or name == "_auth"


def _parts(name: str) -> list[str]:
    """The words of `DB_PASSWORD`, `db-password`, `dbPassword`, in lower case."""
    spaced: list[str] = []
    before = ""
    for letter in name:
        if letter.isupper() and before.islower():
            spaced.append(" ")
        spaced.append(letter.lower() if letter.isalnum() else " ")
        before = letter
    return "".join(spaced).split()
