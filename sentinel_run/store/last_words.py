"""The last output of a running command, where it survives the death of its wrapper: on a file system in memory.

These are raw bytes, so a disk never sees them: $XDG_RUNTIME_DIR or /dev/shm, if the kernel says that it is a
tmpfs, in a folder for us alone. The file is one half full of older words and one half that is being filled; when
that is full too, the older half is overwritten. Each frame in a half carries the number of its filling: what lies
behind the last one is known to be older.
"""

from __future__ import annotations

import os
import struct

from sentinel_run.errors import StoreError
from sentinel_run.records import Chunk, Record
from sentinel_run.store import lock, paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

_HALF_BYTES = 32 * 1024
# What one read leaves here: a flood must not be slowed down, and its end is all that anybody will want to see.
_MOST_OF_ONE_BYTES = 8 * 1024
_BASE = struct.Struct("<Q")
# Filling, seconds since the start, stream, bytes and lines of that stream so far, length of the data behind it.
_FRAME = struct.Struct("<IdBQQI")
_STREAMS = ("output", "stdout", "stderr")


class Words(Record):
    """What survived, oldest first, and the full counts; `about` is what the wrapper left for the reader."""

    about: str
    tail: list[Chunk]
    bytes: dict[str, int]
    lines: dict[str, int]
    dropped: dict[str, int]
    head: tuple[Chunk, ...] = ()
    declared: Sequence[Any] = ()


class LastWords:
    """An open file for one run. The lock on it says that the run is going on."""

    def __init__(self, path: str, about: str, started_s: float) -> None:
        self.path, self._started_s = path, started_s
        self._fd = paths.create(path)
        lock.hold(self._fd)
        content = about.encode()
        self._base = _BASE.size + len(content)
        # The room is taken at once: a file system that is full must not surprise us later.
        os.posix_fallocate(self._fd, 0, self._base + 2 * _HALF_BYTES)
        paths.write_all(self._fd, _BASE.pack(self._base) + content)
        self._half, self._at, self._filling = 0, 0, int.from_bytes(os.urandom(3), "little")

    def add(self, at_s: float, stream: str, data: bytes, bytes_so_far: int, lines_so_far: int) -> None:
        """Keep the end of `data`. Never raises: the output passes on without us."""
        data = data[-_MOST_OF_ONE_BYTES:]
        if self._at + _FRAME.size + len(data) > _HALF_BYTES:
            self._half, self._at, self._filling = 1 - self._half, 0, self._filling + 1
        number = _STREAMS.index(stream)
        frame = _FRAME.pack(self._filling, at_s - self._started_s, number, bytes_so_far, lines_so_far, len(data))
        try:
            os.pwritev(self._fd, (frame, data), self._base + self._half * _HALF_BYTES + self._at)
        except OSError:  # Memory itself is gone; the words are kept in our own, as ever.
            return
        self._at += len(frame) + len(data)

    def forget(self) -> None:
        """The run is over: what was said is in its facts."""
        paths.forget(self.path)
        os.close(self._fd)


def open_(run_id: str, environ: Mapping[str, str], about: str, started_s: float) -> LastWords:
    """A file for the words of this run. Raises `StoreError` or OSError where there is no place in memory."""
    return LastWords(os.path.join(folder(environ), run_id), about, started_s)


def read(path: str) -> Words:
    """What the run has left. Raises OSError, `StoreError`, or ValueError for what is no such file."""
    import heapq

    content = paths.read_own(path)
    try:
        (base,) = _BASE.unpack_from(content)
        about = content[_BASE.size : base].decode()
        halves = [list(_frames(content[at : at + _HALF_BYTES])) for at in (base, base + _HALF_BYTES)]
    except struct.error as error:
        raise ValueError(str(error)) from None
    words = Words(about, [], {}, {}, {})
    for frame in heapq.merge(*halves, key=lambda frame: frame[0].at_s):
        _take(words, *frame)
    return words


def _take(words: Words, chunk: Chunk, bytes_so_far: int, lines_so_far: int) -> None:
    """Behind a gap a stream begins anew: lines that were cut in two could hide a secret from its pattern."""
    stream, before = chunk.stream, bytes_so_far - len(chunk.data)
    if before != words.bytes.get(stream, 0):
        words.tail[:] = [kept for kept in words.tail if kept.stream != stream]
        words.dropped[stream] = before
    words.tail.append(chunk)
    words.bytes[stream], words.lines[stream] = bytes_so_far, lines_so_far


def _frames(half: bytes) -> Iterator[tuple[Chunk, int, int]]:
    at, wanted = 0, None
    while at + _FRAME.size <= len(half):
        filling, at_s, stream, bytes_, lines, length = _FRAME.unpack_from(half, at)
        if filling == 0 or filling != (wanted or filling) or stream >= len(_STREAMS):
            return
        at += _FRAME.size + length
        yield Chunk(at_s, _STREAMS[stream], half[at - length : at]), bytes_, lines
        wanted = filling


def folder(environ: Mapping[str, str]) -> str:
    """Our folder in memory, made if need be. Raises `StoreError` if there is no place for one."""
    for place in (environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):  # noqa: S108  # A private folder in it.
        try:
            if place.startswith("/") and _is_in_memory(place):
                found = os.path.join(place, f"sentinel-run-{os.geteuid()}")
                paths.make_private(found)
                return found
        except (OSError, StoreError):  # Somebody else's, or full: the next place may do.
            continue
    raise StoreError("no file system in memory")


def sweep(environ: Mapping[str, str], *, older_than_s: float) -> None:
    """Remove the words of runs that are over and that nobody came for."""
    found = folder(environ)
    for name in os.listdir(found):
        path = os.path.join(found, name)
        try:
            if paths.age_s(path) > older_than_s and (held := lock.take(path)) is not None:
                paths.forget(path)
                os.close(held)
        except OSError:  # A command may put anything in the place of its page, a directory say.
            continue


def _is_in_memory(place: str) -> bool:
    """Whether the kernel's table of mounts says so (proc(5), mountinfo)."""
    device = os.stat(place).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
        mounts = [line.split() for line in file]
    return any(mount[2] == number and mount[mount.index("-") + 1] in ("tmpfs", "ramfs") for mount in mounts)
