"""A command that cannot be started: 127 for not found, 126 for all that is there, one line and a report."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.process.support import only, run, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _file(path: Path, content: str, mode: int = 0o755) -> str:
    path.write_text(content)
    path.chmod(mode)
    return str(path)


def _dangling_link(path: Path) -> str:
    path.symlink_to("gone")
    return str(path)


CASES: dict[str, tuple[Callable[[Path], str], int]] = {
    "name that is nowhere": (lambda folder: "no-such-program-at-all", 127),
    "path that is nowhere": (lambda folder: str(folder / "nothing"), 127),
    "empty word": (lambda folder: "", 127),
    "dangling link": (lambda folder: _dangling_link(folder / "link"), 127),
    "no permission": (lambda folder: _file(folder / "plain", "#!/bin/sh\n", 0o644), 126),
    "directory": (lambda folder: str(folder), 126),
    "bad interpreter": (lambda folder: _file(folder / "script", "#!/no/such/interpreter\n"), 126),
    "below a file": (lambda folder: _file(folder / "file", "") + "/below", 127),
}


@pytest.mark.parametrize("case", CASES)
def test_status_one_line_and_a_record(case: str, tmp_path: Path, state_directory: Path) -> None:
    """The status is a shell's, stderr has one line that names the command, and the run is in the journal."""
    prepare, status = CASES[case]
    word = prepare(tmp_path)

    done = run(wrapped(word))

    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (status, b"", 1)
    assert done.stderr.startswith(f"sentinel-run: {word}".encode() if word else b"sentinel-run: ''")
    ending = only(state_directory).ending
    assert ending is not None
    assert ending.exit_status == status
    assert ending.spawn_error


@pytest.mark.parametrize("case", [case for case in CASES if case not in ("empty word", "bad interpreter")])
def test_status_is_a_posix_shells(case: str, tmp_path: Path) -> None:
    """`sh` gives the same status for the same word."""
    word = CASES[case][0](tmp_path)

    bare = run(["sh", "-c", '"$@"', "sh", word])

    assert run(wrapped(word)).returncode == bare.returncode


def test_script_without_shebang_is_run_by_sh(tmp_path: Path) -> None:
    """As `env` and every shell do, with its arguments and its own path."""
    script = _file(tmp_path / "plain script", 'echo "$0|$1|$#"\n')

    done = run(wrapped(script, "a b", ""))

    assert done.stdout.decode() == f"{script}|a b|2\n"


def test_script_without_shebang_is_found_through_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs is the file that can be executed, not one of the same name before it in PATH that cannot."""
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    _file(tmp_path / "first" / "job", "echo wrong\n", 0o644)
    _file(tmp_path / "second" / "job", "echo right\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/first:{tmp_path}/second:{os.environ['PATH']}")

    done = run(wrapped("job"))

    assert (done.returncode, done.stdout) == (0, b"right\n")


def test_directory_in_path_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory of the command's name before it in PATH is passed over."""
    (tmp_path / "first" / "job").mkdir(parents=True)
    (tmp_path / "second").mkdir()
    _file(tmp_path / "second" / "job", "#!/bin/sh\necho right\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/first:{tmp_path}/second:{os.environ['PATH']}")

    done = run(wrapped("job"))

    assert (done.returncode, done.stdout) == (0, b"right\n")


def test_quiet_says_nothing(state_directory: Path) -> None:
    """With `--quiet` the status alone tells, and the record."""
    done = run(wrapped("no-such-program-at-all", options=["--quiet"]))

    assert (done.returncode, done.stderr) == (127, b"")
    assert only(state_directory).ending is not None


def test_closed_stderr_is_no_trouble() -> None:
    """Where there is nobody to tell, the status is the same."""
    done = subprocess.run(
        ["sh", "-c", '"$@" 2>&-; echo $?', "sh", *wrapped("no-such-program")], stdout=subprocess.PIPE, check=False
    )

    assert done.stdout == b"127\n"
