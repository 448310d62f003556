"""The exception that ended a run and those behind it, each with its calls and their source."""

from __future__ import annotations

from sentinel_run.records import Record
from sentinel_run.report import exceptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from sentinel_run.cli.story import Story

# Somebody who caused an exception a thousand times over is told the last ones.
_MOST = 20


class Code(Record):
    """A line of source; its number is 0 where it is not known."""

    number: int
    text: str
    is_here: bool


class Call(Record):
    """One frame. `is_open` tells the one that a reader wants to see first."""

    where: str
    function: str
    is_own: bool
    is_open: bool
    code: tuple[Code, ...]


class Link(Record):
    """One exception, innermost call first; `how` is what it was to the one before it (`caused by`, `member`).

    Type and value are empty for a place alone: what a shell or a debugger tells of a run's end.
    """

    how: str
    type: str
    value: str
    calls: tuple[Call, ...]


class Chain(Record):
    """The exception that ended the run, then what it came from; `left_out` counts those beyond the last one."""

    title: str
    links: tuple[Link, ...]
    left_out: int


def chain(told: Story) -> Chain | None:
    """The chain, with source where it can be read; None where the output shows no exception."""
    diagnosis = told.diagnosis
    if not diagnosis.thrown:
        return None
    values = list(reversed(exceptions.values(told.facts, diagnosis)))
    links = tuple(map(_link, values[:_MOST]))
    if diagnosis.thrown[-1].value == diagnosis.sentence:  # No exception of the command's: all is said above.
        return Chain("Where it failed", (links[0]._replace(type="", value=""), *links[1:]), 0)
    return Chain("Exception", links, max(0, len(values) - _MOST))


def _link(value: Mapping[str, Any]) -> Link:
    frames = list(reversed(value.get("stacktrace", {}).get("frames", [])))
    own = next((at for at, frame in enumerate(frames) if frame.get("in_app")), 0)
    calls = tuple(_call(frame, is_open=at == own) for at, frame in enumerate(frames))
    return Link(_how(value["mechanism"]), value.get("type", ""), value.get("value", ""), calls)


def _how(mechanism: Mapping[str, Any]) -> str:
    source = mechanism.get("source")
    if source is None:
        return ""
    return "member" if source.startswith("exceptions[") else "caused by"


def _call(frame: Mapping[str, Any], *, is_open: bool) -> Call:
    name, line = frame.get("filename", ""), frame.get("lineno")
    return Call(
        where=f"{name}:{line}" if line else name or frame.get("module", ""),
        function=frame.get("function", ""),
        is_own=frame.get("in_app", False),
        is_open=is_open,
        code=tuple(_code(frame, line or 0)),
    )


def _code(frame: Mapping[str, Any], line: int) -> Iterator[Code]:
    if not frame.get("context_line"):
        return
    before: Sequence[str] = frame.get("pre_context", ())
    yield from (Code(line - len(before) + at, text, is_here=False) for at, text in enumerate(before))
    yield Code(line, frame["context_line"], is_here=True)
    yield from (Code(line + at, text, is_here=False) for at, text in enumerate(frame.get("post_context", ()), 1))
