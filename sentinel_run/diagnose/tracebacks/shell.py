"""What shells complain of: bash, dash, BusyBox, ksh and zsh, with the script's file and line; and `set -x`.

A shell has no exceptions, and goes on after most complaints. So these have no type: the cause stays the exit
status, and the run gets the place, and the complaint as its reason, where it was the last word. Under `set -x` the
statement that the shell traced last is the place of a failure that nothing else tells of.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a complaint ends with, or what stands at its beginning or after one of its colons.
_WORDS = (
    "not found", "parameter not set", "yntax error", "ad substitution", "ermission denied", "cannot create",
    "cannot open", "can't cd to", "can't open", "is read only", "read-only variable", "readonly variable",
    "Illegal number", "Illegal option", "missing ]", "bad trap", "arithmetic expression",
    "arithmetic syntax error", "bad option", "bad math expression", "bad pattern", "bad variable name",
    "parse error", "command not found", "no such file or directory", "division by zero", "no matches found",
    "fatal error", "unmatched", "Directory nonexistent", "unbound variable", "ambiguous redirect",
)  # fmt: skip
HINTS: tuple[str, ...] = (": line ", "sh: ", "sh:", "+ ", "not found", "parameter not set", "denied", "error")
_LINE = "line|Zeile|ligne|línea|riga|linha|regel|rad|linje|rivi|строка|рядок|linia|wiersz|řádek|sor"
_SCRIPT = r"[^\s:][^:]*?\.(?:[a-z]{0,3}sh|bats|command)|(?:\.{0,2}/)[^\s:]+|-?(?:ba|da|z|k|mk|a|)sh"
# bash and BusyBox say `line`, bash in the user's language; the others need a script's name or words of a shell.
_BASH = re.compile(rf"([^\s:][^:]{{0,300}}): (?:-c: )?(?:{_LINE}) (\d{{1,9}}) ?: (?! *\d+ |warning: )(.*)")
_AT_A_LINE = re.compile(rf": (?:{_LINE}) \d")
_DASH = re.compile(rf"({_SCRIPT}): (\d{{1,9}}): (.*)")
_ZSH = re.compile(rf"({_SCRIPT}|[\w.-]{{1,80}}):(?:[\w.\[-]{{1,40}}:)?(\d{{1,9}}): (.*)")
_IS_SCRIPT = re.compile(rf"(?:{_SCRIPT})$")
# zsh puts its words first, so that `registry:5000: image not found` is not one of its functions.
_OF_ZSH = re.compile(
    r"command not found: |no such file or directory: |permission denied: |\w+: parameter not set$|bad |parse error"
)
_REQUIRED = re.compile(r"[A-Za-z_]\w*: ")
_QUOTED = re.compile(r"`(.*)'$")
_TRACED = re.compile(r"\++(?: ?([^\s:>]+\.\w*sh|\w+):(\d{1,9})[>:] ?| )(\S.*)")
# `cmd || exit 1`: what failed is the statement before.
_LEAVES = re.compile(r"\++.{0,60}? (?:exit|return)(?: \d+)?$")
# A diff, or any text behind a margin of pluses: statements of a shell begin after one blank.
_ADDED = re.compile(r"\+\+\+ |@@ |--- |diff |\++\s{2,}\S|\+(?:Traceback|Exception)\b")
_LOOK_AT_CHARS = 1000
_LOOK_BACK = 40


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every complaint with a place; without one, the last statement that the shell traced."""
    last = -1
    for at, line in enumerate(lines):
        if at > last and (found := _complaint(lines, at, line)):
            yield found
            last = found.last
    traced = _traced(lines)
    if traced is not None and traced.first > last:
        yield traced


def _complaint(lines: Sequence[str], at: int, line: str) -> Traceback | None:
    match = _match(line[:_LOOK_AT_CHARS])
    if match is None:
        return None
    following = _BASH.match(lines[at + 1][:_LOOK_AT_CHARS]) if at + 1 < len(lines) else None
    quoted = _QUOTED.match(following[3]) if following and following[2] == match[2] else None
    frame = _frame(match[1], int(match[2]), quoted[1].strip() if quoted else "")
    return Traceback((Thrown("", line, frames=(frame,)),), at, at + bool(quoted), "shell", is_logged=True)


def _match(text: str) -> re.Match[str] | None:
    """The parts of a complaint: the script or the function, the line in it, the words."""
    if _AT_A_LINE.search(text) and (match := _BASH.match(text)):
        return match if _IS_SCRIPT.match(match[1]) or _is_complaint(match[3]) else None
    match = _DASH.match(text) or _ZSH.match(text) if ": " in text else None
    if match is None or match[2] == "0":
        return None
    if not _IS_SCRIPT.match(match[1]):
        return match if _OF_ZSH.match(match[3]) else None
    # `${AMOUNT:?any words}` has words of the script's own.
    is_required = match[1].endswith("sh") and _REQUIRED.match(match[3])
    return match if is_required or _is_complaint(match[3]) else None


def _is_complaint(words: str) -> bool:
    return words.endswith(_WORDS) or any(part.lstrip("SsPpBb").startswith(_WORDS) for part in words.split(": "))


def _frame(name: str, line: int, source: str) -> Frame:
    """A place in a script; zsh names the function in place of the file, and counts its lines."""
    if _IS_SCRIPT.match(name) or "/" in name or "." in name:
        return Frame(name, line, source=source)
    return Frame(function=name, source=source)


def _traced(lines: Sequence[str]) -> Traceback | None:
    """The last statement of `set -x` that is no `exit`, with all that was said after it."""
    recent = range(len(lines) - 1, max(-1, len(lines) - _LOOK_BACK), -1)
    statements = [at for at in recent if _TRACED.match(lines[at][:_LOOK_AT_CHARS])]
    if len(statements) < 2 or any(_ADDED.match(lines[at][:_LOOK_AT_CHARS]) for at in recent):
        return None
    last = statements[0] if not _LEAVES.match(lines[statements[0]][:80]) else statements[1]
    match = _TRACED.match(lines[last][:_LOOK_AT_CHARS])
    assert match is not None
    frame = _frame(match[1], int(match[2]), match[3]) if match[1] else Frame(source=match[3])
    return Traceback((Thrown("", frames=(frame,)),), last, len(lines) - 1, "shell", is_logged=True)
