"""What a run says at its end to a person at a terminal: one line, or for a failure a short panel.

The facts are safe by then. Only the outermost run speaks, only where stderr is a terminal, and it never waits long
for one: a terminal that takes nothing gets nothing.
"""

from __future__ import annotations

import os
import select
import sys
import time

from sentinel_run.child import signals, terminal
from sentinel_run.child.sink import Sink
from sentinel_run.epilogue import brief, paint
from sentinel_run.facts import PROCESS
from sentinel_run.records import SHORT_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel_run.child.tail import Tail
    from sentinel_run.epilogue.paint import Paper
    from sentinel_run.facts import Facts
    from sentinel_run.records import Plan

_STDOUT, _STDERR = 1, 2
_PATIENCE_S = 0.5
_USUAL_WIDTH = 80
_COLOURLESS = frozenset({"", "dumb", "unknown"})
_UTF_8 = "utf-8"


class Farewell:
    """Said in two steps: `begin` while the report is under way, `conclude` once it is known where that is."""

    def __init__(self, plan: Plan, facts: Facts, tail: Tail, *, is_failure: bool) -> None:
        self._facts, self._tail, self._is_failure = facts, tail, is_failure
        self._is_due = _is_due(plan, facts, is_failure=is_failure)
        self._paper = _paper(plan.environ)
        self._has_panel = False

    def is_heard(self) -> bool:
        """Whether there is something to say, and a terminal that is ours to say it on."""
        return self._is_due and not _is_unwelcome()

    def begin(self) -> None:
        """Say the line or, of a failure, all that is known before its report has left."""
        if not self._is_due:
            return
        name, rest = brief.no_success(self._facts) if self._is_failure else brief.success(self._facts)
        if name:
            lines = paint.line(self._paper, name, rest, is_good=not self._is_failure)
        else:
            from sentinel_run.epilogue import panel

            lines = paint.panel(self._paper, panel.of(self._facts))
            self._has_panel = True
        self._write(self._fresh_line(), lines)

    def conclude(self, state: str, how: str) -> None:
        """Say where the report of a failure is and how to see more; nothing if the line has said it all."""
        if not self._has_panel:
            return
        from sentinel_run import whereabouts

        rows = [("report", whereabouts.in_words(self._facts, state, how))]
        if state:
            rows.append(("more", f"sentinel-run show {self._facts.identity.run_id[:SHORT_ID]}"))
        self._write("", paint.rows(self._paper, rows))

    def _write(self, beginning: str, lines: Sequence[str]) -> None:
        end = "\n" if terminal.translates_newlines(_STDERR) else "\r\n"
        text = beginning + "".join(f"{line}{end}" for line in lines)
        if not _is_unwelcome():
            _write(text.encode(self._paper.encoding, "backslashreplace"))

    def _fresh_line(self) -> str:
        """What begins a new line unless the cursor is at the beginning of one.

        Where we cannot know, blanks up to the last column do: they wrap only if something was there before.
        """
        if self._is_on_fresh_line():
            return ""
        if not self._paper.obeys:
            return "\r\n"
        reset = "\x1b[0m" if self._paper.has_colours else ""
        return f"{reset}{' ' * (self._paper.width - 1)}\r"

    def _is_on_fresh_line(self) -> bool:
        """By the last byte that went to the terminal. A key that interrupts is shown by the terminal itself."""
        ending = self._facts.ending
        if not self._facts.place.captured or (ending is not None and ending.interrupted_by):
            return False
        shown = _shown_streams()
        chunks = (chunk for kept in (self._tail.tail, self._tail.head) for chunk in reversed(kept))
        last = next((chunk for chunk in chunks if chunk.stream in shown and chunk.data), None)
        return last is None or last.data.endswith(b"\n")


def _is_due(plan: Plan, facts: Facts, *, is_failure: bool) -> bool:
    """Whoever wants to hear of failures only does not want to hear of a success at all."""
    is_outermost = facts.command.kind == PROCESS and not facts.identity.parent_run_id
    return is_outermost and (is_failure or not plan.value("only-on-failure"))


def _paper(environ: Mapping[str, str]) -> Paper:
    kind = environ.get("TERM", "")
    try:
        width = os.get_terminal_size(_STDERR).columns or _USUAL_WIDTH
    except OSError:
        width = _USUAL_WIDTH
    return paint.Paper(
        width=width,
        obeys=kind not in _COLOURLESS,
        has_colours=kind not in _COLOURLESS and not environ.get("NO_COLOR"),
        encoding=getattr(sys.stderr, "encoding", "") or _UTF_8,
    )


def _shown_streams() -> frozenset[str]:
    return frozenset(("output", "stderr", *(("stdout",) if os.isatty(_STDOUT) else ())))


def _is_unwelcome() -> bool:
    """Whether the terminal is not ours to write on.

    The user wants no background job to write there (`stty tostop`), and we are one; or we are in a pipeline, and a
    program that reads single keys (a pager) has the screen.
    """
    import termios

    try:
        local = termios.tcgetattr(_STDERR)[terminal.LOCAL]
        if local & termios.TOSTOP and os.tcgetpgrp(_STDERR) != os.getpgrp():
            return True
    except (OSError, termios.error):  # It was hung up, or is not the one that controls us.
        return False
    return not local & termios.ICANON and not os.isatty(_STDOUT)


def _write(data: bytes) -> None:
    """Write as much as the terminal takes within half a second. No signal stops us meanwhile."""
    mask = signals.block_all()
    try:
        sink = Sink(_STDERR)
        try:
            _put(sink, data)
        finally:
            sink.close()
    except OSError:  # It was hung up.
        return
    finally:
        signals.restore_mask(mask)


def _put(sink: Sink, data: bytes) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    sink.put(data)
    while sink.waiting and (left_s := deadline - time.monotonic()) > 0:
        if select.select([], [sink.fd], [], left_s)[1]:
            sink.put(sink.waiting)
