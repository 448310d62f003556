"""Inside and around other programs that run programs: what comes out is what comes out without us."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.modes import MODES, observe
from tests.process.support import rest, silent, start, wait_until, wrapped

if TYPE_CHECKING:
    from tests.process.modes import Command, Outcome

SCRIPT = "echo out $1; echo err $1 >&2; exit 3"
# {run} is the command line; the program is the first word of each, or the one behind the bar.
AROUND = {
    "script": 'script -qec "{run} a" /dev/null </dev/null',
    "script in a pipeline": 'script -qec "{run} a" /dev/null </dev/null | cat',
    "xargs": "printf '%s\\n' a b c | xargs -P 3 -I % {run} % 2>&1 | sort",
    "parallel": "parallel --will-cite -j 3 -k {run} ::: a b c",
    "nohup": "nohup {run} a 2>&1",
    "setsid": "setsid -w {run} a",
    "timeout": "timeout -k 1 60 {run} a",
    "env": "env -i PATH=$PATH {run} a",
    "nice": "nice -n 3 {run} a",
    "flock": "flock lock {run} a",
    "find": "find . -maxdepth 0 -exec {run} a ';'; echo $?",
    "bash": "bash -c 'trap \"echo trapped\" EXIT; {run} a'",
    "coprocess": "bash -c 'coproc {run} a 2>&1; cat <&${{COPROC[0]}}'",
    "process substitution": "bash -c 'cat <({run} a 2>&1)'",
    "command substitution": 'x=$({run} a 2>&1); echo "$? <$x>"',
    "make": "printf 'all: a b\\na b:\\n\\t@{run} $@\\n' > Makefile; make -k -j2 -Otarget 2>&1 | sort",
    "strace": "strace -f -o trace {run} a",
    "python": "python3 -c 'import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))' {run} a",
}


def _nested(*command: str) -> Command:
    return silent(*map(os.fsdecode, wrapped(*command)))


def _observed(around: str, command: Command, mode: str, folder: str) -> Outcome:
    Path("run").write_text(f'#!/bin/sh\nexec {shlex.join(map(os.fsdecode, command))} "$@"\n')
    Path("run").chmod(0o755)
    return observe(mode, ["sh", "-c", AROUND[around].format(run=Path("run").absolute())], folder=folder)


@pytest.mark.parametrize("mode", ["pipe", "pty"])
@pytest.mark.parametrize("around", AROUND)
def test_inside(around: str, mode: str) -> None:
    """Under another program that starts us, once and twice nested."""
    if not shutil.which(around.split()[0]) and around in ("parallel", "strace", "script"):
        pytest.skip(f"needs {around}")
    command: Command = ["sh", "-c", SCRIPT, "sh"]

    bare = _observed(around, command, mode, "bare")
    ours = _observed(around, silent(*command), mode, "ours")
    nested = _observed(around, _nested("sh", "-c", SCRIPT, "sh"), mode, "nested")

    assert ours == bare
    assert nested == bare


@pytest.mark.parametrize("mode", MODES)
def test_shell_with_us_inside(mode: str) -> None:
    """`sentinel-run -- bash` in which sentinel-run is used."""
    inner = shlex.join(map(os.fsdecode, wrapped("sh", "-c", SCRIPT, "sh", "b")))
    script = "{}; echo $?; {} | cat; (exit 9)"

    bare = observe(mode, ["bash", "-c", script.format(f"sh -c '{SCRIPT}' sh b", "echo piped")], folder="bare")
    ours = observe(mode, silent("bash", "-c", script.format(inner, "echo piped")), folder="ours")

    assert ours == bare


def test_interrupted_make() -> None:
    """`make -j` whose group is told to end takes back its half-made targets and gives up."""
    Path("Makefile").write_text("all: a b c\na b c:\n\t@touch $@; sleep 60\n")
    statuses = []

    for command in (["make", "-j3"], wrapped("make", "-j3")):
        process = start(command, stderr=subprocess.STDOUT, group=0)
        wait_until(lambda: all(Path(name).exists() for name in "abc"))
        os.killpg(process.pid, signal.SIGTERM)
        rest(process)
        statuses.append(process.returncode)
        assert not any(Path(name).exists() for name in "abc")

    # Which of its two ways of giving up make takes depends on who hears of the signal first, its recipes or itself.
    assert set(statuses) <= {2, -signal.SIGTERM}
