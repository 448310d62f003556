"""The last output survives the wrapper in memory, whatever was written when it died."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.child.tail import Tail
from sentinel_run.errors import StoreError
from sentinel_run.store import last_words
from sentinel_run.store.last_words import LastWords, Words

PIECES = st.lists(
    st.tuples(st.sampled_from(["stdout", "stderr"]), st.binary(min_size=1, max_size=3000)), max_size=60
)
FEW = st.integers(0, 60)


def left(folder: Path, pieces: list[tuple[str, bytes]], *, before: int = 0) -> Words:
    """What can be read after a tail has seen these pieces, `before` of them before there was a file."""
    tail = Tail()
    words = None
    for number, (stream, data) in enumerate(pieces):
        if number == before:
            words = LastWords(str(folder / "words"), "about", 100.0)
            tail.outlive(words.add)
        tail.add(100.0 + number, stream, data)
    if words is None:
        tail.outlive((words := LastWords(str(folder / "words"), "about", 100.0)).add)
    found = last_words.read(words.path)
    words.forget()
    return found


def text(words: Words, stream: str) -> bytes:
    """The words of one stream."""
    return b"".join(chunk.data for chunk in words.tail if chunk.stream == stream)


@given(PIECES, FEW)
def test_what_is_read_is_the_end_of_what_was_said(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, bytes]], before: int
) -> None:
    """Of each stream one piece without a gap, up to its last byte; what is missing before it is counted."""
    words = left(tmp_path_factory.mktemp("words"), pieces, before=before)

    for stream in ("stdout", "stderr"):
        said = b"".join(data for name, data in pieces if name == stream)
        kept = text(words, stream)
        assert said.endswith(kept)
        assert len(kept) >= min(len(said), 3000) or sum(len(data) for _, data in pieces) > 30_000
        assert words.bytes.get(stream, 0) in (len(said), 0)
        assert words.dropped.get(stream, 0) == (len(said) - len(kept) if kept else 0)


def test_a_flood_leaves_its_end(tmp_path: Path) -> None:
    """Of reads that are larger than what is kept of one, the last one counts."""
    pieces = [("stdout", b"%06d\n" % number * 9000) for number in range(50)]

    words = left(tmp_path, pieces)

    assert set(text(words, "stdout").split()[1:]) == {b"000049"}  # The first one is cut in two.
    assert words.bytes == {"stdout": 50 * 63_000}
    assert words.lines == {"stdout": 50 * 9000}


@given(st.binary(max_size=400), st.integers(0, 400))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, garbage: bytes, at: int) -> None:
    """A file that is none, or that was half written, is told by ValueError or read as far as it goes."""
    folder = tmp_path_factory.mktemp("words")
    words = LastWords(str(folder / "words"), "about", 0.0)
    words.add(1.0, "stdout", b"first\n", 6, 1)
    with open(words.path, "r+b") as file:
        file.seek(at)
        file.write(garbage)

    try:
        found = last_words.read(words.path)
    except ValueError:
        return
    assert isinstance(found.about, str)


def test_the_file_is_for_us_alone(tmp_path: Path) -> None:
    """0600, below a folder of 0700, on a file system that the kernel calls tmpfs."""
    folder = last_words.folder({})
    words = last_words.open_("a" * 32, {}, "", 0.0)

    assert os.stat(words.path).st_mode & 0o777 == 0o600
    assert os.stat(folder).st_mode & 0o777 == 0o700
    words.forget()
    assert not os.path.exists(words.path)


@pytest.mark.parametrize("place", ["/", "/proc", "relative", ""])
def test_a_disk_is_no_place_for_it(place: str) -> None:
    """What is no tmpfs is passed over, wherever XDG_RUNTIME_DIR points."""
    assert last_words.folder({"XDG_RUNTIME_DIR": place}).startswith("/dev/shm/")


def test_a_link_of_somebody_else_is_not_followed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a place where everybody may write, our folder may be anybody's."""
    place = Path("/dev/shm/sentinel-run-test-place")
    place.mkdir(mode=0o1777)
    place.chmod(0o1777)
    link = place / f"sentinel-run-{os.geteuid()}"
    link.symlink_to(tmp_path)
    try:
        assert last_words.folder({"XDG_RUNTIME_DIR": str(place)}) == f"/dev/shm/sentinel-run-{os.geteuid()}"
    finally:
        link.unlink()
        place.rmdir()


def test_no_memory_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is said, and nothing is written anywhere."""
    monkeypatch.setattr(last_words, "_is_in_memory", lambda place: False)

    with pytest.raises(StoreError, match="no file system in memory"):
        last_words.folder({})


def test_sweeping_spares_who_is_going_on() -> None:
    """The lock tells; only what is old and free goes, whatever else lies there."""
    going, gone = (last_words.open_(name * 32, {}, "", 0.0) for name in "bc")
    os.close(gone._fd)
    strange = Path(gone.path).with_name("a-folder.notes")
    strange.mkdir(exist_ok=True)
    for path in (going.path, gone.path, strange):
        os.utime(path, (0, 0))

    last_words.sweep({}, older_than_s=60)
    strange.rmdir()

    assert (os.path.exists(going.path), os.path.exists(gone.path)) == (True, False)
    going.forget()
