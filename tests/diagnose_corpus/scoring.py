"""What is right and what is wrong in the diagnosis of a case."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sentinel_run.diagnose import thrown
from sentinel_run.diagnose.diagnosis import Diagnosis
from tests.diagnose_corpus.cases import Case, Ended

# What the issue asks for a score on.
SCORED = ("cause", "type", "value", "frame", "chain", "reason", "meaning", "details")


class Mark(NamedTuple):
    """One expectation: `asked` names it."""

    asked: str
    expected: Any
    found: Any

    @property
    def is_right(self) -> bool:
        """Whether it is met."""
        return bool(self.expected == self.found)


def marks(case: Case, done: Ended, made: Diagnosis) -> Iterator[Mark]:
    """Each expectation of `case`, beside what was found."""
    given = case.given
    status = given.get("status", "failed")
    yield Mark("status", status, made.status)
    yield Mark("ending", _ending(given), done.status)
    if status == "ok":
        return
    yield Mark("cause", given["cause"], made.cause)
    if "reason" in given:
        yield Mark("reason", *_as_far_as_said(given["reason"].replace("{dir}", done.folder), made.reason))
    if "meaning" in given:
        yield Mark("meaning", given["meaning"], made.exit_status_meaning)
    if "details" in given:
        yield Mark("details", given["details"], [detail.name for detail in made.details])
    yield Mark("others", given.get("others", []), [one.traceback.chain[-1].type for one in made.others])
    default = [] if case.language in ("negative", "tools") else [given.get("type", given["cause"])]
    chain = given.get("chain", default)
    yield Mark("chain", chain, [one.type for one in made.thrown])
    if chain:
        yield from _of_exception(given, done, made)


def _of_exception(given: dict[str, Any], done: Ended, made: Diagnosis) -> Iterator[Mark]:
    top = made.thrown[-1] if made.thrown else None
    yield Mark("type", given.get("type", given["cause"]), top and top.type)
    # The sentence of a run without an exception has the name of the command, which a capture does not.
    if not given.get("type", "").startswith("Command"):
        value = given.get("value", "").replace("{dir}", done.folder)
        yield Mark("value", *_as_far_as_said(value, top.value)) if top else Mark("value", value, None)
    if "module" in given:
        yield Mark("module", given["module"], top and top.module)
    if "frame" in given:
        yield Mark("frame", given["frame"], innermost(made))
    if "frames" in given:
        yield Mark("frames", given["frames"], top and len(top.frames))


def _as_far_as_said(expected: str, found: str) -> tuple[str, str]:
    """Both texts; alike where they only differ in what the expected one has a `…` for, as it changes by the run."""
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return expected, expected if re.fullmatch(pattern, found, re.DOTALL) else found


def innermost(made: Diagnosis) -> str:
    """The innermost frame of the user's own code, of the exception that ended the run or else of its causes."""
    frame = thrown.innermost(made.thrown)
    where = f"{os.path.basename(frame.file)}:{frame.line}" if frame else ""
    return f"{where} in {frame.function}" if frame and frame.function else where


def _ending(given: dict[str, Any]) -> int:
    import signal

    return -signal.Signals[given["signal"]].value if "signal" in given else given.get("exit_status", 1)
