"""The exception of an event: the chain out of the output with its frames, or the one value that says why."""

from __future__ import annotations

import os

from sentinel_run.report import limits
from sentinel_run.report.source import path, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sentinel_run.diagnose.diagnosis import Diagnosis
    from sentinel_run.diagnose.thrown import Frame, Thrown
    from sentinel_run.facts import Facts
    from sentinel_run.report.source import Place, Source

# Of endless recursion the two ends tell everything.
_OUTERMOST, _INNERMOST = 20, 60
_MECHANISM = {"type": "sentinel-run", "handled": False}


def values(facts: Facts, diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """Sentry's `exception.values`: the root cause first, what ended the run last."""
    if not diagnosis.thrown:
        value = {"type": diagnosis.type, "value": limits.cut(diagnosis.sentence)}
        return [{**value, "mechanism": {**_MECHANISM, "handled": _is_handled(facts)}}]
    shown = [thrown._replace(frames=_ends(thrown.frames)) for thrown in diagnosis.thrown]
    known = sources([frame for thrown in reversed(shown) for frame in reversed(thrown.frames)], facts)
    made = [_value(shown, at, facts, known) for at in range(len(shown))]
    made[-1]["mechanism"] = {**made[-1]["mechanism"], "handled": _is_handled(facts)}
    return made


def _is_handled(facts: Facts) -> bool:
    """A command that failed has handled nothing; a program may have caught what it reports."""
    return facts.failure is not None and facts.failure.is_handled


def _ends(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    if len(frames) <= _OUTERMOST + _INNERMOST:
        return tuple(frames)
    return (*frames[:_OUTERMOST], *frames[-_INNERMOST:])


def _value(chain: Sequence[Thrown], at: int, facts: Facts, known: Mapping[Place, Source]) -> dict[str, Any]:
    thrown = chain[at]
    frames = [_frame(frame, facts, known) for frame in thrown.frames]
    return _known(
        type=limits.cut(thrown.type, limits.TYPE_CHARS),
        value=limits.cut(thrown.value),
        module=limits.cut(thrown.module, limits.TYPE_CHARS),
        stacktrace={"frames": frames} if frames else None,
        mechanism=_mechanism(chain, at),
    )


def _mechanism(chain: Sequence[Thrown], at: int) -> dict[str, Any]:
    """How the exceptions hang together (https://develop.sentry.dev/sdk/data-model/event-payloads/exception/)."""
    last = len(chain) - 1
    if last == 0:
        return _MECHANISM
    is_group = any(one.parent == at and one.link.startswith("exceptions[") for one in chain)
    here = {"exception_id": last - at, **({"is_exception_group": True} if is_group else {})}
    if at == last:
        return {**_MECHANISM, **here}
    parent_id = last - chain[at].parent if chain[at].parent >= 0 else 0
    return {"type": "chained", "handled": False, "source": chain[at].link, "parent_id": parent_id, **here}


def _frame(frame: Frame, facts: Facts, known: Mapping[Place, Source]) -> dict[str, Any]:
    whole = path(frame, facts)
    found = known.get((whole, frame.line))
    return _known(
        filename=limits.cut(_shown(whole, facts) or frame.file, limits.PATH_CHARS),
        abs_path=limits.cut(whole, limits.PATH_CHARS),
        function=limits.cut(frame.function, limits.PATH_CHARS),
        module=limits.cut(frame.module, limits.PATH_CHARS),
        lineno=frame.line,
        colno=frame.column,
        in_app=frame.in_app,
        context_line=found.line if found else limits.cut(frame.source, limits.PATH_CHARS),
        pre_context=list(found.before) if found else None,
        post_context=list(found.after) if found else None,
    )


def _shown(whole: str, facts: Facts) -> str:
    """The path from the run's directory where the file is below it."""
    folder = f"{facts.command.cwd.rstrip(os.sep)}{os.sep}"
    return whole[len(folder) :] if whole.startswith(folder) else whole


def _known(**members: Any) -> dict[str, Any]:
    """Only what is known; `False` is something known."""
    return {name: value for name, value in members.items() if value is False or value}
