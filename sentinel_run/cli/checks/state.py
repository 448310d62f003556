"""The state directory: usable or not, how much lies where, and what was set aside."""

from __future__ import annotations

import os
import shutil
import sqlite3

from sentinel_run.cli import looking
from sentinel_run.cli.checks.finding import Finding
from sentinel_run.errors import StoreError
from sentinel_run.store import journal, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sentinel_run.store.history import History

_SHELVES = ("journal", "outbox", "bad")
_HISTORY = "history.db"
_SCARCE_BYTES = 50_000_000


def state_directory(environ: Mapping[str, str]) -> tuple[str, Finding | None]:
    """The usable state directory's path, or an empty one and why there is none."""
    path = ""
    try:
        path = paths.state_directory(environ)
        paths.prepare(path)
    except StoreError as error:
        advice = f"runs are not kept until that is mended; another place can be named with {paths.VARIABLE}"
        return "", Finding({"path": path, "usable": False}, (str(error),), (advice,))
    return path, None


def open_history(state: str) -> tuple[History | None, Finding]:
    """The open history, or None and why it cannot be opened."""
    try:
        history = looking.open_history(state)
        damage = history.damage()
        count = None if damage else history.count()
    except (sqlite3.Error, StoreError, OSError) as error:
        return None, _described(state, None, (f"{_HISTORY} cannot be used: {error}",))
    problems = [f"{_HISTORY} is damaged: {damage}"] if damage else []
    if not looking.is_writable(state):
        problems.append(f"the disk that holds {state} is full or read-only: new runs are not kept there")
    if history.set_aside:
        problems.append(f"{_HISTORY} was damaged and starts anew; the old file is {history.set_aside}")
    return history, _described(state, count, tuple(problems))


def _described(state: str, runs: int | None, problems: tuple[str, ...]) -> Finding:
    free_bytes = shutil.disk_usage(state).free
    entries = [entry.ended for entry in journal.found(state)]
    facts: dict[str, Any] = {
        "path": state,
        "usable": True,
        "free_bytes": free_bytes,
        "runs": runs,
        "history_bytes": _bytes(state, _HISTORY),
        "ended_in_journal": len(entries),
        **{f"{shelf}_files": len(_files(state, shelf)) for shelf in _SHELVES},
        **{
            f"{shelf}_bytes": sum(_bytes(state, shelf, name) for name in _files(state, shelf))
            for shelf in _SHELVES
        },
    }
    if free_bytes < _SCARCE_BYTES and looking.is_writable(state):
        problems = (*problems, f"the disk that holds {state} is almost full")
    return Finding(facts, problems, _advice(state, facts))


def _advice(state: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    advice = []
    if not looking.is_writable(state):
        advice.append(
            f"make room there, or name another place with {paths.VARIABLE}; reports are sent all the same"
        )
    elif facts["runs"] is None:
        advice.append(f"if that stays so, move {os.path.join(state, _HISTORY)} away; a new history begins then")
    if facts["bad_files"]:
        advice.append(f"damaged files were set aside; look at them and delete them: {os.path.join(state, 'bad')}")
    old = [name for name in _files(state) if name.startswith(f"{_HISTORY}.damaged-")]
    if old:
        advice.append(f"an older history was damaged and set aside: {os.path.join(state, old[-1])}")
    return tuple(advice)


def _files(*parts: str) -> list[str]:
    try:
        return sorted(os.listdir(os.path.join(*parts)))
    except OSError:
        return []


def _bytes(*parts: str) -> int:
    """A file's size; one that has just been taken away by `deliver` has none."""
    try:
        return os.lstat(os.path.join(*parts)).st_size
    except OSError:
        return 0
