"""A state directory that cannot be used, or must not be, costs the record and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.process.support import ended, mounted, run, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STRANGER = 54321
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def _file_in_its_place(state: Path) -> None:
    state.write_text("not a directory")


def _below_a_file(state: Path) -> None:
    state.parent.rmdir()
    state.parent.write_text("")


def _file_as_shelf(state: Path) -> None:
    state.mkdir(mode=0o700)
    (state / "journal").write_text("")


def _strangers_directory(state: Path) -> None:
    state.mkdir(mode=0o777)
    os.chown(state, STRANGER, STRANGER)


def _strangers_shelf(state: Path) -> None:
    state.mkdir(mode=0o700)
    (state / "journal").mkdir(mode=0o777)
    os.chown(state / "journal", STRANGER, STRANGER)


def _link_in_a_public_place(state: Path) -> None:
    target = state.parent / "target"
    target.mkdir(mode=0o700)
    state.parent.chmod(0o1777)
    state.symlink_to(target)


def _strangers_link(state: Path) -> None:
    target = state.parent / "target"
    target.mkdir(mode=0o700)
    state.symlink_to(target)
    os.lchown(state, STRANGER, STRANGER)


def _dangling_link(state: Path) -> None:
    state.symlink_to("/proc/nothing/here")


def _read_only_kernel_file(state: Path) -> None:
    state.symlink_to("/proc")


UNUSABLE: list[Callable[[Path], None]] = [
    _file_in_its_place,
    _below_a_file,
    _file_as_shelf,
    _strangers_directory,
    _strangers_shelf,
    _link_in_a_public_place,
    _strangers_link,
    _dangling_link,
    _read_only_kernel_file,
]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path for the state directory in a folder of its own; nothing is there yet."""
    path = tmp_path / "place" / "state"
    path.parent.mkdir()
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(path))
    return path


def _runs_as_ever() -> None:
    done = run(wrapped("sh", "-c", "cat; echo err >&2; exit 3"), stdin=b"out")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"out", b"err\n")


@needs_root
@pytest.mark.parametrize("spoil", UNUSABLE, ids=lambda spoil: spoil.__name__.strip("_").replace("_", " "))
def test_unusable_directory_costs_the_record_only(spoil: Callable[[Path], None], state: Path) -> None:
    """Status, output and silence are as ever, and nothing was written where it must not be."""
    spoil(state)
    before = sorted(state.parent.rglob("*")) if state.parent.is_dir() else []

    _runs_as_ever()

    after = sorted(state.parent.rglob("*")) if state.parent.is_dir() else []
    assert [path for path in after if path.suffix in (".running", ".ended", ".tmp")] == []
    assert set(before) <= set(after)


@needs_root
def test_verbose_tells_why(state: Path) -> None:
    """Who asks is told, in one line of ours."""
    _strangers_directory(state)

    done = run(wrapped("true", options=["--verbose"]))

    assert done.returncode == 0
    (told,) = done.stderr.splitlines()
    assert told.startswith(b"sentinel-run: the state directory cannot be used: ")
    assert b"belongs to another user" in told


def test_own_link_in_a_private_place_is_followed(state: Path) -> None:
    """A user may keep the state elsewhere."""
    target = state.parent / "target"
    target.mkdir()
    state.symlink_to(target)

    _runs_as_ever()

    assert len(ended(state)) == 1


def test_parents_are_made(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path whose parents are missing is made."""
    deep = state / "a" / "b"
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", str(deep))

    _runs_as_ever()

    assert len(ended(deep)) == 1


def test_relative_path_is_below_the_working_directory(monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    """A relative path is taken from where the command was started."""
    monkeypatch.setenv("SENTINEL_RUN_STATE_DIR", "kept")

    _runs_as_ever()

    assert len(ended(work / "kept")) == 1


def test_directory_that_vanishes_meanwhile(state: Path) -> None:
    """Even a command that removes it has its own status."""
    done = run(wrapped("sh", "-c", f"echo x; rm -rf {state}; exit 3"))

    assert (done.returncode, done.stdout, done.stderr) == (3, b"x\n", b"")


@pytest.fixture
def full_disk(state: Path) -> Iterator[Path]:
    """The state directory on a file system without room."""
    with mounted(state, "size=4k,mode=700"):
        (state / "filler").write_bytes(b"x" * 4096)
        yield state


def test_full_disk(full_disk: Path) -> None:
    """No room for the record: no trouble for the command, and no half entry."""
    _runs_as_ever()

    assert ended(full_disk) == []


@pytest.fixture
def read_only_disk(state: Path) -> Iterator[Path]:
    """The state directory on a file system that nobody may write to, not even root."""
    with mounted(state, "ro,mode=700"):
        yield state


def test_read_only_disk(read_only_disk: Path) -> None:
    """The same for a read-only root, as in many containers."""
    _runs_as_ever()

    assert ended(read_only_disk) == []


def test_a_store_that_cannot_be_written_is_told_once(read_only_disk: Path) -> None:
    """In plain words, and not by the file that could not be made."""
    done = run(wrapped("true", options=["--verbose"]))

    why = f"{read_only_disk}: Read-only file system"
    assert (
        done.stderr.decode() == f"sentinel-run: the state directory cannot be used: {why}; this run is not kept\n"
    )


def test_no_home_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without HOME and without the variable the command runs."""
    for name in ("HOME", "SENTINEL_RUN_STATE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")

    _runs_as_ever()
