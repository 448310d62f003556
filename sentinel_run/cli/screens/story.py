"""One run on one screen: the sentence first, how it ended, where its time went, its last lines, its steps."""

from __future__ import annotations

import shlex
import time

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sentinel_run.cli.screens import canvas, words
from sentinel_run.cli.screens.ending import ended
from sentinel_run.cli.screens.exception import exception
from sentinel_run.cli.screens.machine import machine
from sentinel_run.cli.screens.noted import noted
from sentinel_run.cli.screens.output import output
from sentinel_run.cli.screens.waterfall import waterfall
from sentinel_run.epilogue.why import explained
from sentinel_run.report.trigger import trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from sentinel_run.cli.story import Story
    from sentinel_run.diagnose.compared import Compared
    from sentinel_run.facts import Facts

# From here on the bars have room beside the facts.
_WIDE, _FACTS_WIDTH = 160, 90
_LABELS = len("environment  ")
_STYLES = {"ok": canvas.GOOD, "failed": canvas.BAD, "running": canvas.GOING}


def screen(told: Story, width: int, *, is_whole: bool = False) -> RenderableType:
    """The whole story. Long lines of the output are cut on a terminal, unless it `is_whole`."""
    is_wide = _WIDE <= width < canvas.NO_WIDTH
    bars = list(waterfall(told.facts, width - _FACTS_WIDTH if is_wide else width))
    is_beside = is_wide and bool(bars)
    grid = _grid(told, (_FACTS_WIDTH if is_beside else width) - _LABELS)
    facts = [_side_by_side(grid, bars)] if is_beside else [grid]
    said = output(told, canvas.NO_WIDTH if is_whole else width)
    parts = (
        exception(told), [] if is_wide else bars, said, _steps(told.facts), noted(told.facts), _more(told, width),
    )  # fmt: skip
    return Group(_headline(told), Text(), *facts, *(piece for part in parts for piece in part))


def _side_by_side(left: RenderableType, right: Sequence[RenderableType]) -> Table:
    """The facts, and beside them the bars without the line that sets these off from what is above them."""
    table = Table.grid(padding=(0, 4, 0, 0))
    table.add_column(width=_FACTS_WIDTH - 4)
    table.add_column()
    table.add_row(left, Group(*right[1:]))
    return table


def _headline(told: Story) -> Text:
    status, name = told.diagnosis.status, told.facts.command.name
    sentence = told.diagnosis.sentence or f"{name} succeeded"
    return Text.assemble((f"{status}: ", _STYLES.get(status, "")), canvas.text(sentence, canvas.TITLE))


def _grid(told: Story, width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=canvas.ASIDE, no_wrap=True)
    table.add_column(overflow="fold")
    for label, content in _rows(told):
        table.add_row(label, canvas.brief(content, width))
    return table


def _rows(told: Story) -> Iterator[tuple[str, str]]:
    facts = told.facts
    yield "ended", ended(told)
    yield from explained(told.diagnosis)
    yield "command", shlex.join(facts.command.argv)
    yield "directory", facts.command.cwd
    yield "started", f"{words.clock(facts.started_at)}, {words.ago(facts.started_at, time.time())}"
    yield "took", _took(told)
    yield from _compared(told.diagnosis.compared)
    yield "started by", _place(facts)
    if on := machine(facts):
        yield "machine", on
    yield "environment", _report(facts)
    yield from (("tag", f"{key}={value}") for key, value in facts.reporting.tags)
    if facts.monitor is not None:
        yield (
            "monitor",
            " ".join(filter(None, (facts.monitor.slug, facts.monitor.schedule, facts.monitor.timezone))),
        )
    yield "run", facts.identity.run_id
    yield "trace", facts.identity.trace_id
    if facts.identity.parent_run_id:
        yield "inside run", facts.identity.parent_run_id
    yield from (("sent", sentence) for sentence in _sent(told.sent))
    yield from (("note", note) for note in facts.notes)


def _took(told: Story) -> str:
    facts, used = told.facts, told.facts.usage
    if told.is_running:
        return f"{words.took(max(0.0, time.time() - facts.started_at))} so far"
    if told.duration_s is None:
        return "unknown"
    if not used.max_rss_bytes:  # It never ran, so the kernel counted nothing.
        return words.took(told.duration_s)
    cpu = f"CPU {words.took(used.user_s + used.system_s)}"
    parts = f"user {words.took(used.user_s)}, system {words.took(used.system_s)}"
    return f"{words.took(told.duration_s)}, {cpu} ({parts}), peak memory {words.size(used.max_rss_bytes)}"


def _compared(found: Compared) -> Iterator[tuple[str, str]]:
    if found.usual_s is not None:
        peak = f", peak memory {words.size(found.usual_peak_bytes)}" if found.usual_peak_bytes else ""
        yield "usually", f"{words.took(found.usual_s)}{peak} (median of {found.runs} runs)"
    if found.sentences:
        yield "compared", "; ".join(found.sentences)


def _place(facts: Facts) -> str:
    place = facts.place
    parent = f" ({place.ancestors[0]})" if place.ancestors else ""
    login = place.user or f"user {place.uid}"  # The name is looked up after the run (deliver/intake).
    return f"{trigger(place)}{parent}, as {login} on {place.host}"


def _report(facts: Facts) -> str:
    release = facts.reporting.release
    return facts.reporting.environment + (f", release {release}" if release else "")


def _sent(sentences: Sequence[str]) -> Iterator[str]:
    """Envelopes of which the same is to be said, together."""
    kinds: dict[str, list[str]] = {}
    for sentence in sentences:
        kind, _, answer = sentence.partition(": ")
        kinds.setdefault(answer, []).append(kind)
    yield from (": ".join(filter(None, (", ".join(names), answer))) for answer, names in kinds.items())


def _more(told: Story, width: int) -> Iterator[RenderableType]:
    """Where to look next, for a person at a terminal."""
    if width >= canvas.NO_WIDTH:
        return
    yield Text()
    is_cut = told.kept > len(told.lines) or any(canvas.is_long(line.text, width) for line in told.lines)
    ways = (
        (f"show {told.short_id} --lines {max(1000, told.kept)}", "all of its output", is_cut),
        (f"show {told.short_id} --html FILE", "a page for a browser", not told.is_running),
        (f"show {told.short_id} --envelope", "what goes to Sentry", not told.is_running),
        (f"history --name {shlex.quote(told.facts.command.name)}", "its other runs", True),
    )
    shown = [(way, what) for way, what, is_there in ways if is_there]
    longest = max(cell_len(way) for way, _ in shown)
    is_roomy = all(len(f"sentinel-run   {what}") + longest <= width for _, what in shown)
    for way, what in shown:
        placed = set_cell_size(way, longest) if is_roomy else way
        yield Text.assemble(("sentinel-run ", canvas.ASIDE), canvas.text(placed), (f"  {what}", canvas.ASIDE))


def _steps(facts: Facts) -> Iterator[RenderableType]:
    if not facts.steps:
        return
    yield Text("\nsteps", style=canvas.TITLE)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style=canvas.ASIDE, no_wrap=True)
    table.add_column(overflow="fold")
    for step in facts.steps:
        style = canvas.BAD if step.level in ("error", "fatal") else ""
        table.add_row(f"{step.at_s:.3f}", canvas.text(step.message, style))
    yield table
