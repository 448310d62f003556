"""Failures that a program catches itself."""

from __future__ import annotations

import os

from sentinel_run.program import failures, page
from sentinel_run.program.switch import harmless, is_off
from sentinel_run.program.tasks import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sentinel_run.facts import Failure

_UNNAMED = "python"


def capture_exception(
    exc: BaseException | None = None, task: str = "", data: Mapping[str, Any] | None = None
) -> None:
    """Report an exception, the one that is being handled if none is given.

    Inside a task it is that task's failure. With the name of another `task`, or outside of one, it is a failed run
    of its own, grouped by task and exception class.
    """
    import sys

    error = exc or sys.exc_info()[1]
    if error is not None and not is_off():
        harmless(lambda: _capture_exception(error, task, data or {}))


def capture_failure(task: str = "", reason: str = "", data: Mapping[str, Any] | None = None) -> None:
    """Report a failure without an exception, grouped by task; where it counts as in `capture_exception`."""
    if not is_off():
        harmless(lambda: _capture(failures.of_reason(reason), task, data or {}))


def _capture_exception(error: BaseException, task: str, data: Mapping[str, Any]) -> None:
    failure = failures.of_exception(error, handled=True)
    if failure is not None and not failure.is_reported:
        _capture(failure, task, data)
        failures.mark_reported(error)


def _capture(failure: Failure, name: str, data: Mapping[str, Any]) -> None:
    own, inside = page.own(), page.current()
    if own is not None and name in ("", own.name) and own.fail(failure):
        own.add_data(data)
        return
    outcome = Task(name or (inside.name if inside else _program()), data)
    earlier = inside.page if inside else page.Page()
    if own is None:
        earlier.add_all(page.unclaimed())
    with outcome:
        outcome.page.take_over(earlier)
        outcome.fail(failure)


def _program() -> str:
    """The name of the program, for a failure whose task has none."""
    import sys

    from sentinel_run import naming

    return naming.command_name(sys.orig_argv, os.environ) if sys.orig_argv else _UNNAMED
