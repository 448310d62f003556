"""The end of a run in a few words: what failed, why, where, and the last lines."""

from __future__ import annotations

import os

from sentinel_run.diagnose.cause import diagnose
from sentinel_run.diagnose.diagnosis import FAILED
from sentinel_run.diagnose.lines import lines
from sentinel_run.diagnose.thrown import innermost
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentinel_run.facts import Facts

_LAST_LINES = 20


class Story(Record):
    """`file` is a path below `root` and `line` counts from 1, of the innermost frame of the user's own code."""

    name: str
    failed: bool
    sentence: str
    duration_s: float
    file: str
    line: int
    last_lines: tuple[str, ...]


def of(facts: Facts, root: str) -> Story:
    """The story of a run that has ended. A file outside of `root` is not named: nobody could look it up there."""
    diagnosis = diagnose(facts)
    frame = innermost(diagnosis.thrown)
    path = _below(root, os.path.join(facts.command.cwd, frame.file)) if frame and frame.line else ""
    return Story(
        name=facts.command.name,
        failed=diagnosis.status == FAILED,
        sentence=diagnosis.sentence or f"{facts.command.name} succeeded",
        duration_s=facts.ending.duration_s if facts.ending else 0.0,
        file=path,
        line=frame.line if frame and path else 0,
        last_lines=tuple(line.text for line in lines(facts.output)[-_LAST_LINES:]),
    )


def _below(root: str, path: str) -> str:
    path, root = os.path.normpath(path), os.path.normpath(root or "/").rstrip("/")
    return path[len(root) + 1 :] if path.startswith(f"{root}/") else ""
