"""Erlang's errors: escript, the shell, crash and error reports of its logger, and `init terminating`.

The type is the class that the language has for it (`error`, `exit`, `throw`) where it words the reason, and the
reason's own name (`badarith`) where it prints the raw term.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import message, run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = (
    "exception error: ",
    "exception exit: ",
    "exception throw: ",
    "init terminating in do_boot",
    "with exit value:",
)
_HEAD = re.compile(
    r"(?P<script>escript: |\*\* )?(?P<indent>\s*)exception (?P<class>error|exit|throw): (?P<text>.*)"
    r"|\{\"init terminating in do_boot\",(?P<term>.*)\}$|Error in process (?P<pid>\S+) .*with exit value:$"
)
_CALL = re.compile(
    r"\s+in (?:function|operator|call from) +(\S+?/\d+) *(?:\(([^(),]+), line (\d{1,9})\))?$"
    r"|\s+(?:called as |\*\*\* argument )"
)
_END = re.compile(r"\s+in (?:function|operator|call from) |\s+(?:ancestors|messages): |\S")
# What a crash report of proc_lib goes on with after the calls: the state that the process was in.
_STATE = re.compile(
    r"\s+(?:ancestors|message_queue_len|messages|links|dictionary|trap_exit|status|heap_size|stack_size|reductions"
    r"|neighbours): ?|\s{4,}\S"
)
_TERM_CALL = re.compile(
    r"\{(\w+|'[^']*'),(\w+|'[^']*'),(?:\d+|\[[^\[\]]*\]),\[\{file,\"([^\"]*)\"\},\{line,(\d{1,9})\}"
)
_REASON = re.compile(r"\{*(\w+)")
# Erlang's own modules, which every escript's frames are full of.
_FOREIGN = re.compile(
    r"(?:erl_eval|escript|init|lists|maps|gen\w*|proc_lib|erlang|supervisor|application\w*|ets|file|io\w*|string"
    r"|timer|code\w*|rpc|logger\w*|eunit\w*)[:.]"
)
# escript compiles a script to a module with a name of its own in each run.
_ESCRIPT = re.compile(r"__escript__[\d_]{1,60}")
_LOOK_AT_CHARS = 20_000


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every error in `lines`. One that only a report tells of may be survived: supervisors start anew."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    if head["term"]:
        return _of_term(head["term"], at, at)
    if head["pid"]:
        found = _of_term(lines[at + 1], at, at + 1) if at + 1 < len(lines) else None
        return found and found._replace(is_logged=True)
    text, end = message(lines, at + 1, head["text"], _END)
    calls = run_of(lines, end, _CALL)
    frames = tuple(_frame(one[1], one[2] or "", int(one[3] or 0)) for one in reversed(calls) if one[1])
    value = "\n".join(line.strip() for line in text.split("\n"))
    thrown = Thrown(head["class"], value, frames=frames)
    end += len(calls)
    state = 0 if head["script"] else len(run_of(lines, end, _STATE))
    return Traceback((thrown,), at, end + state - 1, "erlang", is_logged=not head["script"])


def _of_term(text: str, first: int, last: int) -> Traceback | None:
    """The raw term `{Reason, [{Module, Function, Arity, [{file, ...}, {line, ...}]}, ...]}`."""
    text = text[:_LOOK_AT_CHARS]
    reason = _REASON.match(text)
    if reason is None:
        return None
    frames = tuple(
        _frame(f"{one[1]}:{one[2]}", one[3], int(one[4])) for one in reversed(list(_TERM_CALL.finditer(text)))
    )
    value, _, _ = text.partition(",[{")
    return Traceback((Thrown(reason[1], value.strip("{}"), frames=frames),), first, last, "erlang")


def _frame(function: str, file: str, line: int) -> Frame:
    function = _ESCRIPT.sub("", function)
    return Frame(file, line, function, in_app=":" in function and not _FOREIGN.match(function))
