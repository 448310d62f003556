"""Descriptors: which ones are the same open file, and how ours stay out of the way."""

from __future__ import annotations

import fcntl
import os
import pty
import socket
from typing import TYPE_CHECKING

import pytest

from sentinel_run.child import descriptors

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A file."""
    (tmp_path / "file").touch()
    return str(tmp_path / "file")


def test_two_opens_of_a_file_are_two(path: str) -> None:
    """Each has its own position."""
    with open(path) as first, open(path) as second:
        assert not descriptors.same_file(first.fileno(), second.fileno())


def test_two_opens_of_an_appended_file_are_one(path: str) -> None:
    """Both write at its end, as after `>>log 2>>log`; not if one of them does not append."""
    with open(path, "a") as first, open(path, "a") as second, open(path, "r+") as third:
        assert descriptors.same_file(first.fileno(), second.fileno())
        assert not descriptors.same_file(first.fileno(), third.fileno())


def test_duplicate_of_a_file_is_the_same(path: str) -> None:
    """As after `2>&1`; the flags are as before."""
    with open(path) as first, os.fdopen(os.dup(first.fileno())) as second:
        before = fcntl.fcntl(first, fcntl.F_GETFL)

        assert descriptors.same_file(first.fileno(), second.fileno())
        assert fcntl.fcntl(first, fcntl.F_GETFL) == before


def test_pipes() -> None:
    """Both descriptors of one pipe's end are the same, those of two pipes are not."""
    (_, first), (_, second) = os.pipe(), os.pipe()

    assert descriptors.same_file(first, os.dup(first))
    assert not descriptors.same_file(first, second)


def test_terminals() -> None:
    """A terminal that was opened twice is one; two terminals are two."""
    (_, first), (_, second) = pty.openpty(), pty.openpty()

    assert descriptors.same_file(first, os.open(os.ttyname(first), os.O_RDWR | os.O_NOCTTY))
    assert not descriptors.same_file(first, second)


def test_other_kinds(path: str) -> None:
    """A socket is itself, a file is no pipe, a closed descriptor is nothing."""
    left, right = socket.socketpair()
    with open(path) as file, left, right:
        assert descriptors.same_file(left.fileno(), left.fileno())
        assert not descriptors.same_file(left.fileno(), right.fileno())
        assert not descriptors.same_file(left.fileno(), file.fileno())
    assert not descriptors.same_file(99_999, 99_998)


def test_our_pipe_is_not_inherited() -> None:
    """The command gets nothing of ours, and reading never blocks."""
    ends = descriptors.pipe()

    assert min(ends) > 2
    assert not any(map(os.get_inheritable, ends))
    with pytest.raises(BlockingIOError):
        os.read(ends[0], 1)
