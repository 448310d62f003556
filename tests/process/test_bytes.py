"""Bytes pass unchanged, at once, and in order."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sentinel_run.child.tail import HEAD_BYTES, TAIL_BYTES
from tests.process.support import PATIENCE_S, child, line, only, rest, run, start, text, wait_until, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.process.conftest import Launch

ALL_BYTES = bytes(range(256))
SHAPES = {
    "every byte": ALL_BYTES * 3,
    "broken UTF-8": b"\xff\xfe\xc3(\xe2\x82\n\xf0\x9f\x98",
    "NUL": b"a\0b\0\n\0",
    "no newline at the end": b"one\ntwo",
    "one newline": b"\n",
    "nothing": b"",
    "carriage returns": b"10%\r20%\r\n\r\r",
    "a pipe and a byte": b"x" * 65537,
    "long line": b"y" * 10_000_000 + b"\n",
    "many lines": b"".join(b"line %d\n" % n for n in range(200_000)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_both_ways_unchanged(shape: str, state_directory: Path) -> None:
    """What goes in at stdin and out at stdout is the same byte for byte, and is counted."""
    content = SHAPES[shape]

    done = run(wrapped("cat"), stdin=content)

    assert done.stdout == content
    assert (done.returncode, done.stderr) == (0, b"")
    counted = only(state_directory).output
    assert counted.bytes.get("stdout", 0) == len(content)
    assert counted.lines.get("stdout", 0) == len(content.split(b"\n")) - (content[-1:] in (b"", b"\n"))


def test_streams_stay_apart(launch: Launch) -> None:
    """stdout and stderr each keep their own bytes."""
    done = run(launch("sh", "-c", "for n in 1 2 3; do echo out $n; echo err $n >&2; done"))

    assert done.stdout == b"out 1\nout 2\nout 3\n"
    assert done.stderr == b"err 1\nerr 2\nerr 3\n"


def test_joined_streams_keep_their_order(launch: Launch) -> None:
    """Where stdout and stderr are one pipe, a thousand alternating lines come in the order of writing."""
    script = "i=0; while [ $i -lt 1000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done"

    done = subprocess.run(
        launch("sh", "-c", script),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE_S,
        check=False,
    )

    assert done.stdout == b"".join(b"o%d\ne%d\n" % (n, n) for n in range(1000))


def test_joined_streams_of_one_file_keep_their_order(launch: Launch, work: Path) -> None:
    """The same for `> log 2>&1`."""
    with open("log", "wb") as log:
        subprocess.run(
            launch("sh", "-c", "for n in 1 2 3 4; do echo o$n; echo e$n >&2; done"),
            stdout=log,
            stderr=log,
            check=False,
        )

    assert (work / "log").read_bytes() == b"o1\ne1\no2\ne2\no3\ne3\no4\ne4\n"


def test_two_opens_of_one_file_stay_two(launch: Launch, work: Path) -> None:
    """`> log 2> log` overwrites itself without us, so it does with us: each open has a position of its own."""
    with open("log", "wb") as out, open("log", "r+b") as err:
        subprocess.run(
            launch("sh", "-c", "printf 1234567890; printf abc >&2"), stdout=out, stderr=err, check=False
        )

    assert (work / "log").read_bytes() in (
        b"abc4567890",
        b"1234567890",
    )  # Who writes last is the scheduler's choice.


def test_appended_file_keeps_what_it_had(launch: Launch, work: Path) -> None:
    """`>> log` adds at the end, also behind what another program added meanwhile."""
    (work / "log").write_text("before\n")

    with open("log", "ab") as log:
        subprocess.run(launch("sh", "-c", "echo one; echo other >> log; echo two"), stdout=log, check=False)

    lines = (work / "log").read_text().splitlines()
    assert lines[0] == "before"
    assert sorted(lines[1:]) == ["one", "other", "two"]
    assert lines.index("one") < lines.index("two")


def test_file_is_the_commands_own(launch: Launch, work: Path) -> None:
    """A redirection to a file is that very file: its type, its size, its position."""
    script = "printf 12345; stat -L -c '%F %s' /proc/self/fd/1; printf ab | dd of=/dev/stdout bs=1 seek=1 conv=notrunc 2>/dev/null"

    with open("log", "wb") as log:
        subprocess.run(launch("sh", "-c", script), stdout=log, check=False)

    assert (work / "log").read_text() == "1ab45regular file 5\n"


def test_file_is_kept_for_the_report(state_directory: Path) -> None:
    """What the command has written into a file is in the report: not what was there before, one stream for `2>&1`."""
    command = " ".join(os.fsdecode(word) for word in wrapped("sh", "-c", "'echo out; echo err >&2'"))

    run(["sh", "-c", f"{{ echo before; {command} 2>&1; echo after; }} > log"])

    facts = only(state_directory)
    assert open("log").read() == "before\nout\nerr\nafter\n"
    assert (text(facts, "output"), facts.output.bytes) == ("out\nerr\n", {"output": 8})


def test_large_file_is_kept_in_part(state_directory: Path) -> None:
    """Of a large file head and tail are kept, and the cut is told."""
    with open("log", "wb") as log:
        subprocess.run(wrapped("seq", "1000000"), stdout=log, check=False)

    output = only(state_directory).output
    size = os.path.getsize("log")
    kept = text(only(state_directory), "stdout")
    assert (kept[:4], kept[-8:]) == ("1\n2\n", "1000000\n")
    assert output.bytes == {"stdout": size}
    assert len(kept) <= size - output.dropped["stdout"] <= TAIL_BYTES + HEAD_BYTES


def test_file_position_is_shared(launch: Launch, work: Path) -> None:
    """What the shell writes before and after us to the same open file does not overlap."""
    inner = launch("sh", "-c", "echo inside")

    with open("log", "wb") as log:
        subprocess.run(["sh", "-c", 'echo before; "$@"; echo after', "sh", *inner], stdout=log, check=False)

    assert (work / "log").read_text() == "before\ninside\nafter\n"


def test_partial_line_is_visible_at_once(launch: Launch) -> None:
    """A prompt without a newline is there while the program waits for the answer."""
    process = start(launch("sh", "-c", "printf 'name? '; read name; echo hello $name"), stdin=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None

    prompt = os.read(process.stdout.fileno(), 100)
    process.stdin.write(b"you\n")
    process.stdin.flush()

    assert prompt == b"name? "
    assert rest(process) == "hello you\n"


def test_300_megabytes_in_flat_memory() -> None:
    """Every byte arrives, and our memory does not grow with the output."""
    amount = 300 * 1024 * 1024
    process = start(wrapped(*child("spill", str(amount))), stdin=subprocess.PIPE)
    assert process.stdout is not None

    seen, peak_kib = 0, 0
    while seen < amount:
        seen += len(os.read(process.stdout.fileno(), 1 << 20))
        if seen == amount:  # The command waits for its stdin to close, so we are still there to be measured.
            peak_kib = _peak_kib(process.pid)

    assert rest(process) == ""
    assert process.returncode == 0
    assert 0 < peak_kib < 40 * 1024


def test_endless_line_in_flat_memory() -> None:
    """Nor with the length of a line."""
    process = start(
        wrapped(sys.executable, "-c", "import os\nfor _ in range(900): os.write(1, b'x' * 65536)\nos.read(0, 1)"),
        stdin=subprocess.PIPE,
    )
    assert process.stdout is not None

    process.stdout.read(900 * 65536)

    assert 0 < wait_until(lambda: _peak_kib(process.pid)) < 40 * 1024
    assert rest(process) == ""


def test_lines_arrive_while_the_command_runs(launch: Launch) -> None:
    """Nothing is held back until the end."""
    process = start(launch(*child("echo_lines")), stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert line(process) == "ready\n"

    for word in ("one", "two", "three"):
        process.stdin.write(f"{word}\n".encode())
        process.stdin.flush()

        assert line(process) == f"{word}\n"

    assert rest(process) == ""


def _peak_kib(pid: int) -> int:
    with open(f"/proc/{pid}/status") as file:
        return next((int(row.split()[1]) for row in file if row.startswith("VmHWM")), 0)
