"""OCaml's uncaught exceptions (stdlib's Printexc, runtime/printexc.c), with and without OCAMLRUNPARAM=b."""

from __future__ import annotations

import re

from sentinel_run.diagnose.thrown import Frame, Thrown, Traceback
from sentinel_run.diagnose.tracebacks.scan import run_of, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HINTS: tuple[str, ...] = ("Fatal error: exception ",)
_HEAD = re.compile(r"Fatal error: exception (.*)")
_NAME = re.compile(r"((?:[A-Z]\w*\.)*)([A-Z]\w*)(?:\((.*)\)|$)")
_PLACED = re.compile(
    r'(File "(?P<file>[^"]*)", line (?P<line>\d{1,9}), characters (?P<column>\d{1,9})-\d+): (?P<words>.*)$'
)
# The same from a program that does without the library's Printexc.
_PLACE_ALONE = re.compile(
    r'(?:Assert|Match)_failure\("(?P<file>[^"]*)", (?P<line>\d{1,9}), (?P<column>\d{1,9})\)$'
)
# Exceptions that the runtime puts into words of its own.
_WORDED = {
    "Pattern matching failed": "Match_failure",
    "Assertion failed": "Assert_failure",
    "Undefined recursive module": "Undefined_recursive_module",
}
_PLAIN = {"Stack overflow": "Stack_overflow", "Out of memory": "Out_of_memory"}
_CALL = re.compile(
    r"(?:Raised by primitive operation|Raised|Re-raised|Called from)(?: at)? ?([\w.()]+)?(?: in)? ?"
    r'(?:file "([^"]*)"(?: \(inlined\))?, lines? (\d{1,9})(?:-\d+)?, characters (\d{1,9})-|unknown location)'
)
_FOREIGN = re.compile(
    r"(?:Stdlib|CamlinternalLazy|Lwt|Base|Core|Async\w*|Eio\w*|Unix|Cmdliner\w*)(?:__|\.|$)|Dune__exe__\Z"
)


def read(lines: Sequence[str]) -> Iterator[Traceback]:
    """Every uncaught exception in `lines`."""
    return scan(lines, _HEAD, _one)


def _one(lines: Sequence[str], at: int, head: re.Match[str]) -> Traceback | None:
    thrown = _thrown(head[1])
    if thrown is None:
        return None
    calls = run_of(lines, at + 1, _CALL)
    frames = tuple(_frame(call) for call in reversed(calls))
    thrown = thrown._replace(frames=frames)
    place = _PLACED.match(head[1][:2000]) or _PLACE_ALONE.match(head[1][:2000])
    if place and not frames:
        file, line, column = place["file"], place["line"], place["column"]
        thrown = thrown._replace(frames=(Frame(file, int(line), column=int(column)),))
    return Traceback((thrown,), at, at + len(calls), "ocaml")


def _thrown(text: str) -> Thrown | None:
    """`Module.Name(arguments)`; a single text argument is the value without its quotes."""
    if place := _PLACED.match(text[:2000]):
        return Thrown(_WORDED.get(place["words"], place["words"]), place[1])
    name = _NAME.match(text)
    if name is None:
        return Thrown(_PLAIN[text]) if text in _PLAIN else None
    value = name[3] or ""
    if value.startswith('"') and value.endswith('"') and '", "' not in value:
        value = value[1:-1].replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    return Thrown(name[2], value, name[1].rstrip("."))


def _frame(call: re.Match[str]) -> Frame:
    function = (call[1] or "").replace("__", ".")
    in_app = bool(call[2]) and not _FOREIGN.match(call[1] or "")
    return Frame(call[2] or "", int(call[3] or 0), function, in_app=in_app, column=int(call[4] or 0))
