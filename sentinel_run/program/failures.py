"""What made a task fail: an exception with its traceback, or a reason alone."""

from __future__ import annotations

from sentinel_run.facts import Failure
from sentinel_run.program.values import text

TASK_FAILURE = "task_failure"
_CANCELLATIONS = ("KeyboardInterrupt", "CancelledError", "GeneratorExit")
_MARK = "__sentinel_run_reported__"


def of_exception(error: BaseException, *, handled: bool) -> Failure | None:
    """The failure that an exception means; None for one that ends a program in success, `SystemExit(0)`."""
    import traceback

    if isinstance(error, SystemExit) and error.code in (None, 0):
        return None
    kind = type(error)
    return Failure(
        cause=kind.__name__,
        message=_message(error),
        traceback="".join(traceback.format_exception(error)),
        is_cancelled=kind.__name__ in _CANCELLATIONS,
        is_handled=handled,
        is_reported=getattr(error, _MARK, False) is True,
    )


def of_reason(reason: str) -> Failure:
    """A failure without an exception."""
    return Failure(TASK_FAILURE, text(reason), is_handled=True)


def mark_reported(error: BaseException) -> None:
    """From now on the exception has a report of its own; a task that it leaves does not make a second one."""
    try:
        setattr(error, _MARK, True)
    except (AttributeError, TypeError):  # One with slots: it is reported twice, with one fingerprint each.
        return


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as fault:
        return f"<{type(fault).__name__} in __str__>"
