"""The commit of a working directory, read from git's own files: starting git takes longer than many commands."""

from __future__ import annotations

import os

_COMMIT_LENGTHS = (40, 64)


def commit(folder: str) -> str:
    """The commit that HEAD names in the repository around `folder`, or an empty text."""
    git = _git_folder(folder)
    head = _line(os.path.join(git, "HEAD")) if git else ""
    if not head.startswith("ref: "):
        return head if _is_commit(head) else ""
    common = os.path.join(git, _line(os.path.join(git, "commondir")) or ".")
    name = head.removeprefix("ref: ")
    found = _line(os.path.join(git, name)) or _line(os.path.join(common, name)) or _packed(common, name)
    return found if _is_commit(found) else ""


def _git_folder(folder: str) -> str:
    """`.git` of the nearest folder above; in a worktree a file that names it (gitrepository-layout(5))."""
    while folder and folder != "/":
        path = os.path.join(folder, ".git")
        if os.path.isdir(path):
            return path
        if os.path.isfile(path):
            return os.path.join(folder, _line(path).removeprefix("gitdir: "))
        folder = os.path.dirname(folder)
    return ""


def _packed(common: str, name: str) -> str:
    try:
        with open(os.path.join(common, "packed-refs"), encoding="ascii", errors="replace") as file:
            return next((line.split()[0] for line in file if line.rstrip().endswith(f" {name}")), "")
    except OSError:
        return ""


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def _is_commit(text: str) -> bool:
    return len(text) in _COMMIT_LENGTHS and all(letter in "0123456789abcdef" for letter in text)
