"""The headers that a run's requests need, where they survive its wrapper without ever being on a disk.

Like its last words: on a file system in memory, 0600, in our folder there. So they are known to a `deliver` that
another run has started, and to a later one after an outage. They are removed with the last envelope of the run.
"""

from __future__ import annotations

import os

from sentinel_run.errors import StoreError
from sentinel_run.headers import NONE, Headers
from sentinel_run.json_form import to_json
from sentinel_run.store import journal, last_words, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDING = ".headers"


def leave(run_id: str, environ: Mapping[str, str], headers: Headers) -> str:
    """Put them there; the file's path. Raises `StoreError` or OSError where memory has no place for them."""
    path = os.path.join(last_words.folder(environ), run_id + _ENDING)
    paths.write_whole(path, to_json(headers).encode())
    return path


def read(path: str) -> Headers:
    """What a run has left; none if it is gone (a reboot, a day) or is no such file."""
    import json

    if not path.endswith(_ENDING):
        return NONE
    try:
        origin, fields = json.loads(paths.read_own(path)).values()
        return Headers(origin, tuple((name, value) for name, value in fields))
    except (OSError, StoreError, ValueError, TypeError, AttributeError):
        return NONE


def release(state: str, run_id: str, path: str) -> None:
    """No envelope of the run waits: take them away, unless it still goes on and more will come."""
    if not journal.has(state, run_id):
        forget(run_id, path)


def forget(run_id: str, path: str) -> None:
    """Remove them; a file of any other name is none of ours."""
    try:
        if os.path.basename(path) == run_id + _ENDING:
            paths.forget(path)
    except OSError:  # Not to be taken away any more; a reboot will.
        return
