"""Just enough of the shell's grammar to tell which command a `sh -c` text is about."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

# The command that a text is about stands near its beginning; reading megabytes would keep the run waiting.
_LONGEST_TEXT = 8192
_RESERVED = frozenset(["if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "{}", "!"])
# Their own words run nothing: `for x in a b`, `case x in`.
_HEADED = frozenset(["for", "case", "select", "in", "esac"])
# Commands of the shell that prepare the ground for the one that is meant.
_PREPARING = frozenset([
    ".", ":", "alias", "bind", "break", "cd", "continue", "declare", "eval", "exit", "export", "getopts", "hash",
    "let", "local", "popd", "pushd", "read", "readonly", "return", "set", "shift", "shopt", "source", "times",
    "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait", "which",
])  # fmt: skip
# Commands that are what the text is about only if nothing else is.
_MINOR = frozenset([
    "echo", "printf", "sleep", "true", "false", "test", "[", "date", "logger", "mkdir", "touch",
])  # fmt: skip

_INNER = r"(?:[^()]|\((?:[^()]|\([^()]*\)|(?!))*+\)|(?!))*+"
_SUBSTITUTION = rf"\$\({_INNER}\)?|`[^`]*`?|\$\{{[^}}]*\}}?"
_QUOTED = rf"'[^']*'?|\"(?:\\.|{_SUBSTITUTION}|[^\"\\]|(?!))*+\"?|\\."
# bash lets a function have nearly any name, `deploy:web` too; `a=()` is an empty list.
_FUNCTION = r"[^\s;&|()<>={}'\"$`\\]+"
_TOKEN = rf"""(?sx)
    (?P<blank> [ \t\r]+ | \#[^\n]* )
  | (?P<skipped> \(\( .*? \)\) | \[\[ \s .*? \s \]\]                # arithmetic and tests
      | function [ \t]+ {_FUNCTION} (?:\s*\(\s*\))? | {_FUNCTION} [ \t]* \( \s* \) )  # heads of functions
  | (?P<redirection> \d* (?: <<< | <<-? | >> | >\| | <> | [<>]& | &>>? | [<>](?!\() ) )
  | (?P<end> [;&|()\n] )
  | (?P<word> (?: (?<!\w)\w+\+?=\({_INNER}\)? | [<>]\({_INNER}\)? | {_QUOTED} | {_SUBSTITUTION} | [^\s;&|()<>] )+ )
  | (?P<other> . )
"""
_HERE_DOCUMENT = r"(?<!<)<<-?[ \t]*(['\"]?)(\w+)\1([^\n]*)\n(?:[^\n]*\n)*?\t*\2[ \t]*(?:\n|\Z)"
_EXPANSION = rf"\\([\s\S])|{_SUBSTITUTION}|\$[\w@*#?$!-]\w*"


def split(text: str) -> list[str]:
    """Words of `text` as `env -S` sees them; one with an unbalanced quote is cut at its blanks."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def first_command(text: str) -> list[str]:
    """The words of the command that a script is about: the first one that does more than prepare or talk."""
    minor: list[str] = []
    for words in _commands(text[:_LONGEST_TEXT]):
        if not _is_minor(words):
            return words
        minor = minor or words
    return minor


def _is_minor(words: list[str]) -> bool:
    """Ours too: `sentinel-run note` tells of what the others do."""
    if os.path.basename(words[0]) == "sentinel-run":
        from sentinel_run.options import SUBCOMMANDS

        return words[1:2] != [] and words[1] in SUBCOMMANDS
    return words[0] in _MINOR


def is_assignment(word: str) -> bool:
    """Whether `word` sets a variable, `A=b` or `A+=b`."""
    name, equals, _ = word.partition("=")
    return bool(equals) and name.removesuffix("+").isidentifier()


def _commands(text: str) -> Iterator[list[str]]:
    """The words of each command in `text` whose name can be told, without its surroundings."""
    for words in _simple_commands(text):
        while words and (words[0] in _RESERVED or is_assignment(words[0])):
            words = words[1:]
        if (
            words
            and words != ["exec"]
            and words[0] not in _PREPARING
            and words[0] not in _HEADED
            and _is_known(words)
        ):
            yield words


def _is_known(words: list[str]) -> bool:
    """`"$HOME"/bin/x.sh` is known by its base name, `$TOOL` is not."""
    return "$" not in words[0].rpartition("/")[2]


def _simple_commands(text: str) -> Iterator[list[str]]:
    import re

    words: list[str] = []
    is_file = False
    for token in re.finditer(_TOKEN, re.sub(_HERE_DOCUMENT, r"\3\n", text.replace("\\\n", ""))):
        if token.lastgroup == "end":
            yield words
            words = []
        elif token.lastgroup == "word" and not is_file:
            words.append(_plain(token[0]))
        if token.lastgroup != "blank":
            is_file = token.lastgroup == "redirection"
    yield words


def _plain(word: str) -> str:
    """A word without its quotes; what the shell would put in for `$x` is unknown and becomes a single `$`."""
    import re

    return re.sub(rf"(?s)'([^']*)'?|\"((?:\\.|[^\"\\]|(?!))*+)\"?|{_EXPANSION}", _unquoted, word)


def _unquoted(match: Match[str]) -> str:
    import re

    single, double, escaped = match.groups()
    if double is not None:
        return re.sub(_EXPANSION, lambda inner: inner[1] or "$", double)
    return escaped or "$" if single is None else single
