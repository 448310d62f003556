"""The patterns that secrets are known by, and their use on a text that has a mark of one.

One is compiled only where a cheap look for a literal says that it can match; the literals of a new row need their
marks in `redact`. No pattern goes back over what it has read (`*+`, bounded gaps): the time is linear.
"""

from __future__ import annotations

from sentinel_run.records import Record
from sentinel_run.redact import secret_pairs
from sentinel_run.redact.secret_names import FILTERED
from sentinel_run.redact.secret_names import LITERALS as SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from re import Match

# A word begins here: after anything but a letter, or after the end of a terminal's colour code.
_START = r"(?:(?<![A-Za-z0-9_])|(?<=\[[0-9]m)|(?<=[0-9][0-9]m)|(?<=\[m))"
_BRACKETS = r"&,;()\[\]{}<>`"
_QUOTED = r"\"(?:[^\"\\\n]|\\[^\n]|(?!))*+\"|'(?:[^'\\\n]|\\[^\n]|(?!))*+'|\\\"(?:[^\"\\\n]|\\[^\"\n]|(?!))*+\\\""
# A bracket belongs to a value when more of it follows, not when it closes what stands around it.
_BARE = (
    rf"(?:\[Filtered\]|[^\s\"'\x1b{_BRACKETS}]|[{_BRACKETS}](?![\s\"'{_BRACKETS}]|\Z|[\w.-]{{1,40}}[=:]))"
    rf"(?:\[Filtered\]|\\ |[^\s\"'\x1b{_BRACKETS}]|[\"'](?=\w)|[{_BRACKETS}](?![\s\"'{_BRACKETS}]|\Z|[\w.-]{{1,40}}[=:])|(?!))*+"
)
# Python's b'' and u'', a shell's $'' as `set -x` and `declare -p` print it.
_PREFIXED = rf"(?:(?:\$|[bBuUrRN]{{1,2}}|(?!))?+(?:{_QUOTED}))"
_VALUE = rf"({_PREFIXED}|{_BARE})"
_NAME = r"(?<![\w.-])([\w.-]++)"
_COLOUR = r"(?:\x1b\[[0-9;]*+m|(?!))*+"
_PAIR = rf"{_NAME}(\\{{0,7}}+[\"']?{_COLOUR}(?:[ \t]++is|(?!))?+[ \t]*+(?:=>|:=|==?|:(?!:\w)){_COLOUR}[ \t]*+{_COLOUR})"
# An option and the word after it; in a shell's line, and on the next line after a backslash.
_OPTION = r"(?<![^\s\"'(=,;`])(--?[\w.-]++)([ \t]++(?:\\\n[ \t]*+)?)(?!--)(?!-\w(?!\S))(?![<\[{])"
_OPTION_VALUE = rf"({_QUOTED}|\S++)"
# A command line as Python, JSON and Ruby print it.
_WORDS = rf"\[\s*+(?:{_QUOTED})(?:\s*+,\s*+(?:{_QUOTED})|(?!))++\s*+\]"
# A user's password in SQL. Alembic says the same of no secret: `Can't locate revision identified by 'ab12'`.
_IDENTIFIED = r"(?<!\brevision )(?<!\brevisions )identified[ \t]+(?:with[ \t]+\S{1,60}[ \t]+)?by"
_HOST = r"(?=[A-Za-z0-9\[])(?!sha\d)"


class Pattern(Record):
    """A pattern that is tried only where one of the `literals` is in the lower-cased text.

    Pairs, options and listed words are read piece by piece in place of the `replacement`.
    """

    literals: tuple[str, ...]
    expression: str
    replacement: str | Callable[[Match[str]], str]


PATTERNS = (
    Pattern(("://",), rf"(?<=://)(?!git@)(?:[^\s/@'\"<>]*+@|(?!))++{_HOST}", f"{FILTERED}@"),
    Pattern(("://",), rf"(?<=://)[^\s/@:'\"<>\[]{{1,100}}:(?!\d{{1,5}}[/?#])[^\s'\"<>@/][^\s'\"<>@]{{0,200}}@{_HOST}", f"{FILTERED}@"),
    Pattern(("@",), rf"(?<![\w.%+/@:\]-])(?!(?i:mailto|to|from|cc|npm|jsr):)([\w.%+-]++:)(?!//)(?:[^\s/@:'\"<>,;\[\]]++@|(?!))++{_HOST}", rf"\1{FILTERED}@"),
    Pattern(("digest ",), r"(?i)(\bdigest[ \t]+)(?=username=|realm=)[^\n]++", rf"\1{FILTERED}"),
    Pattern(("authorization",), r"(?i)(authorization(?:\\?[\"']?[ \t]*+[:=]|\\?[\"'][ \t]*+,)[ \t]*+(?:\[(?!Filtered)|(?!))?+(?:b(?=[\"'])|(?!))?+\\?[\"']?+(?:(?:basic|bearer|token|digest|negotiate|apikey)[ \t]++|(?!))?+)(?!\[Filtered)[^\n\"'\\]++", rf"\1{FILTERED}"),
    Pattern(("cookie",), r"(?i)(?<![\w-])((?:set-)?cookie\\?[\"']?[ \t]*+[:,=][ \t]*+(?:b(?=[\"'])|(?!))?+\\?[\"']?+)(?!\[Filtered)[^\n\"'\\]++", rf"\1{FILTERED}"),
    Pattern(("bearer",), r"(?i)\b(bearer[ \t]+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}+", rf"\1{FILTERED}"),
    Pattern(("auth\"", "auth\\\""), r"(\bauth\\?\"[ \t]*+:[ \t]*+\\?\")([A-Za-z0-9+/]{8,}+={0,2})", secret_pairs.basic),
    Pattern(("auth plain", "auth login", "auth xoauth2"), r"(?i)\b(auth (?:plain|login|xoauth2)[ \t]+)(?!\[Filtered)[A-Za-z0-9+/]{8,}+={0,2}", rf"\1{FILTERED}"),
    Pattern(("basic ",), r"(?i)\b(basic[ \t]+)([A-Za-z0-9+/]{8,}+={0,2})", secret_pairs.basic),
    Pattern(("passphrase",), r"(?i)(passphrase[ \t]*+[:=][ \t]*+)(?![\"']|\[Filtered)[^\s\"'][^\n\"']*+", rf"\1{FILTERED}"),
    Pattern(("identified by", "identified with", "password '"), rf"(?i)\b((?:{_IDENTIFIED}|password)[ \t]+)'(?:[^'\n]|'')*'", rf"\1'{FILTERED}'"),
    Pattern(("identified by",), rf"(?i)(\b(?:user|role)[ \t]+(?!is\b|are\b)\S{{1,100}}[ \t]+identified[ \t]+by[ \t]+)(?!values\b|password\b|'|\[Filtered){_VALUE}", secret_pairs.last),
    Pattern(("login",), r"(?i)\b(login[ \t]+[^\s]{1,99}\s{1,40}password[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("::",), r"(?im)^((?:user|unicode)?(?:password|pwd)::[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("pass",), rf"(?i)((?:[?&]|\b(?:user(?:name)?|login)[ \t]?[:=][^\n]{{0,80}}?[\s,;&/])pass[ \t]?[:=][ \t]?)(?!\[Filtered){_VALUE}", secret_pairs.last),
    Pattern(("env ", "setenv ", "set "), rf"(?<![\w-])((?:setenv|ENV|npm config set|aws configure set)[ \t]+[^\s=]{{0,200}}?)([\w.-]{{1,100}})([ \t]+)(?![=-]){_VALUE}", secret_pairs.variable),
    Pattern(("requirepass", "masterauth", "auth_pass", "rootpw", "bindpw"), r"(?i)(?<![\w-])((?:requirepass|masterauth|auth_pass|rootpw|bindpw)[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(SECRETS, rf"{_NAME}([ \t]*+:[ \t]*+&?[A-Za-z][\w.<>\[\]|?]{{0,40}}[ \t]*+=[ \t]*+)({_QUOTED})", secret_pairs.named),
    Pattern(SECRETS, _PAIR, secret_pairs.named),
    Pattern(SECRETS, _OPTION, secret_pairs.named),
    Pattern(("['", '["', '[\\"', "[ ", "[\n", "[\t", "[\r"), _WORDS, FILTERED),
    Pattern(SECRETS, r"(?<=<)([\w:.-]++)((?:[ \t][^<>\n]{0,200})?>(?:<!\[CDATA\[)?)([^<>\n]+?)(?=\]\]>|</)", secret_pairs.named),
    Pattern(SECRETS, r"(?i)(?<=[ \t])(?:name|key)=\"([\w:.-]{1,100})(\"[^<>\n]{0,100}>(?:<!\[CDATA\[)?)([^<>\n]+?)(?=\]\]>|</)", secret_pairs.attribute),
    Pattern(SECRETS, r"(?m)^([| \t]*+)([\w.]{1,60})([ \t]*+\|[ \t]*+|\t[ \t]*+|[ ]{2,}+)(?!\[Filtered)([^\s|]++)(?=[ \t]*+\|?[ \t\r]*+$)", secret_pairs.column),
    Pattern(("%3d",), r"(?i)([\w-]{1,60})(%3D)(?!\[Filtered)([^\s&%\"']++)", secret_pairs.named),
    Pattern(("%3a%2f%2f",), r"(?i)(%3A%2F%2F[^\s%&]{1,80}%3A)(?!\[Filtered)[^\s&]{1,200}?(?=%40)", rf"\1{FILTERED}"),
    Pattern(("signature=", "sig=", "credential=", "auth="), r"(?i)((?<=[?&])(?:signature|sig|credential|auth)=|(?<![\w-])x-(?:amz|goog)-(?:signature|credential)=)(?!\[Filtered)[^\s&\"']++", rf"\1{FILTERED}"),
    Pattern(("curl", "wget"), r"(?<!\S)((?:-[A-Za-z]{0,6}[uU]|--user|--proxy-user)[ =]?[\"']?[\w.@%+-]++:)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    Pattern(("curl",), r"(?<![\w.-])(curl[ \t][^\n|;]{0,200}?(?<=[ \t])(?:-b|--cookie)[ \t=]*[\"']?[\w.-]++=)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    Pattern(("mysql", "mariadb"), r"((?:^|[\s;|&(\"']|bin/)(?:mysql|mariadb)[\w-]{0,20}[ \t][^\n|;&]{0,200}?(?<=[ \t])-p)[^\s]++", rf"\1{FILTERED}"),
    Pattern(("sshpass",), r"(?<![\w.-])(sshpass[ \t]+-p[ \t]*+)\S++", rf"\1{FILTERED}"),
    Pattern(("redis-cli",), r"(?<![\w.-])(redis-cli[ \t][^\n|;&]{0,200}?(?<=[ \t])-a[ \t]+)\S++", rf"\1{FILTERED}"),
    Pattern(("ldap",), r"(?<![\w.-])(ldap(?:search|add|modify|delete|passwd|whoami)[ \t][^\n|;&]{0,200}?(?<=[ \t])-w[ \t]*)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("zip ", "sqlcmd ", "ipmitool ", "mosquitto_"), r"(?<![\w.-])((?:zip|unzip|sqlcmd|ipmitool|mosquitto_[ps]ub)[ \t][^\n|;&]{0,200}?(?<=[ \t])-P[ \t]*)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("7z", "rar "), r"(?<![\w.-])((?:7z[ar]?|(?:un)?rar)[ \t][^\n|;&]{0,200}?(?<=[ \t])-p)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("smbclient", "rpcclient"), r"(?<![\w.-])((?:smb|rpc)client[ \t][^\n|;&]{0,200}?(?<=[ \t])-U[ \t]*[^\s%]{1,100}%)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("sqlplus", "sqlldr", "expdp", "impdp", "rman"), r"(?<![\w.-])((?:sqlplus|sqlldr|expdp|impdp|rman)[ \t][^\n|;&]{0,200}?(?<![\w$#.-])[\w$#]{1,30}/)(?![/\[])[^\s@/]++(?=@)", rf"\1{FILTERED}"),
    Pattern(("lftp",), r"(?<![\w.-])(lftp[ \t][^\n|;&]{0,200}?(?<=[ \t])-u[ \t]*[^\s,]{1,100},)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    Pattern(("mongo",), r"(?<![\w.-])(mongo(?:sh|dump|restore|import|export)?[ \t][^\n|;&]{0,200}?(?<=[ \t])-p[ \t]*)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("vault login",), r"(?<![\w.-])(vault login[ \t]+)(?!\[Filtered|-|\w+=)\S++", rf"\1{FILTERED}"),
    Pattern(("rabbitmqctl",), r"(?<![\w.-])(rabbitmqctl[ \t]+(?:add_user|change_password)[ \t]+\S{1,100}[ \t]+)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("--from-literal",), r"(--from-literal[= ][\"']?[\w.-]{1,100}=)(?!\[Filtered)[^\s\"']++", rf"\1{FILTERED}"),
    Pattern((" login",), r"(?<![\w.-])((?:docker|podman|helm[ \t]registry|az|oc)[ \t]+login[ \t][^\n|;&]{0,200}?(?<=[ \t])-p[ \t]*)(?!\[Filtered)(?!as)\S++", rf"\1{FILTERED}"),
    Pattern(("-pass",), r"(?<!\S)(-pass(?:in|out)?[ \t]+pass:)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("akia", "asia"), _START + r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])", FILTERED),
    Pattern(("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), _START + r"(?:gh[pousr]_\w{30,}+|github_pat_\w{30,}+)", FILTERED),
    Pattern(("glpat-", "glrt-", "gldt-", "glptt-", "glcbt-", "glft-"), _START + r"gl(?:pat|rt|dt|ptt|cbt|ft)-[\w-]{16,}+", FILTERED),
    Pattern(("xox", "xapp-"), _START + r"(?:xox[abeoprs]|xapp)-[\w-]{10,}+", FILTERED),
    Pattern(("hooks.slack.com",), r"(?<=hooks\.slack\.com/)(services|workflows)/[\w/]++", rf"\1/{FILTERED}"),
    Pattern(("api/webhooks/",), r"(?<=api/webhooks/)(\d++/)[\w-]{20,}+", rf"\1{FILTERED}"),
    Pattern(("sk_", "rk_", "whsec_"), _START + r"(?:[sr]k_(?:live|test)|whsec)_\w{16,}+", FILTERED),
    Pattern(("sk-",), _START + r"(?<!-)sk-(?=[\w-]{0,99}\d)[\w-]{20,}+", FILTERED),
    Pattern(("aiza",), _START + r"AIza[\w-]{35}", FILTERED),
    Pattern(("ya29.",), _START + r"ya29\.[\w-]{20,}+", FILTERED),
    Pattern(("npm_", "hf_", "dop_v1_", "dckr_pat_", "shpat_", "rubygems_", "glsa_", "lin_api_", "sbp_"), _START + r"(?:npm|hf|dop_v1|dckr_pat|shpat|rubygems|glsa|lin_api|sbp)_(?=\w{0,99}\d)[\w-]{20,}+", FILTERED),
    Pattern(tuple(f"sk{digit}" for digit in "0123456789abcdef"), _START + r"SK[0-9a-f]{32}(?![0-9A-Za-z])", FILTERED),
    Pattern(("q~",), r"(?<![\w~.-])[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}(?![\w~.-])", FILTERED),
    Pattern(("jdbc:oracle",), r"(?<=jdbc:oracle:)(\w++:[^\s/@]++/)(?!\[Filtered)[^\s@]++(?=@)", rf"\1{FILTERED}"),
    Pattern(("password for", "generated for"), r"(?i)(password (?:is generated )?for (?:the )?(?:user )?[^\s:]{1,99}(?: user)?(?: \([^)\n]{0,99}\))?:[ \t]++)(?!\[Filtered)\S++", rf"\1{FILTERED}"),
    Pattern(("gocspx-", "nrak-", "pmak-", "xkeysib-", "tskey-"), _START + r"(?:GOCSPX|NRAK|PMAK|xkeysib|tskey-(?:auth|api|client))-(?=[\w-]{0,99}\d)[\w-]{16,}+", FILTERED),
    Pattern(("shpss_", "shpca_", "shppa_", "figd_", "glc_", "sgp_"), _START + r"(?:shpss|shpca|shppa|figd|glc|sgp)_(?=[\w-]{0,99}\d)[\w-]{20,}+={0,2}", FILTERED),
    Pattern(("atatt3", "atctt3"), _START + r"AT[AC]TT3[\w-]{20,}+(?:=[0-9A-F]{8})?", FILTERED),
    Pattern(("dp.",), _START + r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.]{30,}+", FILTERED),
    Pattern(("1//",), r"(?<![\w/:.-])1//0[\w-]{30,}+", FILTERED),
    Pattern(("pypi-",), _START + r"pypi-[\w-]{50,}+", FILTERED),
    Pattern(("hvs.", "hvb."), _START + r"hv[sb]\.[\w-]{20,}+", FILTERED),
    Pattern(("sg.",), _START + r"SG\.[\w-]{16,}+\.[\w-]{16,}+", FILTERED),
    Pattern(("sntry",), _START + r"sntry[su]_[\w+/=-]{20,}+", FILTERED),
    Pattern(("eyj",), _START + r"eyJ[\w-]{8,}+\.eyJ[\w-]{8,}+\.[\w-]{8,}+", FILTERED),
    Pattern((":aa",), rf"(?:{_START}|(?<=bot))" + r"\d{8,10}:AA[\w-]{33}(?![\w-])", FILTERED),
    Pattern(("age-secret-key-",), r"(?i)AGE-SECRET-KEY-1\w{10,}+", FILTERED),
)  # fmt: skip


def text(content: str, low: str, argv: Callable[[list[str]], Iterable[str]]) -> str:
    """`content` without what the table knows for a secret; `low` is the same in lower case.

    `argv` redacts the words of a command line that is printed as a list.
    """
    if any(literal in low for literal in SECRETS):
        from sentinel_run.redact import secret_blocks

        content = secret_blocks.text(content, low)
    for pattern in PATTERNS:
        if any(literal in low for literal in pattern.literals):
            content = _substitute(pattern, content, argv)
    return content


def _substitute(pattern: Pattern, content: str, argv: Callable[[list[str]], Iterable[str]]) -> str:
    import re

    if pattern.expression == _PAIR:
        return secret_pairs.without_pairs(content, _PAIR, _VALUE)
    if pattern.expression == _OPTION:
        return secret_pairs.without_pairs(content, _OPTION, _OPTION_VALUE)
    if pattern.expression == _WORDS:
        return re.sub(_WORDS, lambda listed: _words_of(listed[0], argv), content)
    return re.sub(pattern.expression, pattern.replacement, content)


def _words_of(listed: str, argv: Callable[[list[str]], Iterable[str]]) -> str:
    """`['x', '--password', 'y']` with what `argv` makes of its words, each in the quotes that it had."""
    import re

    quoted = re.findall(_QUOTED, listed)
    marks = ['\\"' if word[0] == "\\" else word[0] for word in quoted]
    words = [word[len(mark) : -len(mark)] for word, mark in zip(quoted, marks, strict=True)]
    redacted = iter(argv(words))
    return re.sub(_QUOTED, lambda one: _in_marks(next(redacted), one[0]), listed)


def _in_marks(word: str, quoted: str) -> str:
    mark = '\\"' if quoted[0] == "\\" else quoted[0]
    return f"{mark}{word}{mark}"
