"""The journal: the facts of each run, from its start until `deliver` has taken them in.

`<run id>.running` is there while the run goes on, locked by its wrapper; `<run id>.ended` holds the finished
facts. Each appears by one rename. A `.running` file that nobody locks and whose process is gone, with no `.ended`
beside it, is a run whose wrapper was killed. `<run id>.alive` asks `deliver` to tell
the run's monitor that it goes on. `<run id>.stopped` says when the run stopped its command, as its time was over:
runs inside it that end then have not failed by themselves.
"""

from __future__ import annotations

import os

from sentinel_run import json_form
from sentinel_run.errors import FormatError, StoreError
from sentinel_run.records import Record
from sentinel_run.store import alive, lock, paths
from sentinel_run.store.own_entry import ALIVE, ENDED, RUNNING, STOPPED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel_run.facts import Facts


class Found(Record):
    """An entry that `deliver` can take in."""

    path: str
    run_id: str
    ended: bool


def found(state: str) -> Iterator[Found]:
    """Entries to take in, oldest end first: ended runs, and runs whose wrapper is gone."""
    folder = os.path.join(state, "journal")
    ended = sorted(_with_ending(folder, ENDED), key=_changed)
    for path in ended:
        yield Found(path, _run_id(path, ENDED), ended=True)
    done = {_run_id(path, ENDED) for path in ended}
    for path in _with_ending(folder, RUNNING):
        # Asked again after the lock was found free: a wrapper that ended meanwhile has left its facts by then.
        if _run_id(path, RUNNING) not in done and not _is_running(path) and not _has_ended(path):
            yield Found(path, _run_id(path, RUNNING), ended=False)


def running(state: str) -> Iterator[Facts]:
    """The runs that are going on now."""
    found = map(_going, _with_ending(os.path.join(state, "journal"), RUNNING))
    yield from (facts for facts in found if facts is not None)


def asking(state: str) -> list[str]:
    """Ids of the runs that asked for it, ended meanwhile or not."""
    return [_run_id(path, ALIVE) for path in _with_ending(os.path.join(state, "journal"), ALIVE)]


def going(state: str, run_id: str) -> Facts | None:
    """The facts of a run, if it is still going on."""
    return _going(os.path.join(state, "journal", run_id + RUNNING))


def forget_alive(state: str, run_id: str) -> None:
    """What was asked for is done, or in vain."""
    paths.forget(os.path.join(state, "journal", run_id + ALIVE))


def stops(state: str, run_id: str) -> list[float]:
    """When a run has stopped its command; empty if it has not, or was taken in."""
    try:
        return [float(line) for line in paths.read_own(os.path.join(state, "journal", run_id + STOPPED)).split()]
    except (OSError, StoreError, ValueError):
        return []


def facts_of(state: str, run_id: str) -> Facts | None:
    """The facts of a run that goes on, or has ended and was not taken in yet."""
    for ending in (ENDED, RUNNING):
        try:
            return json_form.from_json(paths.read_own(os.path.join(state, "journal", run_id + ending)))
        except (OSError, StoreError, FormatError):
            continue
    return None


def read(entry: Found) -> Facts:
    """The facts of an entry. Raises `FormatError`, `StoreError` or OSError."""
    return json_form.from_json(paths.read_own(entry.path))


def remove(state: str, run_id: str) -> None:
    """Forget a run that has been taken in."""
    stem = os.path.join(state, "journal", run_id)
    for ending in (ALIVE, STOPPED, RUNNING, ENDED):
        paths.forget(stem + ending)


def set_aside(state: str, entry: Found) -> None:
    """Move a damaged entry out of the way, to `bad/`."""
    paths.set_aside(state, entry.path)


def has(state: str, run_id: str) -> bool:
    """Whether the journal still knows of a run, going or ended."""
    stem = os.path.join(state, "journal", run_id)
    return os.path.lexists(stem + RUNNING) or os.path.lexists(stem + ENDED)


def _is_running(path: str) -> bool:
    """Whether the wrapper may be alive: by its lock, which the kernel drops, and by the process that it was.

    A lock can be lost, as by a server of files that was restarted, and a file system may have none.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return True  # Just finished, or not ours to judge: never taken for lost.
    try:
        is_held = lock.is_held(fd)
    finally:
        os.close(fd)
    if is_held:
        return True
    try:
        place = json_form.from_json(paths.read_own(path)).place
    except (OSError, StoreError, FormatError):  # Damaged: whoever takes it in will set it aside.
        return False
    return alive.is_alive(place) if is_held is not None else not alive.is_gone(place)


def _going(path: str) -> Facts | None:
    if not _is_running(path) or _has_ended(path):
        return None
    try:
        return json_form.from_json(paths.read_own(path))
    except (OSError, StoreError, FormatError):  # It has just ended, or it is not for us to read.
        return None


def _has_ended(running: str) -> bool:
    return os.path.lexists(running.removesuffix(RUNNING) + ENDED)


def _with_ending(folder: str, ending: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(ending)]
    except OSError:
        return []


def _run_id(path: str, ending: str) -> str:
    return os.path.basename(path).removesuffix(ending)


def _changed(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0
