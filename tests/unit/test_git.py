"""The commit of a working directory, told as git itself tells it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from sentinel_run import git

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *words: str) -> str:
    """What a git command prints."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ("git", *identity, *words), cwd=folder, env=environ, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits."""
    folder = tmp_path / "repository"
    folder.mkdir()
    run(folder, "init", "-q")
    for message in ("one", "two"):
        run(folder, "commit", "-q", "--allow-empty", "-m", message)
    return folder


STATES = {
    "branch": (),
    "branch with a slash": ("checkout", "-q", "-b", "feature/a"),
    "detached": ("checkout", "-q", "--detach", "HEAD~1"),
    "packed": ("pack-refs", "--all"),
}


@pytest.mark.parametrize("command", STATES.values(), ids=STATES)
def test_commit_of_a_repository(command: tuple[str, ...], repository: Path) -> None:
    """HEAD names it by a branch, loose or packed, or directly."""
    if command:
        run(repository, *command)

    assert git.commit(str(repository)) == run(repository, "rev-parse", "HEAD")


def test_loose_ref_outweighs_a_packed_one(repository: Path) -> None:
    """A commit after packing is the newer one."""
    run(repository, "pack-refs", "--all")
    run(repository, "commit", "-q", "--allow-empty", "-m", "three")

    assert git.commit(str(repository)) == run(repository, "rev-parse", "HEAD")


def test_sub_folder(repository: Path) -> None:
    """Any folder below belongs to the repository."""
    (repository / "a" / "b").mkdir(parents=True)

    assert git.commit(str(repository / "a" / "b")) == run(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize("packed", [False, True])
def test_worktree(repository: Path, packed: bool) -> None:
    """A worktree has its own HEAD and the repository's branches."""
    run(repository, "worktree", "add", "-q", "../tree", "-b", "other", "HEAD~1")
    if packed:
        run(repository, "pack-refs", "--all")

    assert git.commit(str(repository.parent / "tree")) == run(repository, "rev-parse", "HEAD~1")


def test_submodule(repository: Path) -> None:
    """Its `.git` is a file that names a folder by a relative path."""
    run(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repository), "sub")

    assert git.commit(str(repository / "sub")) == run(repository / "sub", "rev-parse", "HEAD")


@pytest.mark.parametrize("head", [None, "", "ref: refs/heads/none", "x" * 40, "\xff", "ref: ../../../etc/passwd"])
def test_without_a_commit(head: str | None, tmp_path: Path) -> None:
    """No repository, a new one, a broken one: no commit, and no error."""
    if head is not None:
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git" / "HEAD").write_bytes(head.encode("latin-1"))

    assert git.commit(str(tmp_path)) == ""


@pytest.mark.parametrize("folder", ["", "/", "/nonexistent/x"])
def test_odd_folders(folder: str) -> None:
    """A folder that is not there has no commit."""
    assert git.commit(folder) == ""
