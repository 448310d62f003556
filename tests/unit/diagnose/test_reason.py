"""The reason line: which of several lines says best why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_run.diagnose.lines import Line
from sentinel_run.diagnose.reason import reason


def _said(*texts: str) -> list[Line]:
    """Lines of stderr where they begin with `!`, of stdout otherwise."""
    return [Line(0.1, "stderr" if text.startswith("!") else "stdout", text.removeprefix("!")) for text in texts]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["fine", "pg_dump: error: refused", "cleaning up"], "pg_dump: error: refused"),
        (["error: first", "error: second"], "error: second"),
        (["!error: of stderr", "error: of stdout"], "error: of stderr"),
        (["!last word of stderr", "last word of stdout"], "last word of stderr"),
        (["connection refused by db1", "bye"], "connection refused by db1"),
        (["a", "b"], "b"),
        (["cannot open /srv/x", "10 files, 0 errors"], "cannot open /srv/x"),
        (["giving up", "no errors found"], "giving up"),
        (["giving up", "error-free"], "giving up"),
        (["giving up", "errors: 0"], "giving up"),
        (["giving up", "Finished without any error"], "giving up"),
        (["giving up", "0 failed, 12 passed"], "giving up"),
        (["giving up", "failures=0"], "giving up"),
        (["ERROR: no room", "bye"], "ERROR: no room"),
        (["giving up", "2026-01-01 INFO retry of failed jobs is off"], "giving up"),
        (["giving up", 'level=info msg="error handler ready"'], "giving up"),
        (["giving up", "[DEBUG] on error: continue"], "giving up"),
        (['level=error msg="no luck"', "bye"], 'level=error msg="no luck"'),
        (['{"level": "error", "msg": "no luck", "err": {"message": "refused"}}', "bye"], "no luck: refused"),
        (['{"severity": "ERROR", "message": "no luck: refused", "error": "refused"}', "bye"], "no luck: refused"),
        (["giving up", '{"level": "info", "msg": "error handler ready"}'], "giving up"),
        (["giving up", '{"level": 30, "msg": "fatal errors are logged"}'], "giving up"),
        (['{"level": 60, "msg": "no luck"}', '{"level": 40, "msg": "exiting"}'], "no luck"),
        (['{"message": "Not Found", "status": 404}'], "Not Found"),
        (['{"rows": 12}'], '{"rows": 12}'),
        (['{"level": "error", "msg": '], '{"level": "error", "msg":'),
        (["[ERROR] INFO.txt is unreadable", "bye"], "[ERROR] INFO.txt is unreadable"),
        (["disk is full", ".....F.. [ 66%]"], "disk is full"),
        (["disk is full", "..........................."], "disk is full"),
        (["disk is full", "=========================="], "disk is full"),
        (["disk is full", " 45% [=====>      ] error-rate"], "disk is full"),
        (["no luck", "usage: tool [-h] name", "  --fatal  abort on errors", "           that cannot be undone"], "no luck"),
        (["!Usage: tool NAME", "!Try 'tool --help' for help.", "!", "!Error: No such option: -x"], "Error: No such option: -x"),
        (["!tool: invalid option -- 'x'", "!usage: tool [-a]"], "tool: invalid option -- 'x'"),
        (["warning: x is deprecated, will fail", "y is missing"], "y is missing"),
        (["+ cat nosuch", "!cat: nosuch: No such file or directory", "!+ exit 1"], "cat: nosuch: No such file or directory"),
        (["+ ./check", "config is old", "+ exit 2"], "config is old"),
        (["config is old", "+ test -f state"], "+ test -f state"),
        (["!ls: cannot access 'x': No such file or directory", "!Error on line 12"], "ls: cannot access 'x': No such file or directory"),
        (["!ls: cannot access 'x': No such file or directory", "!ERROR: command 'ls' failed with exit code 2"], "ls: cannot access 'x': No such file or directory"),
        (["!config.yaml is bad", "!error on line 12: unexpected indent"], "error on line 12: unexpected indent"),
        (["unable to open a.png", "3 files, 1 failed"], "unable to open a.png"),
        (["checksum mismatch on a.bin", "bye"], "checksum mismatch on a.bin"),
        (["giving up", "exit status 3"], "giving up"),
        (["exit status 3"], "exit status 3"),
        (["==== test session starts ====", "plugins: timeout-2.4.0", "==== 3 passed, 1 skipped in 0.1s ====", "low coverage"], "low coverage"),
        (["warning: `x` (lib) generated 1 warning", "port 80 is taken"], "port 80 is taken"),
        (["!npm error no lock file can be found", "!npm error", "!npm error Usage:", *["!npm error [--no-errors <fatal>]"] * 200], "npm error no lock file can be found"),
        (["!main.c:1:2: error: a", "!main.c:9:2: error: b", "!make: *** [main.o] Error 1"], "main.c:1:2: error: a"),
        (["!subprocess.CalledProcessError: Command 'x' returned non-zero exit status 3."], "subprocess.CalledProcessError: Command 'x' returned non-zero exit status 3."),
        (["!fatal: Could not read from remote repository.", "!Please make sure you have the correct access rights"], "fatal: Could not read from remote repository."),
        (["Usage: tool", "  -x  an error"], "-x  an error"),
        ([".....", "-----"], "-----"),
        (["no luck", "^C"], "no luck"),
        (["^C"], ""),
        (["^C^C", "^Z", "^\\"], ""),
        (["^Cinterrupted, giving up"], "interrupted, giving up"),
        (["Continue? [y/N] ^C"], "Continue? [y/N]"),
        (["", "  "], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_line_that_says_why(texts: list[str], expected: str) -> None:
    """The rules of the module, one by one; and something wherever there was a word."""
    assert reason(_said(*texts)) == expected


def test_stderr_is_not_washed_away() -> None:
    """A flood of stdout after it does not hide what stderr said."""
    flood = [Line(0.2, "stdout", f"cleaning {number}") for number in range(500)]

    assert reason([*_said("!error: the reason"), *flood]) == "error: the reason"


def test_a_long_line_is_cut() -> None:
    """Its length is told."""
    assert reason(_said("error: " + "x" * 10_000)).endswith("... [10,007 characters]")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["stdout", "stderr"]), st.text(st.characters(exclude_characters="^"), max_size=80)
        ),
        max_size=20,
    )
)
def test_never_empty_and_never_an_error(said: list[tuple[str, str]]) -> None:
    """Any text at all, but for keys that the terminal has shown."""
    lines = [Line(0.1, stream, text) for stream, text in said]

    assert bool(reason(lines)) == any(line.text.strip() for line in lines)
