"""Words of a command line that are secret by their place: after `--password`, in the options of known programs."""

from __future__ import annotations

from sentinel_run.redact import secret_names
from sentinel_run.redact.secret_names import FILTERED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Options that take a password, by program. MySQL's programs take it in the same word.
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "sshpass": ("-p",), "redis-cli": ("-a",), "ldapsearch": ("-w",), "ldapadd": ("-w",), "ldapmodify": ("-w",),
    "sqlcmd": ("-P",), "bcp": ("-P",), "mongo": ("-p",), "mongosh": ("-p",), "mongodump": ("-p",),
    "unzip": ("-P",), "zip": ("-P",), "login": ("-p",), "twine": ("-p",), "ipmitool": ("-P",),
    "mosquitto_pub": ("-P",), "mosquitto_sub": ("-P",), "mysql": (),
    "curl": ("-u", "-U", "--user", "--proxy-user"), "wget": (), "http": ("-a", "--auth"),
    "https": ("-a", "--auth"), "ldapdelete": ("-w",), "ldappasswd": ("-w",),
    "ldapwhoami": ("-w",), "7z": (), "7za": (), "rar": (), "unrar": (), "smbclient": (), "rpcclient": (),
    "sqlplus": (), "sqlldr": (), "expdp": (), "impdp": (), "rman": (),
    "sentinel-run": ("--header",), "sentry-cli": ("--header",),
}  # fmt: skip
# Those that take it in the word of the option itself.
_GLUED: Mapping[str, str] = {
    "mysql": "-p", "sshpass": "-p", "login": "-p", "7z": "-p", "7za": "-p", "rar": "-p", "unrar": "-p",
    "zip": "-P", "unzip": "-P", "redis-cli": "-a", "ldapsearch": "-w", "sqlcmd": "-P",
    "sentinel-run": "--header=", "sentry-cli": "--header=",
}  # fmt: skip
# What stands before the password in a word of these: `user%password`, `user/password@database`.
_AFTER_MARK: Mapping[str, str] = {
    "smbclient": "%", "rpcclient": "%", "sqlplus": "/", "sqlldr": "/", "expdp": "/", "impdp": "/", "rman": "/",
}  # fmt: skip


def program(word: str) -> str:
    """The program of the tables here that the word names; an empty text if none."""
    name = word.rpartition("/")[2]
    return "mysql" if name.startswith(("mysql", "mariadb")) else name if name in _OPTIONS else ""


def word(word: str, before: str, program: str) -> str:
    """What becomes of a word because of its place in the line; an empty text if that says nothing."""
    if before in _OPTIONS.get(program, ()):
        user, colon, _ = word.partition(":")
        return f"{user}:{FILTERED}" if colon else word if program == "curl" else FILTERED
    if (glued := _GLUED.get(program)) and word.startswith(glued) and len(word) > len(glued):
        return f"{glued}{FILTERED}"
    if mark := _AFTER_MARK.get(program):
        return _after_mark(word, mark)
    if program == "curl" and (placed := _of_curl(word, before)):
        return placed
    return FILTERED if _awaits_secret(before) and not _is_option(word) else ""


def _after_mark(word: str, mark: str) -> str:
    """`user%[Filtered]`, `user/[Filtered]@database`: in a word that is no option and no path."""
    user, found, rest = word.partition(mark)
    if not user or not found or word[0] in "-/" or (mark == "/" and "@" not in rest):
        return ""
    database = rest.rpartition("@")[2] if mark == "/" else ""
    return f"{user}{mark}{FILTERED}" + (f"@{database}" if database else "")


def _of_curl(word: str, before: str) -> str:
    """`-b name=[Filtered]`, `-sSu user:[Filtered]`, `-uuser:[Filtered]`."""
    if before in ("-b", "--cookie") and "=" in word:
        return f"{word.partition('=')[0]}={FILTERED}"
    has_user = word.startswith(("-u", "--user=")) or (before[:1] == "-" != before[1:2] and before.endswith("u"))
    return f"{word.partition(':')[0]}:{FILTERED}" if has_user and ":" in word else ""


def _awaits_secret(word: str) -> bool:
    return word.startswith("-") and "=" not in word and " " not in word and secret_names.is_secret(word)


def _is_option(word: str) -> bool:
    return word.startswith("--") or (word.startswith("-") and len(word) <= 2)
