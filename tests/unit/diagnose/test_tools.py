"""The tables of tools: well-formed, unmistakable, and quick on any text."""

from __future__ import annotations

import re
import shlex
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.diagnose.lines import Line
from sentinel_run.diagnose.tools.statuses import Meaning, meaning
from sentinel_run.diagnose.tools.table import BY_NAME, TOOLS
from sentinel_run.diagnose.tools.tool import Tool
from sentinel_run.diagnose.tools.words import word
from sentinel_run.facts import Command
from sentinel_run.naming import command_name


def _meaning(command_line: str, status: int, *said: str) -> str:
    argv = tuple(shlex.split(command_line))
    lines = [Line(0.1, "stderr", text) for text in said]
    found = meaning(Command(command_name(argv, {}), argv, "/srv"), status, lines)
    return f"{found.tool}: {found.words}" if found.tool else found.words


def test_a_program_is_one_tool() -> None:
    """No name stands in two rows, and at least twenty tools are known."""
    names = Counter(name for tool in TOOLS for name in tool.names)

    assert [name for name, count in names.items() if count > 1] == []
    assert len(BY_NAME) > 200


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.names[0])
def test_a_row(tool: Tool) -> None:
    """It names its source, its statuses are exit statuses that fail, its patterns never match an empty line."""
    assert tool.source
    assert all(0 < status < 256 and words == words.strip() for status, words in tool.statuses.items())
    assert not any(pattern and re.search(pattern, "") for pattern in (tool.says, tool.repeats))


@pytest.mark.parametrize(
    ("command_line", "status", "expected"),
    [
        ("curl -f http://x/", 22, "curl: the server answered with an HTTP error (400 or above)"),
        ("/usr/bin/curl http://x/", 7, "curl: failed to connect to the host"),
        ("sudo -u app nice -n 5 curl http://x/", 6, "curl: could not resolve the host"),
        ("rsync -a a b", 24, "rsync: partial transfer due to vanished source files"),
        ("ssh host backup.sh", 255, "ssh: ssh itself failed, not the remote command"),
        ("ssh host backup.sh", 3, "ssh: the status of the remote command"),
        ("timeout 5 sleep 60", 124, "timeout: its time was over"),
        ("timeout 5 curl http://x/", 28, "curl: the time limit was reached"),
        ("npm run build", 3, "npm: the status of the script"),
        ("tar cf x y", 1, "tar: some files differ or changed while being read"),
        ("wget http://x/", 4, "wget: network failure"),
        ("diff a b", 1, "diff: the files differ"),
        ("docker run x", 125, "docker: docker itself failed"),
        ("docker run x", 137, "128 + 9, as after SIGKILL"),
        ("./job.sh", 126, "as a shell says that a command cannot be run"),
        ("./job.sh", 127, "as a shell says that a command was not found"),
        ("./job.sh", 143, "128 + 15, as after SIGTERM"),
        ("./job.sh", 3, ""),
        ("sh -c 'grep -q x y'", 1, "grep: found nothing"),
        ("sh -c 'grep -q x y || exit 1'", 1, ""),
        ("sh -c 'cd /srv && curl http://x/'", 7, "curl: failed to connect to the host"),
        ("sh -c 'curl http://x/ && tar xf y'", 7, "curl: failed to connect to the host"),
        ("sh -c 'curl http://x/ && ./y.sh'", 7, ""),
        ("sh -c 'curl http://x/; tar xf y'", 7, ""),
        ("bash -ec 'curl http://x/; tar xf y'", 7, "curl: failed to connect to the host"),
        ("bash -euo pipefail -c 'curl http://x/ | tar x'", 7, ""),
        ("sh -c 'echo a | grep -q b'", 1, "grep: found nothing"),
        ("sh -c 'X=1 exec grep -q b <x 2>/dev/null'", 1, "grep: found nothing"),
        ("sh -c '! grep -q b x'", 1, ""),
        ("sh -c 'if true; then grep -q b x; fi'", 1, ""),
        ("sh -c '(grep -q b x)'", 1, ""),
        ("sh -c 'grep -q b x &'", 1, ""),
        ("sh -c 'curl http://x/ || exit 7'", 7, ""),
        ("sh -c 'curl http://x/ || exit 1; rsync a b'", 23, "rsync: partial transfer due to error"),
        ("sh -c 'curl http://x/ || exit $?'", 7, "curl: failed to connect to the host"),
        ("sh -c 'pytest x.py; exit 4'", 4, ""),
        ("sh -c 'cd x; pytest y.py'", 4, "pytest: wrong usage"),
        ("sh -c 'find . | xargs -n1 false'", 123, "xargs: a command that it started failed"),
        ("sh -c 'find . | xargs -n1 false; exit 123'", 123, ""),
        ("sudo -u app sh -c 'cd x; timeout 5 sleep 9'", 124, "timeout: its time was over"),
        ("bash -c 'sh -c \"grep -q b x\"'", 1, "grep: found nothing"),
        ("ssh host sh -c 'grep -q b x'", 1, "ssh: the status of the remote command"),
        ("sh -c 'find . | xargs -n1 sh -c \"exit 3\"'", 123, "xargs: a command that it started failed"),
        ("bash -c 'exit 2'", 2, ""),
        ("python3 -c 'exit(2)'", 2, ""),
        ("git pull", 128, "git: fatal error"),
    ],
)
def test_the_status_of_what_really_ran(command_line: str, status: int, expected: str) -> None:
    """Behind launchers too; a script's own status is explained by nothing but words of its output."""
    assert _meaning(command_line, status) == expected


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (7, ["curl: (7) Failed to connect"], "curl: failed to connect to the host"),
        (6, ["curl: (7) Failed to connect"], ""),
        (1, ["curl: (1) Protocol not supported"], "curl: unsupported protocol"),
        (1, ["tar: x: file changed as we read it"], ""),
        (2, ["tar: x: Cannot open: Permission denied", "done"], "tar: fatal error"),
        (23, ["rsync error: some files (code 23) at main.c(1)", "tar: x: Cannot stat"], ""),
        (255, ["ssh: connect to host x port 22: Connection refused"], "ssh: ssh itself failed, not the remote command"),
        (100, ["E: Unable to locate package x"], "apt-get: an error occurred"),
        (2, ["make: *** [Makefile:3: main.o] Error 1"], "make: errors were encountered, target main.o"),
        (2, ["make[1]: *** [Makefile:3: deep] Error 1", "make: *** [Makefile:2: all] Error 2"], "make: errors were encountered, target deep"),
    ],
)  # fmt: skip
def test_the_status_of_a_script(status: int, said: list[str], expected: str) -> None:
    """It is the tool's whose error line came last, if that tool has such a status; a bare 1 may be the script's own."""
    assert _meaning("./job.sh", status, *said) == expected


def test_an_interpreter_speaks_for_itself() -> None:
    """The code that it runs may end with any status, its own among them."""
    words = "bash: -c: line 1: syntax error near unexpected token `then'"

    assert _meaning("bash -c 'if then'", 2, words).startswith("bash: wrong usage of the shell")
    assert _meaning("python3 x.py", 2, "python3: can't open file 'x.py'").startswith("python: wrong usage")


def test_a_name_of_ones_own_does_not_hide_the_tool() -> None:
    """`--name backup` is for people; what ran is still curl."""
    command = Command("backup", ("curl", "x"), "/srv", program="curl")

    assert meaning(command, 7, []) == Meaning("failed to connect to the host", "curl")


@pytest.mark.parametrize(
    "text",
    [
        "starting curl: fine", "tar: Removing leading `/' from member names", "Compiling error v0.1.0", "make: Nothing to be done for 'all'.",
        "make: Entering directory '/srv'", "npm warn deprecated x@1", "docker build finished", "git: 3 commits ahead", "ssh tunnel is up",
        "FAILED=0", "error rate 0.0", "main.go:12: starting", "install: done", "1) Install the package", "E = mc2", "rsync warning: some files vanished",
        "  5 | int main()", "! [done]", "Error budget: 99%", "grep: warning: stray \\ before -", "timeout: sending signal TERM to command 'sleep'",
    ],
)  # fmt: skip
def test_a_line_that_is_no_tools_error(text: str) -> None:
    """The name of a tool alone is no word of it."""
    assert word(text) is None


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Never an error."""
    word(text)
