"""Secrets that their surroundings tell: private keys, and values whose name stands elsewhere.

Above a block, before a list, in a member beside the value's.

Stdlib only. A pattern is compiled only where a cheap look says that it can match, the number of lines never
changes, and the time is linear, as in `redact`.
"""

from __future__ import annotations

from sentinel_run.redact import secret_names
from sentinel_run.redact.secret_names import FILTERED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

_LONGEST_HEAD = 400
# YAML: `password: |`, and the lines below that stand further in.
_BLOCK = r"([ \t-]*+)[\"']?([\w.-]{1,100})[\"']?[ \t]*+:[ \t]*+(?:![\w!]+ )?[|>][+-]?\d?[+-]?[ \t\r]*+"
_BLOCK_MARKS = (": |", ": >", ": !")
# JSON: `"passwords": ["a", "b"]`, also over many lines, and `"password":` with its text on the next line.
_TEXT = r"(?:\"(?:[^\"\\\n]|\\[^\n]|(?!))*+\"|'(?:[^'\\\n]|\\[^\n]|(?!))*+')"
_KEY = r"([\"'])([\w.-]{1,100})\1"
_LIST = rf"{_KEY}(\s{{0,9}}:\s{{0,9}})(\[\s*+{_TEXT}(?:\s*+,\s*+{_TEXT}|(?!))*+)"
_BELOW = rf"{_KEY}([ \t]{{0,9}}:[ \t\r]{{0,9}}\n[ \t]*+)({_TEXT})"
# `name: DB_PASSWORD` and then `value: x`, as Kubernetes, ECS and XML's attributes have it.
_MEMBER = (
    r"(?i:(?<![\w.-])((?:name|key)\\?[\"']?[ \t]{0,9}[:=][ \t]{0,9}\\?[\"']?)([\w.-]{1,100})"
    r"(\\?[\"']?[ \t\r]{0,9}[,;]?[ \t\r]{0,9}\n?[ \t]{0,40}\\?[\"']?value\\?[\"']?[ \t]{0,9}[:=][ \t]{0,9}))"
    r"(?!\[Filtered)(\"[^\"\n]++\"|'[^'\n]++'|\\\"[^\"\\\n]++\\\"|[^\s\"'\\,}][^\n\"'\\,}]*+)"
)
# XML: an element whose text stands on a line of its own.
_ELEMENT = r"(<([\w:.-]{1,100})>[ \t\r]{0,9}\n[ \t]{0,99})([^<>\s][^<>\n]*+)(?=\n[ \t]{0,99}</)"
_PEM_END = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PEM = rf"-----BEGIN [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----.*?(?:{_PEM_END}|\Z)"
_PEM_LINE = r"[ \t]*[A-Za-z0-9+/=]{2,}[ \t\r]*"


def text(content: str, low: str) -> str:
    """`content` without the secrets that only their surroundings tell; `low` is the same in lower case."""
    import re

    if "private key" in low:
        content = _without_private_keys(content)
    if any(mark in content for mark in _BLOCK_MARKS):
        content = _without_blocks(content)
    if "[" in content:
        content = re.sub(_LIST, _listed, content)
    if ":\n" in content or ": \n" in content:
        content = re.sub(_BELOW, _listed, content)
    if "value" in low:
        content = re.sub(_MEMBER, _member, content)
    return re.sub(_ELEMENT, _element, content) if ">\n" in content else content


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


def _without_blocks(content: str) -> str:
    import re

    lines, indent = content.split("\n"), -1
    for number, line in enumerate(lines):
        inner = len(line) - len(line.lstrip(" \t"))
        if 0 <= indent < inner < len(line):
            lines[number] = line[:inner] + FILTERED
        elif line.strip():
            head = re.fullmatch(_BLOCK, line[:_LONGEST_HEAD])
            indent = len(head[1]) if head and secret_names.is_secret(head[2]) else -1
    return "\n".join(lines)


def _listed(match: Match[str]) -> str:
    import re

    quote, name, between, texts = match.groups()
    if not secret_names.is_secret(name):
        return match[0]
    return f"{quote}{name}{quote}{between}{re.sub(_TEXT, _in_quotes, texts)}"


def _in_quotes(match: Match[str]) -> str:
    quote = match[0][0]
    return f"{quote}{FILTERED}{quote}" if len(match[0]) > len('""') else match[0]


def _member(match: Match[str]) -> str:
    if not secret_names.is_secret(match[2]):
        return match[0]
    quote = '\\"' if match[4].startswith("\\") else match[4][0] if match[4][0] in "\"'" else ""
    return f"{match[1]}{match[2]}{match[3]}{quote}{FILTERED}{quote}"


def _element(match: Match[str]) -> str:
    return f"{match[1]}{FILTERED}" if secret_names.is_secret(match[2]) else match[0]
