"""argv reaches the command byte for byte, and where ours ends is plain."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.process.support import PROGRAM, run, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.process.conftest import Launch

SHOW_ARGV = "import os, sys; sys.stdout.buffer.write(b'\\0'.join(map(os.fsencode, sys.argv[1:])))"
AWKWARD: list[bytes] = [
    *(b"a b||*|$HOME|`id`|\\|\n|-|--|--help|-v|;|&&|#no|~|%s|a=b|{a,b}|!| ".split(b"|")),
    b'"q"',
    b"it's",
    b"\xff\xfe",
    b"\xc3",
    "ü€😀".encode(),
    b"\x1b[31m",
    b"x" * 100_000,
]


def test_argv_is_byte_exact(launch: Launch) -> None:
    """Spaces, quotes, globs, empty words, broken UTF-8: nothing is expanded, joined or decoded."""
    done = run(launch(sys.executable, "-c", SHOW_ARGV, *AWKWARD))

    assert done.stdout == b"\0".join(AWKWARD)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.ISO-8859-1", "POSIX"])
def test_argv_is_byte_exact_in_every_locale(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The locale decides how we read words, not what the command gets."""
    monkeypatch.setenv("LC_ALL", locale)

    done = run(wrapped("printf", "%s", b"\xff\xc3\x28 \xe4"))

    assert done.stdout == b"\xff\xc3\x28 \xe4"


def test_path_that_is_no_text(tmp_path: Path) -> None:
    """A program, and a directory, whose name is no UTF-8 is run all the same."""
    folder = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(folder)
    program = folder + b"/\xe4.sh"
    with open(program, "wb") as file:
        file.write(b'#!/bin/sh\nprintf %s "$0"; exit 4\n')
    os.chmod(program, 0o755)

    done = run(wrapped(program))

    assert (done.returncode, done.stdout) == (4, program)


@pytest.mark.parametrize("separator", [[], ["--"]])
def test_options_end_at_the_first_word(separator: list[str]) -> None:
    """What follows the command's name is the command's, however much it looks like ours."""
    done = run([*PROGRAM, "--quiet", *separator, "printf", "%s|", "--timeout", "--help", "-q", "--", "--"])

    assert done.stdout == b"--timeout|--help|-q|--|--|"


@pytest.mark.parametrize("name", ["history", "show", "deliver", "doctor"])
def test_program_called_like_a_subcommand(name: str, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `--` it is always a command."""
    (work / name).write_text("#!/bin/sh\necho program $0 $1\n")
    (work / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{work}:{os.environ['PATH']}")

    done = run(wrapped(name, "--json"))

    assert done.stdout.decode() == f"program {work}/{name} --json\n"


@pytest.mark.parametrize("word", ["--", "-x", "-"])
def test_second_separator_is_the_commands_name(word: str) -> None:
    """Only the first `--` is ours; a program may be called like an option."""
    done = run(wrapped(word))

    assert done.returncode == 127
    assert done.stderr.startswith(f"sentinel-run: {word}: ".encode())


def test_argv0_is_the_word_that_was_given(launch: Launch) -> None:
    """A program found through PATH is told the bare name, as by a shell."""
    done = run(launch("sh", "-c", "tr '\\0' ' ' < /proc/$$/cmdline | cut -d' ' -f1"))

    assert done.stdout == b"sh\n"
