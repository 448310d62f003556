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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel_run.facts import Facts

_RUNNING, _ENDED, _ALIVE, _STOPPED = ".running", ".ended", ".alive", ".stopped"


class Entry(Record):
    """An open journal entry of the wrapper; the descriptor holds its lock."""

    fd: int


class Found(Record):
    """An entry that `deliver` can take in."""

    path: str
    run_id: str
    ended: bool


def open_entry(state: str, facts: Facts) -> Entry:
    """Note a run that has just begun. Raises OSError or `StoreError`; the run goes on without an entry then."""
    paths.prepare(state)
    stem = os.path.join(state, "journal", facts.identity.run_id)
    # By a name of this process: if it is killed here, the canary does this after it.
    beginning = f"{stem}.{os.getpid()}.tmp"
    fd = paths.create(beginning)
    lock.hold(fd)
    paths.write_all(fd, json_form.to_json(facts).encode())
    os.rename(beginning, stem + _RUNNING)
    return Entry(fd)


def close_entry(state: str, entry: Entry | None, facts: Facts) -> None:
    """Put the finished facts in the journal: after this they survive us. Raises OSError or `StoreError`.

    `entry` is None for a run that ended before it was noted as running.
    """
    if entry is None:
        paths.prepare(state)
    stem = os.path.join(state, "journal", facts.identity.run_id)
    paths.write_whole(stem + _ENDED, json_form.to_json(facts).encode())
    if entry is not None:
        paths.forget(stem + _RUNNING)  # `deliver` may have been quicker.
        os.close(entry.fd)


def give_up_entry(state: str, run_id: str) -> None:
    """Take back that a run is going, where its end cannot be stored: it must not count as lost."""
    paths.forget(os.path.join(state, "journal", run_id + _RUNNING))


def found(state: str) -> Iterator[Found]:
    """Entries to take in, oldest end first: ended runs, and runs whose wrapper is gone."""
    folder = os.path.join(state, "journal")
    ended = sorted(_with_ending(folder, _ENDED), key=_changed)
    for path in ended:
        yield Found(path, _run_id(path, _ENDED), ended=True)
    done = {_run_id(path, _ENDED) for path in ended}
    for path in _with_ending(folder, _RUNNING):
        # Asked again after the lock was found free: a wrapper that ended meanwhile has left its facts by then.
        if _run_id(path, _RUNNING) not in done and not _is_running(path) and not _has_ended(path):
            yield Found(path, _run_id(path, _RUNNING), ended=False)


def running(state: str) -> Iterator[Facts]:
    """The runs that are going on now."""
    found = map(_going, _with_ending(os.path.join(state, "journal"), _RUNNING))
    yield from (facts for facts in found if facts is not None)


def note_alive(state: str, run_id: str) -> None:
    """Ask that a monitor be told that this run goes on. Raises OSError."""
    paths.write_whole(os.path.join(state, "journal", run_id + _ALIVE), b"")


def asking(state: str) -> list[str]:
    """Ids of the runs that asked for it, ended meanwhile or not."""
    return [_run_id(path, _ALIVE) for path in _with_ending(os.path.join(state, "journal"), _ALIVE)]


def going(state: str, run_id: str) -> Facts | None:
    """The facts of a run, if it is still going on."""
    return _going(os.path.join(state, "journal", run_id + _RUNNING))


def forget_alive(state: str, run_id: str) -> None:
    """What was asked for is done, or in vain."""
    paths.forget(os.path.join(state, "journal", run_id + _ALIVE))


def note_stops(state: str, run_id: str, times: Iterable[float]) -> None:
    """Note when (since the epoch) a run stops its command: before it does, or who ends of that could be quicker.

    Raises OSError.
    """
    content = "\n".join(map(repr, times)).encode()
    paths.write_whole(os.path.join(state, "journal", run_id + _STOPPED), content)


def stops(state: str, run_id: str) -> list[float]:
    """When a run has stopped its command; empty if it has not, or was taken in."""
    try:
        return [float(line) for line in paths.read_own(os.path.join(state, "journal", run_id + _STOPPED)).split()]
    except (OSError, StoreError, ValueError):
        return []


def facts_of(state: str, run_id: str) -> Facts | None:
    """The facts of a run that goes on, or has ended and was not taken in yet."""
    for ending in (_ENDED, _RUNNING):
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
    for ending in (_ALIVE, _STOPPED, _RUNNING, _ENDED):
        paths.forget(stem + ending)


def set_aside(state: str, entry: Found) -> None:
    """Move a damaged entry out of the way, to `bad/`."""
    paths.set_aside(state, entry.path)


def is_waiting(state: str, run_id: str) -> bool:
    """Whether an ended run has not been taken in yet."""
    return os.path.lexists(os.path.join(state, "journal", run_id + _ENDED))


def has(state: str, run_id: str) -> bool:
    """Whether the journal still knows of a run, going or ended."""
    stem = os.path.join(state, "journal", run_id)
    return os.path.lexists(stem + _RUNNING) or os.path.lexists(stem + _ENDED)


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
    return os.path.lexists(running.removesuffix(_RUNNING) + _ENDED)


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
