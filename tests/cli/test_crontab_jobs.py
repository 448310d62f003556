"""A job that `sentinel-run crontab` has wrapped does what it did before."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.support import said

COMMANDS = [
    "echo a  b 'c  d' \"e  f\"",
    "echo $HOME \"$HOME\" '$HOME' $((1 + 2))",
    "A=1 B='2 3' sh -c 'echo $A $B'",
    "A=\"x y\" B=2 sh -c 'echo $A $B'",
    "A=1 B=x\\ y C=${C:-z} sh -c 'echo $A $B $C'",
    'PATH="$PATH:/opt" printenv PATH',
    "\\cd / && pwd; 'cd' /",
    "printf '[%s]' a\\ ",
    "echo one; echo two >&2; exit 3",
    "false || echo no && echo yes",
    "echo a | tr a b",
    "cd / && pwd",
    "for x in 1 2 3; do echo $x; done",
    "printf '%s.' *",
    "echo it\\'s \"it's\" 'it'\\''s'",
    "cat < /etc/hostname > /dev/null; echo done",
    "echo err >&2 2>&1",
    "(exit 7)",
    "kill -0 $$ && echo alive",
    "kill -l 15",
    "echo -e 'a\\tb'",
    "echo 'a\\tb'",
    "printf '%b\\n' 'a\\tb'",
    "test 1 -eq 2",
    "break",
    "echo `echo inner` $(echo other)",
    "echo a\\ b # a comment",
    "{ echo x; echo y; } | sort -r",
    "test -d / && exit 5",
    "sh -c 'echo inner; exit 4'",
    "no-such-program-anywhere",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_wrapped_line_does_the_same(command: str, tmp_path: Path) -> None:
    """Same output on both streams, same status, in the shell that cron would start."""
    table = tmp_path / "table"
    table.write_text(f"* * * * * {command}".replace("%", "\\%") + "\n")
    said("crontab", "--yes", str(table))
    wrapped = table.read_text().partition("* * * * * ")[2].rstrip("\n").replace("\\%", "%")

    bare, ran = (
        subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False) for line in (command, wrapped)
    )

    assert "sentinel-run" in wrapped
    assert ran.stdout == bare.stdout
    assert ran.returncode == bare.returncode
    if b"not found" not in bare.stderr:
        assert ran.stderr == bare.stderr


def test_a_function_of_the_shells_own_file(tmp_path: Path) -> None:
    """bash reads what BASH_ENV names before each job, and no program has the name of a function in it."""
    table, env = tmp_path / "table", tmp_path / "jobs.bash"
    env.write_text("nightly() { echo nightly $1; return 4; }\n")
    table.write_text(f"SHELL=/bin/bash\nBASH_ENV={env}\n* * * * * nightly full\n")
    said("crontab", "--yes", str(table))
    wrapped = table.read_text().partition("* * * * * ")[2].rstrip("\n")

    ran = subprocess.run(
        ["/bin/bash", "-c", wrapped], env={**os.environ, "BASH_ENV": str(env)}, capture_output=True, check=False
    )

    assert (ran.returncode, ran.stdout) == (4, b"nightly full\n")
