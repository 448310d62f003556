"""Whose exit status a shell returns that was given its commands as a text: `sh -c 'cd x && curl ...'`.

Just enough of POSIX's grammar (XCU 2.9) to be sure. The status is that of the last simple command that ran. What is
not plain (an `if`, a function, a subshell, `!`, `trap`, the status of a whole pipe) is not answered.
"""

from __future__ import annotations

import os
import re

from sentinel_run.diagnose.tools.table import BY_NAME
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHELL = re.compile(r"-?(?:ba|da|z|k|mk|a|)sh$")
_LONGEST_TEXT = 8192
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
# They stand before a command and leave its status as it is.
_BEFORE = frozenset({"exec", "command", "time", "env", "nice", "ionice", "nohup", "setsid", "stdbuf"})
# They prepare or talk; when one of them fails, the shell says so.
_MINOR = frozenset(
    {"cd", "echo", "printf", "export", "set", "true", ":", "umask", "mkdir", "pushd", "unset", "shopt"}
)
_GRAMMAR = frozenset({
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function",
    "{", "}", "!", "[[", "trap", "coproc", "eval", ".", "source", "return",
})  # fmt: skip
_PIPEFAIL, _STOPS_EARLY = "pipefail", re.compile(r"(?:^|\s-)[a-z]*e|errexit")
_OF_A_WORD = re.compile(r"[;&|()\n<>]+")


class Returns(Record):
    """The commands of which one gave the status, each as its words; none where that is not sure.

    `stated` are the statuses that the text itself says: `exit 3`.
    """

    commands: tuple[tuple[str, ...], ...] = ()
    stated: tuple[int, ...] = ()


UNKNOWN = Returns()


def returns(argv: Sequence[str]) -> Returns | None:
    """Whose status the shell returns that `argv` runs, behind launchers too; None if there is no text for one."""
    given = _text(argv)
    if given is None:
        return None
    text, options = given
    try:
        return _of(list(_listed(text)), options)
    except ValueError:  # An unbalanced quote, `exit $status`.
        return UNKNOWN


def _text(argv: Sequence[str]) -> tuple[str, str] | None:
    """The text after a shell's `-c`, and the shell's options."""
    first = os.path.basename(argv[0]) if argv else ""
    at = next((at for at, word in enumerate(argv) if _SHELL.match(os.path.basename(word))), len(argv))
    if at and not (first in _BEFORE or (first in BY_NAME and BY_NAME[first].launches)):
        return None  # Somebody else's, on another machine or in a container.
    letters, named, words = "", "", list(argv[at + 1 :])
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        option = words.pop(0)
        letters += "" if option.startswith("--") else option[1:]
        if option.endswith("o") and words:
            named += f" {words.pop(0)}"
    return (words[0], letters + named) if words and "c" in letters else None


def _listed(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each simple command with the operator after it; raises ValueError for what is more than a list of them."""
    words: list[str] = []
    for token in _tokens(text):
        if not _OF_A_WORD.fullmatch(token) or "<" in token or ">" in token:
            words.append(token)
        elif "(" in token or ")" in token:
            raise ValueError(token)
        else:
            if words:
                yield _plain(words), token.strip("\n") or "\n"
            words = []
    if words:
        yield _plain(words), ""


def _tokens(text: str) -> Iterator[str]:
    import shlex

    lexer = shlex.shlex(text[:_LONGEST_TEXT], posix=True, punctuation_chars=";&|()\n<>")
    lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t\r", "", True
    for token in lexer:
        if token.startswith("#") or "`" in token or "<<" in token or len(text) > _LONGEST_TEXT:
            raise ValueError(token)
        yield token


def _plain(words: list[str]) -> tuple[str, ...]:
    """The words of a simple command: without assignments, redirections and what may stand before it."""
    kept: list[str] = []
    skips = False
    for word in words:
        if skips or "<" in word or ">" in word:
            if not skips and kept and kept[-1].isdigit():
                kept.pop()  # `2>/dev/null`
            skips = not skips
        elif kept or not (_ASSIGNMENT.match(word) or word in _BEFORE):
            kept.append(word)
    if kept and kept[0] in _GRAMMAR:
        raise ValueError(kept[0])
    return tuple(kept)


def _of(listed: list[tuple[tuple[str, ...], str]], options: str) -> Returns:
    while listed and listed[-1][0] in (("exit",), ("exit", "$?")):
        listed.pop()
    if not listed or listed[-1][1] not in ("", ";", "\n", "||"):
        return UNKNOWN
    stated = tuple(int(words[1]) for words, _ in listed if words[:1] == ("exit",))
    options += "".join(f" {word}" for words, _ in listed if words[:1] == ("set",) for word in words[1:])
    if listed[-1][0][:1] == ("exit",) or (_PIPEFAIL in options and any(operator == "|" for _, operator in listed)):
        return Returns(stated=stated)
    first = 0 if _STOPS_EARLY.search(options) else _chain(listed)
    commands = [
        words for words, operator in listed[first:] if words[:1] not in ((), ("exit",)) and operator != "|"
    ]
    return Returns(tuple(words for words in commands if words[0] not in _MINOR) or (*commands[-1:],), stated)


def _chain(listed: list[tuple[tuple[str, ...], str]]) -> int:
    """Where the last commands that hang together by `&&` begin: each of them ends it by failing."""
    first = len(listed) - 1
    while first and listed[first - 1][1] in ("&&", "|"):
        first -= 1
    return first
