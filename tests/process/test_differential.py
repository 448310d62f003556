"""Side by side, with and without us: the same wait status, the same bytes on each stream, the same world seen."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.process.modes import MODES, observe
from tests.process.support import child, silent

if TYPE_CHECKING:
    from pathlib import Path

    from tests.process.modes import Command


class Program(NamedTuple):
    """A shell script, and what its stdin holds."""

    script: str
    typed: bytes = b""


LOOP = "i=0; while [ $i -lt {n} ]; do {body}; i=$((i+1)); done"
PROGRAMS = {
    # How it ends.
    "success": Program("exit 0"),
    "failure": Program("exit 1"),
    "status 42": Program("echo bye; exit 42"),
    "status 125": Program("exit 125"),
    "status 126": Program("exit 126"),
    "status 127": Program("exit 127"),
    "status 128": Program("exit 128"),
    "status 143": Program("exit 143"),
    "status 255": Program("exit 255"),
    "dies of TERM": Program("echo before; kill -TERM $$"),
    "dies of KILL": Program("kill -KILL $$"),
    "dies of HUP": Program("kill -HUP $$"),
    "dies of INT": Program("kill -INT $$"),
    "dies of PIPE": Program("kill -PIPE $$"),
    "dies of USR1": Program("kill -USR1 $$"),
    "dies of SEGV": Program("ulimit -c 0; kill -SEGV $$"),
    "dies of ABRT": Program("ulimit -c 0; kill -ABRT $$"),
    "dies of a real-time signal": Program("kill -40 $$"),
    "out of CPU time": Program("ulimit -c 0; ulimit -St 1; while :; do :; done"),
    "file too large": Program("ulimit -c 0; ulimit -f 1; exec cat /proc/self/maps /proc/self/maps /dev/zero > large"),
    "not found inside": Program("no-such-program"),
    "set -e": Program("set -e; echo one; false; echo two"),
    # What it writes.
    "both streams": Program("echo out; echo err >&2; exit 3"),
    "nothing": Program(":"),
    "partial line": Program("printf 'no newline'"),
    "only newlines": Program("echo; echo; echo >&2"),
    "all bytes": Program("printf \"$(printf '\\\\%03o' $(seq 1 255))\"; head -c 3 /dev/zero"),
    "broken UTF-8": Program("printf '\\377\\376\\303(\\342\\202\\n'"),
    "carriage returns": Program("printf '10%%\\r20%%\\r100%%\\r\\n'"),
    "colours": Program("printf '\\033[31mred\\033[0m\\n'"),
    "many lines": Program("seq 20000"),
    "long line": Program("head -c 1000000 /dev/zero | tr '\\0' x; echo"),
    "byte by byte": Program(LOOP.format(n=300, body="printf %s $((i % 10))")),
    "alternating": Program(LOOP.format(n=200, body="echo o$i; echo e$i >&2")),
    "stderr first": Program("echo early >&2; head -c 200000 /dev/zero | tr '\\0' y"),
    "by name": Program("echo to stdout > /dev/stdout; echo to stderr > /dev/stderr"),
    "closes stdout": Program("exec >&-; echo lost; echo told >&2; exit 4"),
    "swaps its streams": Program("{ echo one; echo two >&2; } 3>&1 1>&2 2>&3"),
    "child of a child": Program("sh -c 'sh -c \"echo deep; exit 9\"'"),
    "waits for its jobs": Program("for n in 1 2 3; do (echo $n > part$n) & done; wait; cat part1 part2 part3"),
    # What it reads.
    "reads all": Program("echo ready; cat", b"one\ntwo\n"),
    "reads a line": Program("echo ready; read a; echo got $a", b"first\nsecond\n"),
    "reads in a loop": Program("echo ready; while read -r line; do echo \"<$line>\"; done", b"a\nb  c\n\\d\n"),
    "counts": Program("echo ready; wc -c", b"12345\n"),
    "leaves the rest to another": Program("echo ready; head -c 4; echo; cat", b"abcdefgh\n"),
    "closed stdin": Program("exec <&-; cat; echo $?"),
    "empty stdin": Program("cat < /dev/null; echo $?"),
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_outcome(name: str, mode: str) -> None:
    """Wait status, bytes of each stream, and the terminal afterwards are those of the bare command."""
    script, typed = PROGRAMS[name]
    command: Command = ["sh", "-c", script]

    bare = observe(mode, command, typed=typed, folder="bare")
    ours = observe(mode, silent(*command), typed=typed, folder="ours")

    assert ours == bare


AROUND = {
    "plain": 'exec "$@"',
    "nice": 'exec nice -n 7 "$@"',
    "umask": 'umask 077; exec "$@"',
    "limits": 'ulimit -S -n 99 -c 0 -s 4096 -t 500; exec "$@"',
    "twenty descriptors": 'ulimit -n 20; exec "$@"',
    "file size": 'ulimit -f 4000; exec "$@"',
    "ignored signals": "trap '' HUP INT QUIT TERM USR1 TSTP TTIN TTOU WINCH PIPE CHLD; exec \"$@\"",
    "nohup": 'exec nohup "$@"',
    "background": '"$@" & wait $!',
    "session": 'exec setsid -w "$@"',
    "timeout": 'exec timeout 100 "$@"',
    "timeout in the foreground": 'exec timeout --foreground 100 "$@"',
    "env": 'exec env -u HOME LC_ALL=C "A B=c d" E= "$@"',
    "bare environment": 'exec env -i "$@"',
    "C locale": 'exec env -u LANG LC_CTYPE=C "$@"',
    "POSIX locale": 'exec env LC_ALL=POSIX "$@"',
    "processor": 'exec taskset -c 0 "$@"',
    "scheduler": 'exec chrt -b 0 "$@"',
    "more descriptors": 'exec "$@" 3</etc/hostname 4>four 9>>nine 7<>seven',
    "a lock": 'exec 9>lock; flock 9; exec "$@"',
    "stdin from a file": 'exec "$@" </etc/hostname',
    "stdin from nowhere": 'exec "$@" </dev/null',
    "closed stdin": 'exec "$@" <&-',
    "closed stdout": 'exec "$@" >&-',
    "closed stderr": 'exec "$@" 2>&-',
    "all closed": 'exec "$@" <&- >&- 2>&-',
    "stderr to stdout": 'exec "$@" 2>&1',
    "stdout appended": 'exec "$@" >>log',
    "both to a file": 'exec "$@" >log 2>&1',
    "stdout to nowhere": 'exec "$@" >/dev/null',
    "in a pipeline": '"$@" | cat',
    "behind a pipeline": 'echo x | "$@"',
    "stderr in a pipeline": '{ "$@" 2>&1 >&3 | cat; } 3>&1',
    "gone directory": 'mkdir gone; cd gone; rmdir ../gone; exec "$@"',
    "out of memory first": 'echo 500 > /proc/self/oom_score_adj; exec "$@"',
    "another group": 'exec setpriv --regid=54321 --clear-groups "$@"',
    "without new privileges": 'exec setpriv --no-new-privs "$@"',
    "buffered by lines": 'exec stdbuf -oL "$@"',
    "xargs": 'echo a b | xargs "$@"',
    "find": 'find . -maxdepth 0 -exec "$@" {} ";"',
    "make": 'printf "all:\\n\\t@%s\\n" "$*" | make -s -f -',
    "parallel make": 'printf "all:\\n\\t+@%s\\n" "$*" | make -s -j3 -f -',
}  # fmt: skip
OF_THEIR_OWN = {"session", "timeout"}  # A new group or session each time.
# Appended files (make appends), which others may write to, and the null device, to which output is not lost for us.
PIPE_INSTEAD = {"nohup", "stdout appended", "stdout to nowhere", "make", "parallel make"}
# Where the keyboard is not the command's alone, its outputs are terminals that control nothing and pass bytes on as
# they are: processing them is left to the real one.
WITHOUT_KEYBOARD = {
    "background", "session", "stdin from a file", "stdin from nowhere", "closed stdin", "in a pipeline",
    "behind a pipeline", "xargs", "make", "parallel make",
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_same_world(around: str, mode: str, tmp_path: Path) -> None:
    """Whatever our caller arranged, the command finds what it would have found without us."""

    def seen_by(command: Command, folder: str) -> dict[str, Any]:
        report = tmp_path / "seen"
        report.unlink(missing_ok=True)
        outcome = observe(mode, ["sh", "-c", AROUND[around], "sh", *command], folder=folder)
        assert report.exists(), outcome
        seen = json.loads(report.read_text())
        if mode == "pty" or around in OF_THEIR_OWN:
            del seen["job"]["group"], seen["job"]["session"]
        if around in WITHOUT_KEYBOARD and mode == "pty":
            seen["same files"] = seen["same files"]["1 and 2"]
            for fd in (1, 2):
                seen.get(f"descriptor {fd}", {}).update({"foreground": None, "processes output": None})
        if around in PIPE_INSTEAD:
            for fd in (1, 2):
                seen.get(f"descriptor {fd}", {}).pop("type", None)
        return {**seen, "outcome": outcome}

    describe = [*child("describe", str(tmp_path / "seen")), "", "a b", "*", "$HOME", "\xe9\udcff"]

    bare = seen_by(describe, "same")
    os.rename("same", "before")
    ours = seen_by(silent(*describe), "same")

    assert {key: (value, bare[key]) for key, value in ours.items() if value != bare[key]} == {}
