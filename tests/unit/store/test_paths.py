"""The state directory: private whatever the umask, and refused where it cannot be trusted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sentinel_run.errors import StoreError
from sentinel_run.store import paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STRANGER = 12345


@pytest.fixture(params=[0, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """A umask that lets everybody in, or nobody."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return path.lstat().st_mode & 0o777


def test_modes_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    """Folders 0700, also the ones above that had to be made, and files 0600."""
    state = tmp_path / "local" / "state" / "sentinel-run"

    paths.prepare(str(state))
    paths.write_whole(str(state / "journal" / "x"), b"content")

    assert [mode(folder) for folder in (state.parent, state, state / "journal", state / "outbox")] == [0o700] * 4
    assert [mode(file) for file in (state / "README.txt", state / "journal" / "x")] == [0o600] * 2


def test_open_directory_of_ours_is_closed(tmp_path: Path) -> None:
    """One that was made with a loose umask is made private."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o755)

    paths.prepare(str(tmp_path / "state"))

    assert mode(tmp_path / "state") == 0o700


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    """Every run prepares."""
    paths.prepare(str(tmp_path / "state"))
    paths.prepare(str(tmp_path / "state"))

    assert sorted(os.listdir(tmp_path / "state")) == ["README.txt", "journal", "outbox"]


def link_in(place: Path, name: str, target: Path) -> Path:
    """A link to a new folder of ours."""
    target.mkdir()
    (place / name).symlink_to(target)
    return place / name


def test_own_link_in_a_private_place_is_followed(tmp_path: Path) -> None:
    """Many a home directory is on another disk."""
    link = link_in(tmp_path, "link", tmp_path / "target")

    paths.prepare(str(link / "state"))

    assert (tmp_path / "target" / "state" / "journal").is_dir()


@pytest.mark.parametrize("below", ["", "state"])
@pytest.mark.parametrize("bits", [0o777, 0o1777])
def test_link_in_a_world_writable_place_is_refused(bits: int, below: str, tmp_path: Path) -> None:
    """Anybody could have made it, sticky or not."""
    (tmp_path / "public").mkdir()
    link = link_in(tmp_path / "public", "link", tmp_path / "target")
    (tmp_path / "public").chmod(bits)

    with pytest.raises(StoreError, match="is a link that somebody else could have made"):
        paths.prepare(str(link / below))


def test_link_of_a_stranger_is_refused(tmp_path: Path, as_root: None) -> None:
    """Wherever it is."""
    link = link_in(tmp_path, "link", tmp_path / "target")
    os.chown(link, STRANGER, -1, follow_symlinks=False)

    with pytest.raises(StoreError, match="is a link"):
        paths.prepare(str(link))


@pytest.mark.parametrize("name", ["", "journal", "outbox"])
def test_directory_of_a_stranger_is_refused(name: str, tmp_path: Path, as_root: None) -> None:
    """The state directory and every shelf in it."""
    paths.prepare(str(tmp_path / "state"))
    os.chown(tmp_path / "state" / name, STRANGER, -1)

    with pytest.raises(StoreError, match="belongs to another user"):
        paths.prepare(str(tmp_path / "state"))


def test_directory_of_root_is_refused_to_others(tmp_path: Path, as_root: None) -> None:
    """A user who cannot write there is told, by `StoreError`."""
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)

    pid = os.fork()
    if not pid:
        os.setuid(STRANGER)
        try:
            paths.prepare(str(tmp_path / "state"))
        except StoreError as error:
            os._exit(42 if "belongs to another user" in str(error) else 2)
        finally:
            os._exit(1)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 42


@pytest.mark.parametrize("name", ["file", "file/below", "dangling", "x" * 300])
def test_impossible_places(name: str, tmp_path: Path) -> None:
    """Every obstacle is a `StoreError` with the path in it."""
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "none")

    with pytest.raises(StoreError, match=name[:20]):
        paths.prepare(str(tmp_path / name))


def test_create_follows_no_link(tmp_path: Path) -> None:
    """A file that is there already is never written to."""
    (tmp_path / "link").symlink_to(tmp_path / "none")

    with pytest.raises(FileExistsError):
        paths.create(str(tmp_path / "link"))


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """Readers see all of it or nothing."""
    (tmp_path / "x").mkdir()

    with pytest.raises(OSError, match="directory"):
        paths.write_whole(str(tmp_path / "x"), b"content")

    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_plain_files_are_read(kind: str, tmp_path: Path) -> None:
    """A pipe would never end, a link could lead anywhere."""
    path = tmp_path / kind
    {"link": lambda: path.symlink_to("/etc/passwd"), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}[kind]()

    with pytest.raises((StoreError, OSError)):
        paths.read_own(str(path))


DIRECTORIES = [
    ({"SENTINEL_RUN_STATE_DIR": "/a", "XDG_STATE_HOME": "/b", "HOME": "/c"}, "/a"),
    ({"XDG_STATE_HOME": "/b", "HOME": "/c"}, "/b/sentinel-run"),
    ({"XDG_STATE_HOME": "b", "HOME": "/c"}, "/c/.local/state/sentinel-run"),
    ({"SENTINEL_RUN_STATE_DIR": "", "HOME": "/c"}, "/c/.local/state/sentinel-run"),
]


@pytest.mark.parametrize(("environ", "directory"), DIRECTORIES)
def test_state_directory(environ: dict[str, str], directory: str) -> None:
    """The variable, else the platform's user state directory."""
    assert paths.state_directory(environ) == directory


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home the user is told what to set."""
    monkeypatch.setattr(paths, "_home_of_user", lambda: "")

    with pytest.raises(StoreError, match="set SENTINEL_RUN_STATE_DIR"):
        paths.state_directory({})
