"""What a job's command is to the shell that cron starts: one program with its words, or a script."""

from __future__ import annotations

import os
import re

from sentinel_run.records import Record

# Words that mean something to the shell itself. A program of that name is not there, or does not quite the same:
# dash's `echo` knows no -e, bash's `kill` knows jobs.
_OWN_WORDS = frozenset([
    "if", "while", "until", "for", "case", "select", "function", "time", "!", "{", "[[", ".", ":", "source", "cd",
    "export", "readonly", "local", "set", "unset", "eval", "exec", "exit", "return", "shift", "trap", "ulimit",
    "umask", "wait", "read", "alias", "command", "builtin", "type", "hash", "times", "jobs", "fg", "bg", "pushd",
    "popd", "let", "declare", "typeset", "shopt", "coproc", "enable", "disown", "getopts", "mapfile", "readarray",
    "break", "continue", "dirs", "echo", "kill", "print", "printf", "pwd", "suspend", "test", "unalias", "[",
])  # fmt: skip
# Shells that take a quoted word as POSIX has it. fish sees escapes in it, and python no word at all.
_POSIX = frozenset([
    "sh", "ash", "bash", "dash", "ksh", "ksh93", "lksh", "mksh", "oksh", "pdksh", "posh", "rbash", "rksh", "rzsh",
    "yash", "zsh",
])  # fmt: skip
_PATH = re.compile(r"[\w./+-]+")
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


class Shell(Record):
    """The shell that the lines above a job name, and what they set as BASH_ENV."""

    path: str = "sh"
    bash_env: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it reads what we write."""
        return _PATH.fullmatch(self.path) is not None and self._name in _POSIX

    @property
    def has_functions(self) -> bool:
        """Whether it reads a file before each command, so that any word may be a function (bash(1), zsh(1))."""
        return self._name in {"zsh", "rzsh"} or (bool(self.bash_env) and self._name in {"bash", "rbash"})

    @property
    def _name(self) -> str:
        return os.path.basename(self.path)

    def after(self, name: str, value: str) -> Shell:
        """The shell below a line that sets the variable `name`."""
        if name == "SHELL":
            return self._replace(path=value)
        return self._replace(bash_env=value) if name == "BASH_ENV" else self


def before_program(command: str) -> int:
    """How many characters the assignments before the program take: `A=b make` has four."""
    found = _ASSIGNMENTS.match(command)
    return found.end() if found else 0


def is_simple(command: str, around: Shell) -> bool:
    """Whether the shell has nothing to do but to find the words and to start the program."""
    program = command[before_program(command) :]
    first = re.split(r"[\s<>]", program, maxsplit=1)[0].translate(_QUOTES)
    is_own = around.has_functions or not first or first in _OWN_WORDS or _ASSIGNMENT.match(program) is not None
    return not is_own and _SIMPLE.fullmatch(program) is not None


def writes_file(command: str, around: Shell) -> bool:
    """Whether a simple command has its output, or a part of it, redirected to a file that keeps it."""
    return is_simple(command, around) and _INTO_FILE.search(_QUOTED.sub("q", command)) is not None


def quoted(script: str) -> str:
    """`script` as one word that the shell takes as it is; cron's `\\%` stays cron's."""
    return "'" + script.replace("'", "'\\''") + "'"


def unquoted(word: str) -> str | None:
    """The script in a word that `quoted` has made, or None."""
    script = word[1:-1].replace("'\\''", "'")
    return script if len(word) > 1 and quoted(script) == word else None
