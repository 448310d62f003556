"""The one switch that turns everything off, and the promise that nothing of ours is raised into the program."""

from __future__ import annotations

import os

from sentinel_run import kinds, notes
from sentinel_run.errors import BadValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

VARIABLE = "SENTINEL_RUN_ENABLED"


def is_off() -> bool:
    """Whether `SENTINEL_RUN_ENABLED=0`, or another word for no, is in the environment."""
    try:
        return not kinds.switch(os.environ.get(VARIABLE) or "1")
    except BadValueError:
        return False


def harmless(act: Callable[[], T]) -> T | None:
    """What `act` returns. If it fails: None, and a word to whoever asks with SENTINEL_RUN_VERBOSE=1."""
    try:
        return act()
    except Exception as error:
        if notes.may_speak(quiet=False, verbose=os.environ.get("SENTINEL_RUN_VERBOSE") == "1"):
            notes.say(f"{type(error).__name__}: {error}; the program is not affected")
        return None
