"""What an exit status means, by the tool that ended with it."""

from __future__ import annotations

import os

from sentinel_run.diagnose import signal_words
from sentinel_run.diagnose.tools.shell_text import returns
from sentinel_run.diagnose.tools.table import BY_NAME
from sentinel_run.diagnose.tools.words import word
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sentinel_run.diagnose.lines import Line
    from sentinel_run.diagnose.tools.shell_text import Returns
    from sentinel_run.diagnose.tools.tool import Tool
    from sentinel_run.facts import Command

_LOOK_BACK = 100
_TIME_OVER = 124
# POSIX, XCU 2.8.2 for 126 and 127; timeout(1) for 124.
_OF_SHELLS: Mapping[int, str] = {
    _TIME_OVER: "as timeout(1) says that a time was over",
    126: "as a shell says that a command cannot be run",
    127: "as a shell says that a command was not found",
}


class Meaning(Record):
    """What an exit status means; `tool` is empty where it is a custom of shells rather than of a tool."""

    words: str = ""
    tool: str = ""

    def aside(self, name: str) -> str:
        """` (rsync: partial transfer due to error)` in a sentence on `name`, which is not named twice; or nothing."""
        tool = f"{self.tool}: " if self.tool and self.tool != name.split(" ")[0] else ""
        return f" ({tool}{self.words})" if self.words else ""

    def is_of_timeout(self, status: int | None) -> bool:
        """Whether timeout(1) ended the command: directly, or in a script that passed its status on."""
        return status == _TIME_OVER and self.tool in ("", "timeout") and bool(self.words)

    def of(self, status: int | None) -> str:
        """`rsync 23: partial transfer due to error`, or nothing."""
        return f"{self.tool} {status}: {self.words}" if self.tool else self.words


def meaning(command: Command, status: int, lines: Sequence[Line]) -> Meaning:
    """The meaning of `status`, or an empty one.

    It is the one that the tool which really ran gives to it, the last one of a shell's text. Where that is a script,
    the tool whose error line came last is asked; but a script's own `exit 1` says nothing of a tool, so that 1 must
    stand in the tool's line itself.
    """
    shell = returns(command.argv)
    own = _of_own(command, status) if shell is None or _is_shell(command) else _of_text(shell, status)
    if own is not None and own[1].runs_code and not _has_complained(own[1], lines):
        own = None
    if own is not None and status in own[1].statuses:
        return Meaning(own[1].statuses[status] + _target(own[1], lines), own[0])
    said = (
        Meaning()
        if own
        else _of_last_error(status, lines, must_be_told=shell is not None and status in shell.stated)
    )
    if said.words:
        return said
    custom = _of_signal(status) or _OF_SHELLS.get(status, "")
    if custom:
        return Meaning(custom)
    return Meaning(own[1].others, own[0]) if own and own[1].others else Meaning()


def _has_complained(tool: Tool, lines: Sequence[Line]) -> bool:
    found = (word(line.text) for line in lines[-_LOOK_BACK:])
    return any(told.tool is tool for told in found if told is not None)


def _of_signal(status: int) -> str:
    signal = signal_words.NUMBERS.get(status - 128, "")
    return f"128 + {status - 128}, as after {signal}" if signal else ""


def _of_own(command: Command, status: int) -> tuple[str, Tool] | None:
    """The tool that was run, or a launcher before it that has a word for this status."""
    program = command.program or command.name
    found = (program, _tool(program)) if _is_run_itself(command, program) else ("", None)
    launchers = (
        (name, tool) for name, tool in _launchers(command, program) if status in tool.statuses and status > 1
    )
    if found[1] is None or status not in found[1].statuses:
        launcher = next(launchers, None)
        if launcher is not None:
            return launcher
    return (found[0].split(" ")[0], found[1]) if found[1] is not None else None


def _is_shell(command: Command) -> bool:
    """Whether the text names nothing else, so that the shell's own statuses count."""
    tool = _tool(command.program or command.name)
    return tool is not None and tool.runs_code and "sh" in tool.names


def _of_text(shell: Returns, status: int) -> tuple[str, Tool] | None:
    """The one tool that has this status among the commands that may have given it, if all of them are known."""
    found = [_of_words(words, status) for words in shell.commands]
    if not found or not all(found) or status in shell.stated:
        return None
    having = [one for one in found if one is not None and status in one[1].statuses]
    return having[0] if len(having) == 1 else found[0] if len(found) == 1 else None


def _of_words(words: Sequence[str], status: int) -> tuple[str, Tool] | None:
    """The tool of a simple command, or what comes after a launcher that has no word for this status."""
    for at, text in enumerate(words):
        name = os.path.basename(text)
        tool = BY_NAME.get(name)
        if tool is None and text[:1] != "-" and not text[:1].isdigit():
            return None
        if tool is not None and (not tool.launches or (status in tool.statuses and status > 1)):
            inner = returns(words[at:]) if tool.runs_code else None
            return (name, tool) if inner is None else _of_text(inner, status)
    return None


def _tool(program: str) -> Tool | None:
    return BY_NAME.get(program) or BY_NAME.get(program.split(" ")[0])


def _is_run_itself(command: Command, program: str) -> bool:
    """Whether the status is the program's: it is a word of the command line."""
    first = program.split(" ")[0]
    return any(os.path.basename(text) == first for text in command.argv)


def _launchers(command: Command, program: str) -> Iterator[tuple[str, Tool]]:
    for text in command.argv:
        name = os.path.basename(text)
        if name == program:
            return
        if name in BY_NAME and BY_NAME[name].launches:
            yield name, BY_NAME[name]


def _of_last_error(status: int, lines: Sequence[Line], *, must_be_told: bool) -> Meaning:
    for line in reversed(lines[-_LOOK_BACK:]):
        found = word(line.text)
        if found is None:
            continue
        is_told = found.status == status or (found.status is None and status > 1 and not must_be_told)
        if found.is_sure and is_told and status in found.tool.statuses:
            name = found.tool.names[0]
            return Meaning(found.tool.statuses[status] + _target(found.tool, lines), name)
        return Meaning()
    return Meaning()


def _target(tool: Tool, lines: Sequence[Line]) -> str:
    """What the tool was at, as the first of its lines that tells it says."""
    if "target" not in tool.repeats:
        return ""
    for line in lines[-_LOOK_BACK:]:
        found = word(line.text)
        if found is not None and found.tool is tool and found.target:
            return f", target {found.target}"
    return ""
