"""A crontab in lines, as crontab(5) has them. The pieces of each line make the line again, byte for byte."""

from __future__ import annotations

import re

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_VARIABLE = re.compile(r"[ \t]*(?P<name>\"[^\"]*\"|'[^']*'|[A-Za-z_][^\s=]*)[ \t]*=[ \t]*(?P<value>[^\n]*)")
# A minute begins with a digit or a star; a minus before it keeps some crons from logging the job.
# `@every 5m` is supercronic's and Go's.
_TIMES = r"[ \t]*-?(?P<times>@every[ \t]+[^\s]+|@[^\s]+|[\d*~][^\s]*(?:[ \t]+[^\s]+){4})[ \t]+"
_USER = r"(?P<user>[^\s]+)[ \t]+"
_JOB = {
    False: re.compile(rf"(?P<head>{_TIMES})(?P<command>[^\n]+)"),
    True: re.compile(rf"(?P<head>{_TIMES}{_USER})(?P<command>[^\n]+)"),
}
# A word that looks like one more field: schedulers with seconds or years have six or seven.
_FIELD = re.compile(r"[\d*][\d*/,?-]*(?=\s)")
# The first percent sign that is not escaped ends the command; what follows is its standard input. A backslash
# escapes a backslash, too: `\\%` is one backslash and the end (do_command.c of Debian's cron and of cronie).
_COMMAND = re.compile(r"(?:[^\\%]|\\.|\\$)*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Line(Record):
    """A comment, a variable, an empty line, or what cron itself would complain of: none of our business."""

    text: str
    name: str = ""
    value: str = ""


class Job(Record):
    """A line that runs a command: `head` has the times and the user, `tail` the standard input and the line's end.

    `times` are the five fields or the nickname, as they were written. `user` runs it, where one is named.
    """

    head: str
    times: str
    command: str
    tail: str
    user: str = ""

    @property
    def has_more_fields(self) -> bool:
        """Whether the times seem to go on where the command should begin."""
        return _FIELD.match(self.user + " ") is not None or _FIELD.match(self.command) is not None

    @property
    def script(self) -> str:
        """The command as cron gives it to the shell."""
        return _ESCAPED.sub(lambda pair: pair[1] if pair[1] in "\\%" else pair[0], self.command)

    @property
    def text(self) -> str:
        """The whole line."""
        return self.head + self.command + self.tail


def read(text: str, *, has_user_column: bool) -> Iterator[Line | Job]:
    """Every line. System crontabs (/etc/crontab, /etc/cron.d) have a column with the user."""
    for line in _LINES.findall(text):
        yield _line(line, has_user_column=has_user_column)


def _line(text: str, *, has_user_column: bool) -> Line | Job:
    if text.lstrip(" \t").startswith("#"):
        return Line(text)
    variable = _VARIABLE.match(text)
    if variable is not None:
        return Line(text, _unquoted(variable["name"]), _unquoted(variable["value"].strip()))
    found = _JOB[has_user_column].match(text)
    if found is None or not found["command"].strip():
        return Line(text)
    command = _before_input(found["command"])
    if not command.strip():  # Only standard input, and nothing to read it.
        return Line(text)
    times, tail = " ".join(found["times"].split()), text[len(found["head"]) + len(command) :]
    return Job(found["head"], times, command, tail, found.groupdict().get("user") or "")


def _before_input(text: str) -> str:
    found = _COMMAND.match(text)
    assert found is not None
    return found[0] if found.end() < len(text) else _without_blanks(text)


def _without_blanks(text: str) -> str:
    """`text` without the blanks at its end, but for one behind a backslash: that is the command's."""
    command = text.rstrip()
    backslashes = len(command) - len(command.rstrip("\\"))
    return text[: len(command) + backslashes % 2]


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word
