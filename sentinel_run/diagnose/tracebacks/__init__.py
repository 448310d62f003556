"""Tracebacks out of the output: one reader a family of languages, and which of all that they find ended the run.

A new language is one file here, one row in `READERS`, and its cases in `tests/diagnose_corpus/`. A reader has

* `HINTS`, literals of which at least one is in every output with such a traceback: a cheap test before the rest;
* `read(lines)`, a pure function over the clean lines of ONE program, log prefixes and line breaks taken away. It
  never raises, whatever the text, and takes linear time: no line is looked at more than a fixed number of times,
  and no regular expression can match the same text in two ways.
"""

from __future__ import annotations

from sentinel_run.diagnose.recent import MOST_CHARS, MOST_LINES
from sentinel_run.diagnose.tracebacks import (
    ada,
    clojure,
    cmake,
    cpp,
    crystal,
    d,
    dart,
    dotnet,
    dotnet_bare,
    elixir,
    erlang,
    fortran,
    go,
    guile,
    haskell,
    java,
    javascript,
    javascript_tap,
    julia,
    lisp,
    lua,
    nim,
    ocaml,
    octave,
    pascal,
    perl,
    php,
    php_console,
    powershell,
    python,
    python_bare,
    python_pytest,
    python_rich,
    r,
    raku,
    ruby,
    ruby_logged,
    ruby_rake,
    ruby_tests,
    rust,
    rust_main,
    sanitizers,
    scripted,
    shell,
    swift,
    tcl,
    zig,
)
from sentinel_run.diagnose.tracebacks.aftermath import LANGUAGES, aftermath
from sentinel_run.diagnose.tracebacks.afterwords import fenced, passed_at
from sentinel_run.diagnose.tracebacks.choice import Found, ended_by, last_word
from sentinel_run.diagnose.tracebacks.margins import without_margin
from sentinel_run.diagnose.tracebacks.sources import sources

__all__ = ["READERS", "Found", "ended_by", "tracebacks"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    from sentinel_run.diagnose.lines import Line
    from sentinel_run.diagnose.thrown import Traceback
    from sentinel_run.diagnose.tracebacks.sources import Source

    class Reader(Protocol):
        """A module of this package."""

        HINTS: tuple[str, ...]

        def read(self, lines: Sequence[str]) -> Iterator[Traceback]:
            """Every traceback in `lines`, in their order."""


# Of two readers that claim the same lines the earlier one has them: forms that are told by common words come last.
READERS: tuple[Reader, ...] = (
    ruby_tests, ruby, ruby_rake, ruby_logged, python_pytest, python, python_bare, python_rich, java,
    javascript_tap, javascript,
    go, rust, rust_main, sanitizers, cpp, php, php_console, dotnet, dotnet_bare, elixir, erlang, clojure,
    crystal, dart, swift, haskell, julia, zig, ocaml, fortran, nim, ada, pascal, guile, lisp, d, lua, tcl, r,
    octave, powershell, raku, perl, scripted, cmake, shell,
)  # fmt: skip


# Each traceback becomes records, which is what takes long; a report shows twenty of those that ended nothing.
# Where they stand dense, a part of the end has as many; to try that first saves time where there is much more.
_ENOUGH, _PART, _MUCH = 300, 6, 2
# So many lines may a program say after what it logs, before it ends.
_MOST_FAREWELLS = 4


def tracebacks(lines: Sequence[Line]) -> list[Found]:
    """Every traceback in as much of the output's end as a diagnosis reads, in the order of their last lines.

    Where they stand so dense that hundreds of them, and the one that ended the run, are in less than that, those
    are all.
    """
    found = list[Found]()
    if _beginning(lines, _MUCH):
        found = _read(lines, _beginning(lines, _PART))
    if len(found) < _ENOUGH or ended_by(found) is None:
        found = _read(lines, _beginning(lines, 1))
    return sorted(found, key=lambda one: one.last)


def _read(lines: Sequence[Line], beginning: int) -> list[Found]:
    """One that stands behind an unknown margin is looked for only where there is no other.

    It could be a quotation, so that it counts only as the last word.
    """
    programs = sources(lines, beginning)
    found = [one for source in programs for one in _of_source(source)]
    if not found:
        moved = filter(None, map(without_margin, programs))
        found = [one for source in moved for one in _of_source(source) if one.is_last_word]
    return found


def _beginning(lines: Sequence[Line], part: int) -> int:
    """The index from which on the lines are that part of what a diagnosis reads."""
    left, least = MOST_CHARS // part, max(0, len(lines) - MOST_LINES // part)
    for index in range(len(lines) - 1, least - 1, -1):
        left -= len(lines[index].text) + 1
        if left < 0:
            return index + 1
    return least


def _of_source(source: Source) -> list[Found]:
    """All of one program, with what came after those that it may have printed itself."""
    claimed = bytearray(len(source.texts))
    found = list(_claims(source, claimed))
    printed = (one.traceback for one in found if one.traceback.language in LANGUAGES)
    uncaught = [traceback for traceback in printed if not traceback.is_caught]
    if not uncaught:
        return found
    after = aftermath(source, max(uncaught, key=lambda traceback: traceback.last), claimed)
    return [one._replace(aftermath=after) if one.traceback.language in LANGUAGES else one for one in found]


def _claims(source: Source, claimed: bytearray) -> Iterator[Found]:
    text = "\n".join(source.texts)
    last, farewell = last_word(source.texts), last_word(source.texts, _MOST_FAREWELLS)
    harmless = _harmless(source.texts, text)
    for reader in READERS:
        if any(hint in text for hint in reader.HINTS):
            for traceback in reader.read(source.texts):
                lines = slice(traceback.first, traceback.last + 1)
                if not any(claimed[lines]):
                    claimed[lines] = b"\1" * len(claimed[lines])
                    is_caught = traceback.is_caught or bool(harmless[traceback.first])
                    # A complaint without a type (a shell's) is no error that a program logs before it gives up.
                    word = farewell if traceback.chain[-1].type else last
                    yield Found.of(traceback._replace(is_caught=is_caught), source, word)


def _harmless(texts: Sequence[str], text: str) -> bytearray:
    """Marks the lines before the word that all tests passed, and those that Markdown's fences show."""
    passed = max(0, passed_at(texts)) if "\nOK" in text or " passed" in text else 0
    marks = bytearray(len(texts))
    for part in (range(passed), *(fenced(texts) if "```" in text or "~~~" in text else ())):
        marks[part.start : part.stop] = b"\1" * len(part)
    return marks
