"""Elixir's exceptions (`** (RuntimeError) ...`): of scripts, mix, processes that log their end, and ExUnit."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.chain import causes
from sentinel_run.diagnose.tracebacks.scan import message, run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("** (", "Assertion with ")
_HEAD = re.compile(
    r"(?P<indent> *)(?:\*\* \((?P<type>[\w.]++)(?: from #PID<[\d.]+>)?\) (?P<text>.*)"
    r"|(?P<assertion>Assertion with \S+ failed)$)"
)
_CALL = re.compile(
    r" {4,}(?:\((?P<app>\w++) [\w.+-]++\) )?"
    r"(?:(?P<file>[\w./-]+?\.(?:exs?|erl|eex|heex)):(?P<line>\d{1,9}+): (?P<function>.*)"
    r"|(?P<alone>:?\w[\w.]*\.\w+[?!]?(?:\(.*\)|/\d+)$))"
)
# `code:` and what follows it until `stacktrace:` is ExUnit's; the others end a log record.
_END = re.compile(rf"{_CALL.pattern}|\s+(?:code|stacktrace):(?: |$)|{_HEAD.pattern}")
_TESTED = re.compile(r"\s+(?:code|left|right|stacktrace|arguments): *|\s{10,}\S")
_LOGGED = re.compile(
    r"(?:\[error\] )?(?:GenServer|Task|Process|State machine|Agent|Ranch|:gen_\w+|#PID)\b"
    r".*(?:terminating|raised an exception)"
)
_RECORD = re.compile(r"(?:Last message|State|Function|Client|Initial Call|Ancestors)\b.*|    Args: ")
# Nested: an exception was raised in another process, or the reason of an exit.
_NESTED = " an exception was raised:"
_MODULE = re.compile(r"(?:(.*)\.)?(\w+)$")
# Elixir's and Erlang's own applications, and those of libraries that most frames lead through.
_APPLICATIONS = frozenset({
    "elixir", "mix", "iex", "ex_unit", "eex", "logger", "stdlib", "kernel", "erts", "compiler", "crypto",
    "ssl", "inets", "public_key", "ecto", "ecto_sql", "phoenix", "plug", "plug_cowboy", "cowboy", "ranch",
    "bandit", "db_connection", "postgrex", "telemetry", "jason", "tesla", "finch", "oban", "broadway",
    "gen_stage", "phoenix_html", "phoenix_live_view", "gettext", "decimal", "mint", "hackney", "httpoison",
    "absinthe",
})  # fmt: skip


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every exception in `lines`; of an exit, the exception that it came of."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback:
    thrown, last = _thrown(lines, at, head)
    chain = [thrown]
    if (
        last + 1 < len(lines)
        and (inner := _HEAD.match(lines[last + 1]))
        and len(inner["indent"]) > len(head["indent"])
    ):
        nested, last = _thrown(lines, last + 1, inner)
        chain = [nested] if (head["text"] or "").endswith(_NESTED[1:]) else [thrown, nested]
    is_logged = at > 0 and bool(_LOGGED.match(lines[at - 1][:500]))
    last += len(run_of(lines, last + 1, _RECORD)) if is_logged else 0
    return Traceback(causes(chain), at, last, "elixir", is_logged=is_logged)


def _thrown(lines: Sequence[str], at: int, head: re.Match[str]) -> tuple[Thrown, int]:
    first = head["text"] or head["assertion"] or ""
    text, end = message(lines, at + 1, first, _END)
    if end == len(lines) or not _END.match(lines[end][:2000]):
        # Without frames nobody can tell where a message of several lines ends.
        text, end = first, at + 1
    tested = run_of(lines, end, _TESTED)
    if tested and tested[-1][0].strip() != "stacktrace:":
        tested = []
    calls = run_of(lines, end + len(tested), _CALL)
    if head["assertion"]:
        text = "\n".join([text, *(lines[n].strip() for n in range(end, end + len(tested) - 1))])
    name = _MODULE.match(head["type"] or "ExUnit.AssertionError")
    module, kind = (name[1] or "", name[2]) if name else ("", head["type"])
    frames = tuple(_frame(call) for call in reversed(calls))
    return Thrown(kind, _dedented(text), module, frames), max(end + len(tested) + len(calls) - 1, at)


def _frame(call: re.Match[str]) -> Frame:
    """A frame. A project's own application stands in the same place as a library's (`(elixir 1.14.0)`)."""
    if call["alone"]:
        return Frame(function=call["alone"].partition("(")[0], in_app=False)
    file = call["file"]
    in_app = call["app"] not in _APPLICATIONS and not file.startswith("deps/")
    return Frame(file, int(call["line"]), call["function"], call["app"] or "", in_app)


def _dedented(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()
