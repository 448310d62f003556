"""What never reaches a disk or the network: passwords, tokens, keys, and the values of secret variables.

Stdlib only: the wrapper runs it at its end, on the kept bytes, since only redacted text may be written down. A
pattern is compiled only where a cheap look for a literal says that it can match. The number of lines never changes,
so that times by line stay true. No pattern goes back over what it has read (`*+`, bounded gaps): the time is linear.
"""

from __future__ import annotations

from sentinel_run import secret_names, secret_options, secret_values
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from re import Match
    from typing import Any

FILTERED = secret_names.FILTERED
# Words that say that there is no secret, or of which kind it is.
_INNOCENT_VALUES = frozenset(
    [
        "true",
        "false",
        "yes",
        "no",
        "none",
        "null",
        "nil",
        "undefined",
        "str",
        "string",
        "bytes",
        "int",
        "bool",
        "***",
        "|",
        "|-",
        ">",
        ">-",
        ":",
    ]
)

# A word begins here: after anything but a letter, or after the end of a terminal's colour code.
_START = r"(?:(?<![A-Za-z0-9_])|(?<=\[[0-9]m)|(?<=[0-9][0-9]m)|(?<=\[m))"
_BRACKETS = r"&,;()\[\]{}<>`"
_QUOTED = r"\"(?:[^\"\\\n]|\\[^\n])*+\"|'(?:[^'\\\n]|\\[^\n])*+'|\\\"(?:[^\"\\\n]|\\[^\"\n])*+\\\""
# A bracket belongs to a value when more of it follows, not when it closes what stands around it.
_BARE = (
    rf"(?:\[Filtered\]|[^\s\"'\x1b{_BRACKETS}]|[{_BRACKETS}](?![\s\"'{_BRACKETS}]|\Z|[\w.-]{{1,40}}[=:]))"
    rf"(?:\[Filtered\]|\\ |[^\s\"'\x1b{_BRACKETS}]|[\"'](?=\w)|[{_BRACKETS}](?![\s\"'{_BRACKETS}]|\Z|[\w.-]{{1,40}}[=:]))*+"
)
# Python's b'' and u'', a shell's $'' as `set -x` and `declare -p` print it.
_PREFIXED = rf"(?:(?:\$|[bBuUrRN]{{1,2}})?+(?:{_QUOTED}))"
_VALUE = rf"({_PREFIXED}|{_BARE})"
_NAME = r"(?<![\w.-])([\w.-]++)"
_COLOUR = r"(?:\x1b\[[0-9;]*+m)*+"
_PAIR = rf"{_NAME}(\\{{0,7}}+[\"']?{_COLOUR}(?:[ \t]++is)?+[ \t]*+(?:=>|:=|==?|:(?!:\w)){_COLOUR}[ \t]*+{_COLOUR})"
# An option and the word after it; in a shell's line, and on the next line after a backslash.
_OPTION = r"(?<![^\s\"'(=,;`])(--?[\w.-]++)([ \t]++(?:\\\n[ \t]*+)?)(?!--)(?!-\w(?!\S))(?![<\[{])"
_OPTION_VALUE = rf"({_QUOTED}|\S++)"
# A command line as Python, JSON and Ruby print it.
_WORDS = rf"\[\s*+(?:{_QUOTED})(?:\s*+,\s*+(?:{_QUOTED}))++\s*+\]"
_HOST = r"(?=[A-Za-z0-9\[])(?!sha\d)"


class Secrets(Record):
    """What is secret in one run beyond the patterns below: values, the user's own patterns, and exceptions."""

    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


NONE = Secrets()


class _Pattern(Record):
    """A pattern that is tried only where one of the `literals` is in the lower-cased text."""

    literals: tuple[str, ...]
    expression: str
    replacement: str | Callable[[Match[str]], str]


def _named(match: Match[str]) -> str:
    """`name = value` without the value, where the name says that it is a secret."""
    name, between, value = match.groups()
    if not _tells_secret(match) or _is_innocent(name, value):
        return match[0]
    return f"{name}{between}{_like(value)}"


def _tells_secret(match: Match[str]) -> bool:
    """Whether the name says that a secret follows; `unexpected token: x` is a parser's word."""
    is_prose = match.string[max(0, match.start() - 11) : match.start()].lower() == "unexpected "
    return not is_prose and (secret_names.is_secret(match[1]) or match[1].lower() == "pwd")


def _without_pairs(content: str, pair: str = _PAIR, of: str = _VALUE) -> str:
    """`name=value` wherever the name tells a secret, also as the value of another: `error: token=x`, `?token=x`."""
    import re

    kept: list[str] = []
    done = at = 0
    head, value = re.compile(pair), re.compile(of)
    while found := head.search(content, at):
        at = found.end()
        secret = value.match(content, at) if _tells_secret(found) else None
        if secret is None:
            continue
        if not _is_innocent(found[1], secret[0]):
            kept += [content[done:at], _like(secret[0])]
            done = secret.end()
        # What was looked at once is not looked at again, or a hostile line would cost its length squared.
        at = secret.end()
    return "".join([*kept, content[done:]])


def _is_innocent(name: str, value: str) -> bool:
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


def _like(value: str) -> str:
    """`[Filtered]` in the quotes that the value had."""
    bare = value.lstrip("$bBuUrRN")
    prefix = value[: len(value) - len(bare)] if bare[:1] in ("'", '"') else ""
    value = value[len(prefix) :]
    quote = '\\"' if value.startswith('\\"') else value[:1] if value[:1] in ("'", '"') else ""
    return f"{prefix}{quote}{FILTERED}{quote}"


def _basic(match: Match[str]) -> str:
    """`Basic <base64 of user:password>`; other words after `basic` are prose."""
    import binascii

    try:
        decoded = binascii.a2b_base64(match[2] + "==")
    except ValueError:
        return match[0]
    return f"{match[1]}{FILTERED}" if b":" in decoded else match[0]


def _argv_of(match: Match[str]) -> str:
    """`['x', '--password', 'y']` with what `argv` makes of its words, each in the quotes that it had."""
    import re

    quoted = re.findall(_QUOTED, match[0])
    marks = ['\\"' if word[0] == "\\" else word[0] for word in quoted]
    words = [word[len(mark) : -len(mark)] for word, mark in zip(quoted, marks, strict=True)]
    redacted = iter(argv(words))
    return re.sub(_QUOTED, lambda one: _in_marks(next(redacted), one[0]), match[0])


def _in_marks(word: str, quoted: str) -> str:
    mark = '\\"' if quoted[0] == "\\" else quoted[0]
    return f"{mark}{word}{mark}"


def _last(match: Match[str]) -> str:
    """The value, which is the last group, filtered."""
    return f"{match[1]}{_like(match[2])}"


def _attribute(match: Match[str]) -> str:
    """`<string name="api_key">x</string>`: an element that an attribute names."""
    if not secret_names.is_secret(match[1]) or _is_innocent(match[1], match[3]):
        return match[0]
    return f"{match[0][: -len(match[3])]}{FILTERED}"


def _column(match: Match[str]) -> str:
    """`password | x`, `token    x`: a line of two columns."""
    margin, name, between, value = match.groups()
    if not secret_names.is_secret(name) or _is_innocent(name, value):
        return match[0]
    return f"{margin}{name}{between}{FILTERED}"


def _set(match: Match[str]) -> str:
    """`ENV DB_PASSWORD x`: a command that sets a variable to the word after its name."""
    command, name, between, value = match.groups()
    if not secret_names.is_secret(name) or _is_innocent(name, value):
        return match[0]
    return f"{command}{name}{between}{_like(value)}"


_SECRETS = tuple(secret_names.LITERALS)
_PATTERNS = (
    _Pattern(("://",), rf"(?<=://)(?!git@)(?:[^\s/@'\"<>]*+@)++{_HOST}", f"{FILTERED}@"),
    _Pattern(("://",), rf"(?<=://)[^\s/@:'\"<>\[]{{1,100}}:(?!\d{{1,5}}[/?#])[^\s'\"<>@/][^\s'\"<>@]{{0,200}}@{_HOST}", f"{FILTERED}@"),
    _Pattern(("@",), rf"(?<![\w.%+/@:\]-])(?!(?i:mailto|to|from|cc|npm|jsr):)([\w.%+-]++:)(?!//)(?:[^\s/@:'\"<>,;\[\]]++@)++{_HOST}", rf"\1{FILTERED}@"),
    _Pattern(("digest ",), r"(?i)(\bdigest[ \t]+)(?=username=|realm=)[^\n]++", rf"\1{FILTERED}"),
    _Pattern(("authorization",), r"(?i)(authorization(?:\\?[\"']?[ \t]*+[:=]|\\?[\"'][ \t]*+,)[ \t]*+(?:\[(?!Filtered))?+(?:b(?=[\"']))?+\\?[\"']?+(?:(?:basic|bearer|token|digest|negotiate|apikey)[ \t]++)?+)(?!\[Filtered)[^\n\"'\\]++", rf"\1{FILTERED}"),
    _Pattern(("cookie",), r"(?i)(?<![\w-])((?:set-)?cookie\\?[\"']?[ \t]*+[:,=][ \t]*+(?:b(?=[\"']))?+\\?[\"']?+)(?!\[Filtered)[^\n\"'\\]++", rf"\1{FILTERED}"),
    _Pattern(("bearer",), r"(?i)\b(bearer[ \t]+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}+", rf"\1{FILTERED}"),
    _Pattern(("auth\"", "auth\\\""), r"(\bauth\\?\"[ \t]*+:[ \t]*+\\?\")([A-Za-z0-9+/]{8,}+={0,2})", _basic),
    _Pattern(("auth plain", "auth login", "auth xoauth2"), r"(?i)\b(auth (?:plain|login|xoauth2)[ \t]+)(?!\[Filtered)[A-Za-z0-9+/]{8,}+={0,2}", rf"\1{FILTERED}"),
    _Pattern(("basic ",), r"(?i)\b(basic[ \t]+)([A-Za-z0-9+/]{8,}+={0,2})", _basic),
    _Pattern(("passphrase",), r"(?i)(passphrase[ \t]*+[:=][ \t]*+)(?![\"']|\[Filtered)[^\s\"'][^\n\"']*+", rf"\1{FILTERED}"),
    _Pattern(("identified by", "password '"), r"(?i)\b((?:identified by|password)[ \t]+)'[^'\n]*'", rf"\1'{FILTERED}'"),
    _Pattern(("login",), r"(?i)\b(login[ \t]+[^\s]{1,99}\s{1,40}password[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("::",), r"(?im)^((?:user|unicode)?(?:password|pwd)::[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("pass",), rf"(?i)((?:[?&]|\b(?:user(?:name)?|login)[ \t]?[:=][^\n]{{0,80}}?[\s,;&/])pass[ \t]?[:=][ \t]?)(?!\[Filtered){_VALUE}", _last),
    _Pattern(("env ", "setenv ", "set "), rf"(?<![\w-])((?:setenv|ENV|npm config set|aws configure set)[ \t]+[^\s=]{{0,200}}?)([\w.-]{{1,100}})([ \t]+)(?![=-]){_VALUE}", _set),
    _Pattern(("requirepass", "masterauth", "auth_pass", "rootpw", "bindpw"), r"(?i)(?<![\w-])((?:requirepass|masterauth|auth_pass|rootpw|bindpw)[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(_SECRETS, rf"{_NAME}([ \t]*+:[ \t]*+&?[A-Za-z][\w.<>\[\]|?]{{0,40}}[ \t]*+=[ \t]*+)({_QUOTED})", _named),
    _Pattern(_SECRETS, _PAIR, _named),
    _Pattern(_SECRETS, _OPTION, _named),
    _Pattern(("['", '["', '[\\"', "[ ", "[\n", "[\t", "[\r"), _WORDS, _argv_of),
    _Pattern(_SECRETS, r"(?<=<)([\w:.-]++)((?:[ \t][^<>\n]{0,200})?>(?:<!\[CDATA\[)?)([^<>\n]+?)(?=\]\]>|</)", _named),
    _Pattern(_SECRETS, r"(?i)(?<=[ \t])(?:name|key)=\"([\w:.-]{1,100})(\"[^<>\n]{0,100}>(?:<!\[CDATA\[)?)([^<>\n]+?)(?=\]\]>|</)", _attribute),
    _Pattern(_SECRETS, r"(?m)^([| \t]*+)([\w.]{1,60})([ \t]*+\|[ \t]*+|\t[ \t]*+|[ ]{2,}+)(?!\[Filtered)([^\s|]++)(?=[ \t]*+\|?[ \t\r]*+$)", _column),
    _Pattern(("%3d",), r"(?i)([\w-]{1,60})(%3D)(?!\[Filtered)([^\s&%\"']++)", _named),
    _Pattern(("%3a%2f%2f",), r"(?i)(%3A%2F%2F[^\s%&]{1,80}%3A)(?!\[Filtered)[^\s&]{1,200}?(?=%40)", rf"\1{FILTERED}"),
    _Pattern(("signature=", "sig=", "credential=", "auth="), r"(?i)((?<=[?&])(?:signature|sig|credential|auth)=|(?<![\w-])x-(?:amz|goog)-(?:signature|credential)=)(?!\[Filtered)[^\s&\"']++", rf"\1{FILTERED}"),
    _Pattern(("curl", "wget"), r"(?<!\S)((?:-[A-Za-z]{0,6}[uU]|--user|--proxy-user)[ =]?[\"']?[\w.@%+-]++:)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    _Pattern(("curl",), r"(?<![\w.-])(curl[ \t][^\n|;]{0,200}?(?<=[ \t])(?:-b|--cookie)[ \t=]*[\"']?[\w.-]++=)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    _Pattern(("mysql", "mariadb"), r"((?:^|[\s;|&(\"']|bin/)(?:mysql|mariadb)[\w-]{0,20}[ \t][^\n|;&]{0,200}?(?<=[ \t])-p)[^\s]++", rf"\1{FILTERED}"),
    _Pattern(("sshpass",), r"(?<![\w.-])(sshpass[ \t]+-p[ \t]*+)\S++", rf"\1{FILTERED}"),
    _Pattern(("redis-cli",), r"(?<![\w.-])(redis-cli[ \t][^\n|;&]{0,200}?(?<=[ \t])-a[ \t]+)\S++", rf"\1{FILTERED}"),
    _Pattern(("ldap",), r"(?<![\w.-])(ldap(?:search|add|modify|delete|passwd|whoami)[ \t][^\n|;&]{0,200}?(?<=[ \t])-w[ \t]*)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("zip ", "sqlcmd ", "ipmitool ", "mosquitto_"), r"(?<![\w.-])((?:zip|unzip|sqlcmd|ipmitool|mosquitto_[ps]ub)[ \t][^\n|;&]{0,200}?(?<=[ \t])-P[ \t]*)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("7z", "rar "), r"(?<![\w.-])((?:7z[ar]?|(?:un)?rar)[ \t][^\n|;&]{0,200}?(?<=[ \t])-p)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("smbclient", "rpcclient"), r"(?<![\w.-])((?:smb|rpc)client[ \t][^\n|;&]{0,200}?(?<=[ \t])-U[ \t]*[^\s%]{1,100}%)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("sqlplus", "sqlldr", "expdp", "impdp", "rman"), r"(?<![\w.-])((?:sqlplus|sqlldr|expdp|impdp|rman)[ \t][^\n|;&]{0,200}?(?<![\w$#.-])[\w$#]{1,30}/)(?![/\[])[^\s@/]++(?=@)", rf"\1{FILTERED}"),
    _Pattern(("lftp",), r"(?<![\w.-])(lftp[ \t][^\n|;&]{0,200}?(?<=[ \t])-u[ \t]*[^\s,]{1,100},)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    _Pattern(("mongo",), r"(?<![\w.-])(mongo(?:sh|dump|restore|import|export)?[ \t][^\n|;&]{0,200}?(?<=[ \t])-p[ \t]*)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("vault login",), r"(?<![\w.-])(vault login[ \t]+)(?!\[Filtered|-|\w+=)\S++", rf"\1{FILTERED}"),
    _Pattern(("rabbitmqctl",), r"(?<![\w.-])(rabbitmqctl[ \t]+(?:add_user|change_password)[ \t]+\S{1,100}[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("--from-literal",), r"(--from-literal[= ][\"']?[\w.-]{1,100}=)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    _Pattern((" login",), r"(?<![\w.-])((?:docker|podman|helm[ \t]registry|az|oc)[ \t]+login[ \t][^\n|;&]{0,200}?(?<=[ \t])-p[ \t]*)(?!\[Filtered)(?!as)\S++", rf"\1{FILTERED}"),
    _Pattern(("-pass",), r"(?<!\S)(-pass(?:in|out)?[ \t]+pass:)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("akia", "asia"), _START + r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])", FILTERED),
    _Pattern(("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), _START + r"(?:gh[pousr]_\w{30,}+|github_pat_\w{30,}+)", FILTERED),
    _Pattern(("glpat-", "glrt-", "gldt-", "glptt-", "glcbt-", "glft-"), _START + r"gl(?:pat|rt|dt|ptt|cbt|ft)-[\w-]{16,}+", FILTERED),
    _Pattern(("xox", "xapp-"), _START + r"(?:xox[abeoprs]|xapp)-[\w-]{10,}+", FILTERED),
    _Pattern(("hooks.slack.com",), r"(?<=hooks\.slack\.com/)(services|workflows)/[\w/]++", rf"\1/{FILTERED}"),
    _Pattern(("api/webhooks/",), r"(?<=api/webhooks/)(\d++/)[\w-]{20,}+", rf"\1{FILTERED}"),
    _Pattern(("sk_", "rk_", "whsec_"), _START + r"(?:[sr]k_(?:live|test)|whsec)_\w{16,}+", FILTERED),
    _Pattern(("sk-",), _START + r"(?<!-)sk-(?=[\w-]{0,99}\d)[\w-]{20,}+", FILTERED),
    _Pattern(("aiza",), _START + r"AIza[\w-]{35}", FILTERED),
    _Pattern(("ya29.",), _START + r"ya29\.[\w-]{20,}+", FILTERED),
    _Pattern(("npm_", "hf_", "dop_v1_", "dckr_pat_", "shpat_", "rubygems_", "glsa_", "lin_api_", "sbp_"), _START + r"(?:npm|hf|dop_v1|dckr_pat|shpat|rubygems|glsa|lin_api|sbp)_(?=\w{0,99}\d)[\w-]{20,}+", FILTERED),
    _Pattern(tuple(f"sk{digit}" for digit in "0123456789abcdef"), _START + r"SK[0-9a-f]{32}(?![0-9A-Za-z])", FILTERED),
    _Pattern(("q~",), r"(?<![\w~.-])[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}(?![\w~.-])", FILTERED),
    _Pattern(("jdbc:oracle",), r"(?<=jdbc:oracle:)(\w++:[^\s/@]++/)(?!\[Filtered)[^\s@]++(?=@)", rf"\1{FILTERED}"),
    _Pattern(("password for", "generated for"), r"(?i)(password (?:is generated )?for (?:the )?(?:user )?[^\s:]{1,99}(?: user)?(?: \([^)\n]{0,99}\))?:[ \t]++)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    _Pattern(("gocspx-", "nrak-", "pmak-", "xkeysib-", "tskey-"), _START + r"(?:GOCSPX|NRAK|PMAK|xkeysib|tskey-(?:auth|api|client))-(?=[\w-]{0,99}\d)[\w-]{16,}+", FILTERED),
    _Pattern(("shpss_", "shpca_", "shppa_", "figd_", "glc_", "sgp_"), _START + r"(?:shpss|shpca|shppa|figd|glc|sgp)_(?=[\w-]{0,99}\d)[\w-]{20,}+={0,2}", FILTERED),
    _Pattern(("atatt3", "atctt3"), _START + r"AT[AC]TT3[\w-]{20,}+(?:=[0-9A-F]{8})?", FILTERED),
    _Pattern(("dp.",), _START + r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.]{30,}+", FILTERED),
    _Pattern(("1//",), r"(?<![\w/:.-])1//0[\w-]{30,}+", FILTERED),
    _Pattern(("pypi-",), _START + r"pypi-[\w-]{50,}+", FILTERED),
    _Pattern(("hvs.", "hvb."), _START + r"hv[sb]\.[\w-]{20,}+", FILTERED),
    _Pattern(("sg.",), _START + r"SG\.[\w-]{16,}+\.[\w-]{16,}+", FILTERED),
    _Pattern(("sntry",), _START + r"sntry[su]_[\w+/=-]{20,}+", FILTERED),
    _Pattern(("eyj",), _START + r"eyJ[\w-]{8,}+\.eyJ[\w-]{8,}+\.[\w-]{8,}+", FILTERED),
    _Pattern((":aa",), rf"(?:{_START}|(?<=bot))" + r"\d{8,10}:AA[\w-]{33}(?![\w-])", FILTERED),
    _Pattern(("age-secret-key-",), r"(?i)AGE-SECRET-KEY-1\w{10,}+", FILTERED),
)  # fmt: skip
_LITERALS = frozenset(["private key", *(literal for pattern in _PATTERNS for literal in pattern.literals)])
_PEM = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"
_PEM_END = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PEM_LINE = r"[ \t]*[A-Za-z0-9+/=]{2,}[ \t\r]*"


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
    if "private key" in low:
        content = _without_private_keys(content)
    if any(literal in low for literal in _SECRETS):
        from sentinel_run import secret_blocks

        content = secret_blocks.text(content, low)
    for pattern in _PATTERNS:
        if any(literal in low for literal in pattern.literals):
            content = _substitute(pattern, content)
    return content


def everything(value: Any, secrets: Secrets) -> Any:
    """`value` with every text in it redacted, free of bytes that are no UTF-8; so no field can be forgotten."""
    if isinstance(value, str):
        return text(whole_text(value), secrets)
    if hasattr(value, "_asdict"):
        return type(value)(*(everything(item, secrets) for item in value))
    if isinstance(value, tuple):
        return tuple(everything(item, secrets) for item in value)
    if isinstance(value, list):
        return [everything(item, secrets) for item in value]
    if isinstance(value, dict):
        return {everything(key, secrets): everything(item, secrets) for key, item in value.items()}
    return value


def whole_text(word: str) -> str:
    """Text without surrogates, whether they stand for bytes that are no UTF-8 or came in as JSON's `\\ud800`."""
    return word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def member(name: str, value: str) -> str:
    """`value`, unless the name that it has says that it is a secret."""
    return FILTERED if secret_names.is_secret(name) and not _is_innocent(name, value) else value


def members(content: Mapping[str, Any]) -> dict[str, Any]:
    """An object of JSON without the values, at any depth, of members whose name says that they are secret."""
    return {key: _member(key, value) for key, value in content.items()}


def _member(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return members(value)
    if isinstance(value, list):
        return [_member(key, item) for item in value]
    return member(key, value) if isinstance(value, str) else value


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
    return any(map(low.__contains__, _LITERALS))


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


def _substitute(pattern: _Pattern, content: str) -> str:
    import re

    if pattern.expression == _PAIR:
        return _without_pairs(content)
    if pattern.expression == _OPTION:
        return _without_pairs(content, _OPTION, _OPTION_VALUE)
    return re.sub(pattern.expression, pattern.replacement, content)


def _without_private_keys(content: str) -> str:
    import re

    content = re.sub(_PEM, _same_lines, content, flags=re.DOTALL)
    return _without_key_ends(content) if re.search(_PEM_END, content) else content


def _without_key_ends(content: str) -> str:
    """The same for a key whose beginning was not kept: the lines above its end."""
    import re

    lines = content.split("\n")
    for index, line in enumerate(lines):
        if re.search(_PEM_END, line):
            lines[index] = FILTERED
            while index > 0 and re.fullmatch(_PEM_LINE, lines[index - 1]):
                index -= 1
                lines[index] = FILTERED
    return "\n".join(lines)


def _same_lines(match: Match[str]) -> str:
    return "\n".join([FILTERED] * (match[0].count("\n") + 1))
