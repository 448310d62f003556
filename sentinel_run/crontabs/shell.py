"""What a job's command is to the shell that cron starts: one program with its words, or a script."""

from __future__ import annotations

import re

# Words that mean something to the shell itself, so that no program of that name does the same.
_OWN_WORDS = frozenset([
    "if", "while", "until", "for", "case", "select", "function", "time", "!", "{", "[[", ".", ":", "source", "cd",
    "export", "readonly", "local", "set", "unset", "eval", "exec", "exit", "return", "shift", "trap", "ulimit",
    "umask", "wait", "read", "alias", "command", "builtin", "type", "hash", "times", "jobs", "fg", "bg", "pushd",
    "popd", "let", "declare", "typeset", "shopt", "coproc", "enable", "disown", "getopts", "mapfile", "readarray",
])  # fmt: skip
_ASSIGNMENTS = re.compile(r"(?:[A-Za-z_]\w*=(?:[^\s'\"\\`$;&|<>()#]|\$\w+|'[^']*')*[ \t]+)*")
# One that is not among those, as `A="b c"`: behind us it would be taken for the program.
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
# A quoted or escaped builtin (`\cd`) is one all the same.
_QUOTES = str.maketrans("", "", "'\"\\")
# Pieces of a simple command: quoted texts, escapes, variables, redirections, and letters that mean nothing.
_SIMPLE = re.compile(
    r"(?:'[^']*'|\"(?:[^\"\\`$]|\\.|\$(?!\())*\"|\\.|\$(?!\()"
    r"|\d*>>?(?:&(?:\d+|-))?|\d*<(?:&(?:\d+|-))?(?!<)|[^'\"\\`$;&|<>()\n])+",
    re.DOTALL,
)
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.", re.DOTALL)
_INTO_FILE = re.compile(r">>?(?!>)[ \t]*(?!&|/dev/null(?:\s|$))[^\s]")


def before_program(command: str) -> int:
    """How many characters the assignments before the program take: `A=b make` has four."""
    found = _ASSIGNMENTS.match(command)
    return found.end() if found else 0


def is_simple(command: str) -> bool:
    """Whether the shell has nothing to do but to find the words and to start the program."""
    program = command[before_program(command) :]
    first = re.split(r"[\s<>]", program, maxsplit=1)[0].translate(_QUOTES)
    is_own = not first or first in _OWN_WORDS or _ASSIGNMENT.match(program) is not None
    return not is_own and _SIMPLE.fullmatch(program) is not None


def writes_file(command: str) -> bool:
    """Whether a simple command has its output, or a part of it, redirected to a file that keeps it."""
    return is_simple(command) and _INTO_FILE.search(_QUOTED.sub("q", command)) is not None


def quoted(script: str) -> str:
    """`script` as one word that the shell takes as it is; cron's `\\%` stays cron's."""
    return "'" + script.replace("'", "'\\''") + "'"


def unquoted(word: str) -> str | None:
    """The script in a word that `quoted` has made, or None."""
    script = word[1:-1].replace("'\\''", "'")
    return script if len(word) > 1 and quoted(script) == word else None
